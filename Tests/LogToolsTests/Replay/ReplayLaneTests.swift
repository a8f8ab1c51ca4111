import EventLog
import JourneyModel
import LaneScenes
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

@testable import LogTools
@testable import Processor

/// A lane of a replay, whose batches take several portions.
@Suite struct ReplayLaneTests {
  private let settings = LaneHarness.settings { $0.writesState = false }
  private static let hour: Int64 = 3_600_000

  private func lane(maxGone: Int, maxGoneBytes: Int = .max) -> ReplayLane {
    var limits = Replay.BatchLimits()
    limits.maxGone = maxGone
    limits.maxGoneBytes = maxGoneBytes
    return ReplayLane(
      LaneMachine(lane: LaneHarness.lane, settings: settings, configuration: "c0ffee"), limits: limits)
  }

  private func portion(_ harness: LaneHarness, _ events: [String], tick: StreamTimes = StreamTimes())
    -> LaneBatch
  {
    LaneBatch(
      takenAt: EventTime(milliseconds: LaneHarness.start + 1_000 * ReplayLaneTests.hour),
      inputs: events.isEmpty ? [] : [harness.input("web", events)], tick: tick)
  }

  private func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Three customers come at once, and are forgotten with an event that comes hours later.
  @Test(arguments: [(2, true), (3, true), (4, false)])
  func aBatchEndsWithSoManySessionsGone(_ maxGone: Int, _ ends: Bool) async throws {
    let harness = try LaneHarness(settings)
    let lane = lane(maxGone: maxGone)
    let first = (0..<3).map { LaneHarness.event("a\($0)", at: Int64($0), of: LaneHarness.customer($0)) }
    let opened = await lane.reduce(portion(harness, first))
    #expect(opened.counts.applied == 3)
    #expect(opened.sessions.isEmpty)
    let later = LaneHarness.event("b", at: 3 * ReplayLaneTests.hour, of: LaneHarness.customer(3))
    let closed = await lane.reduce(portion(harness, [later]))
    #expect(lines(closed.sessions).count == (ends ? 3 : 0))
    #expect(await lane.batches == (ends ? 1 : 0))
    let held = await lane.finish()
    #expect(held.open == 1 && held.closed == 3)
    let rest = await lane.lines(of: 100, from: 0)
    let all = lines(closed.sessions + rest)
    #expect(all.count == 4)
    #expect(all.filter { $0.contains("\"final\":true") }.count == 3)
    #expect(await lane.lines(of: 100, from: 100).isEmpty)
  }

  /// The same by bytes: the three have as many as one of them three times.
  @Test(arguments: [(-1, true), (0, true), (1, false)])
  func aBatchEndsWithSoManyBytesGone(_ more: Int, _ ends: Bool) async throws {
    let one = try LaneHarness(settings)
    one.web(LaneHarness.event("a0", at: 0, of: LaneHarness.customer(0)))
    let bytes = try #require(one.machine.sessionizer.allSessions.first).byteCount
    #expect(bytes > 50)
    let harness = try LaneHarness(settings)
    let lane = lane(maxGone: .max, maxGoneBytes: 3 * bytes + more)
    let first = (0..<3).map { LaneHarness.event("a\($0)", at: Int64($0), of: LaneHarness.customer($0)) }
    _ = await lane.reduce(portion(harness, first))
    let later = LaneHarness.event("b", at: 3 * ReplayLaneTests.hour, of: LaneHarness.customer(3))
    let closed = await lane.reduce(portion(harness, [later]))
    #expect(lines(closed.sessions).count == (ends ? 3 : 0))
  }

  /// A tick joins the batch that has begun: what it ends is final, and held.
  @Test func aTickJoinsTheBatch() async throws {
    let harness = try LaneHarness(settings)
    let lane = lane(maxGone: 1)
    _ = await lane.reduce(portion(harness, [LaneHarness.event("a", at: 0)]))
    let ticked = await lane.reduce(portion(harness, [], tick: StreamTimes(every: .latest)))
    #expect(ticked.sessions.isEmpty)
    #expect(await lane.batches == 0)
    let held = await lane.finish()
    #expect(held.open == 0 && held.closed == 1)
    let rest = lines(await lane.lines(of: 9, from: 0))
    #expect(rest.count == 1 && rest[0].contains("\"final\":true"))
  }

  /// However the events are cut and batches end, the lines are the snapshots of one batch of everything.
  @Test(arguments: [Int.max, 1])
  func theLinesAreTheProcessorsSnapshots(_ maxGone: Int) async throws {
    let customers = (0..<40).map { LaneHarness.customer($0) }
    var (applied, duplicates) = (0, 0)
    for seed in 0..<20 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var now: Int64 = 0
      let title = String(repeating: "t", count: 400)
      let events = (0..<400).map { number in
        now += generator.pick(0...100_000)
        return LaneHarness.event(
          "e\(generator.pick(0...300))", at: now - generator.pick(0...1_500_000),
          of: customers[Int(generator.pick(0...39))], ",\"page\":{\"title\":\"\(title)\(number)\"}")
      }
      let whole = try LaneHarness(settings)
      whole.reduce([whole.input("web", events)], takenAt: 1_000 * ReplayLaneTests.hour)
      let journal = try #require(whole.journals.first)
      let harness = try LaneHarness(settings)
      let lane = lane(maxGone: maxGone)
      var rest = events[...]
      var counts = BatchCounts()
      var bytes: [UInt8] = []
      while !rest.isEmpty {
        let size = Int(generator.pick(1...200))
        let output = await lane.reduce(portion(harness, Array(rest.prefix(size))))
        counts = counts + output.counts
        bytes += output.sessions
        rest = rest.dropFirst(size)
      }
      let held = await lane.finish()
      for first in stride(from: 0, to: held.sessions, by: 3) { bytes += await lane.lines(of: 3, from: first) }
      let snapshots = whole.written.of("sessions").compactMap(\.value)
        .map { String(decoding: $0, as: UTF8.self) }
      #expect(lines(bytes).sorted() == snapshots.sorted(), "seed \(seed)")
      #expect(journal.counts.rejected == 0)
      #expect(counts == journal.counts)
      #expect(await (lane.batches > 1) == (maxGone == 1))
      applied += counts.applied
      duplicates += counts.duplicates
    }
    #expect(applied > 5_000 && duplicates > 20, "\(applied) applied, \(duplicates) duplicates")
  }

  /// What nothing has happened to since the newest batch began comes first, oldest first, then the others as
  /// they were touched.
  @Test func heldSessionsComeInTheirOrder() async throws {
    let harness = try LaneHarness(settings)
    let lane = lane(maxGone: 1)
    func event(_ customer: Int, at time: Int64) -> String {
      LaneHarness.event("\(customer)-\(time)", at: time, of: LaneHarness.customer(customer))
    }
    let hour = ReplayLaneTests.hour
    _ = await lane.reduce(portion(harness, [event(0, at: 0)]))
    // With these the first session is forgotten, and so the batch ends.
    let end = await lane.reduce(
      portion(harness, [event(2, at: 2 * hour + 1), event(1, at: 2 * hour), event(3, at: 2 * hour + 2)]))
    #expect(lines(end.sessions).count == 1)
    _ = await lane.reduce(
      portion(harness, [event(4, at: 2 * hour + 3), event(2, at: 2 * hour + 4), event(5, at: 2 * hour + 5)]))
    let held = await lane.finish()
    #expect(held.sessions == 5)
    let written = lines(await lane.lines(of: 2, from: 0)) + lines(await lane.lines(of: 9, from: 2))
    let customers = [1, 3, 4, 2, 5].map { LaneHarness.customer($0) }
    #expect(written.count == 5)
    for (line, customer) in zip(written, customers) { #expect(line.contains("\"\(customer)\"")) }
  }
}
