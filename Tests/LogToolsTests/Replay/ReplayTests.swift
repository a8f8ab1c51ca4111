import EventLog
import Foundation
import JourneyModel
import JourneyRules
import LaneScenes
import Processor
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

@testable import LogTools

/// Offline runs over several inputs.
@Suite struct ReplayTests {
  /// What a replay wrote.
  actor Results {
    private(set) var sessions: [String] = []
    private(set) var rejected: [Replay.Rejected] = []
    private(set) var progress: [Int] = []

    func add(sessions lines: [UInt8]) {
      sessions += String(decoding: lines, as: UTF8.self).split(separator: "\n").map(String.init)
    }
    private(set) var derived: [String] = []
    func add(derived lines: [UInt8]) {
      derived += String(decoding: lines, as: UTF8.self).split(separator: "\n").map(String.init)
    }
    func add(_ new: [Replay.Rejected]) { rejected += new }
    func add(progress count: Int) { progress.append(count) }
  }

  /// Hands out lines in chunks of a given size.
  actor Lines {
    private var left: ArraySlice<String>
    private var next: Int64 = 1
    private let input: Int32
    private let size: Int

    init(_ lines: [String], input: Int32, size: Int) {
      left = lines[...]
      self.input = input
      self.size = size
    }

    func chunk() -> RecordChunk? {
      guard !left.isEmpty else { return nil }
      var chunk = RecordChunk(source: TopicPartition("web", input), next: NextOffset(next))
      for line in left.prefix(size) {
        chunk.append(offset: RecordOffset(next), timestamp: -1, key: nil, value: Array(line.utf8))
        next += 1
      }
      chunk.seal()
      left = left.dropFirst(size)
      return chunk
    }
  }

  private func run(
    _ inputs: [(JourneyModel.Stream, [String])], size: Int = 1_000, closes: Bool = false,
    settings: LaneSettings = LaneHarness.settings(), maxGone: Int = Replay.maxGone,
    definitions: CompiledBundle? = nil
  ) async throws -> (summary: Replay.Summary, results: Results) {
    let results = Results()
    let takenAt = EventTime(milliseconds: LaneHarness.start + 31_536_000_000)
    var replay = Replay(settings: settings, takenAt: takenAt, closes: closes, definitions: definitions)
    replay.limits.maxGone = maxGone
    let sources = inputs.enumerated().map { index, input in
      let lines = Lines(input.1, input: Int32(index), size: size)
      return Replay.Input(stream: input.0) { await lines.chunk() }
    }
    let sink = Replay.Sink(
      sessions: { await results.add(sessions: $0) }, rejected: { await results.add($0) },
      progress: { await results.add(progress: $0) },
      events: { topic, lines in
        if topic != .actions { await results.add(derived: lines) }
      })
    return (try await replay.run(sources, into: sink), results)
  }

  private func random(_ seed: UInt64, inputs: Int, delay: Int64) -> [(JourneyModel.Stream, [String])] {
    var generator = SeededGenerator(seed: seed)
    return (0..<inputs).map { input in
      var now: Int64 = 0
      let lines = (0..<60).map { number in
        now += generator.pick(0...200_000)
        let customer = LaneHarness.customer(
          Int(generator.pick(0...3)), of: LaneNumber(Int32(generator.pick(0...3))))
        return LaneHarness.event("e\(input)-\(number)", at: now - generator.pick(0...delay), of: customer)
      }
      return (.web, lines)
    }
  }

  @Test func readsEveryInputAndSaysWhatBecameOfIt() async throws {
    let web = [
      LaneHarness.event("a", at: 0), "{", LaneHarness.event("a", at: 0),
      LaneHarness.event("b", at: 5_000, of: "zoe"),
    ]
    let custom = [
      LaneHarness.event("c", at: 2, #","sessionType":"visit","externalId":"x""#),
      LaneHarness.event("d", at: 3),
    ]
    let (summary, results) = try await run([(.web, web), (.custom, custom)])
    #expect(summary.read == 6)
    #expect(summary.applied == 3)
    #expect(summary.duplicates == 1)
    #expect(summary.rejected == 2)
    #expect(summary.sessions == 3)
    #expect(summary.open == 3)
    #expect(summary.closed == 0)
    #expect(await results.sessions.count == 3)
    let rejected = await results.rejected.sorted { $0.input < $1.input }
    #expect(rejected.map(\.input) == [0, 1])
    #expect(rejected.map(\.line) == [2, 2])
    #expect(rejected.map(\.reason) == [.malformedJSON, .missingSessionType])
    #expect(rejected[0].value == Array("{".utf8))
    #expect(await results.progress.last == 6)
  }

  /// Sessions still held at the end are written in parts of 512 of each lane in turn: around that bound, and
  /// with lanes of other lengths beside.
  @Test(arguments: [0, 1, 511, 512, 513, 1_025])
  func everySessionHeldIsWrittenOnceInOrderOfArrival(_ count: Int) async throws {
    var settings = LaneHarness.settings()
    settings.partitions = 3
    var lanes = [[String]](repeating: [], count: 3)
    var number = 0
    while lanes[0].count < count || lanes[1].count < 3 {
      let name = "customer\(number)"
      number += 1
      let lane = Placement.lane(of: name.utf8, partitions: 3).index
      if lane == 0 ? lanes[0].count < count : lane == 1 && lanes[1].count < 3 { lanes[lane].append(name) }
    }
    let customers = lanes.flatMap { $0 }
    // The oldest one comes last: it is not the times that count.
    let lines = customers.indices.reversed().map { index in
      LaneHarness.event("e\(index)", at: Int64(index), of: customers[index])
    }
    let (summary, results) = try await run([(.web, lines)], settings: settings)
    #expect(summary.sessions == customers.count)
    let written = try await results.sessions.map { line in
      let session = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(session?["customerId"] as? String)
    }
    #expect(written.count == customers.count)
    for lane in lanes { #expect(written.filter { lane.contains($0) } == lane.reversed()) }
  }

  @Test func anInputWithoutRecordsIsFine() async throws {
    let (summary, results) = try await run([(.web, []), (.app, []), (.custom, ["x"])])
    #expect(summary.read == 1)
    #expect(summary.rejected == 1)
    #expect(await results.rejected.map(\.reason) == [.malformedJSON])
    let none = try await run([])
    #expect(none.summary.read == 0)
    #expect(none.summary.sessions == 0)
  }

  @Test func closingEndsEverySessionThatTimeCanEnd() async throws {
    let lines = [LaneHarness.event("a", at: 0), LaneHarness.event("b", at: 1, of: "zoe")]
    let custom = [LaneHarness.event("c", at: 2, #","sessionType":"visit","externalId":"x""#)]
    let (summary, results) = try await run([(.web, lines), (.custom, custom)], closes: true)
    #expect(summary.sessions == 3)
    #expect(summary.closed == 2)
    #expect(summary.open == 1)
    let sessions = await results.sessions
    #expect(sessions.count == 3)
    #expect(
      sessions.filter { $0.contains(#""final":true"#) && $0.contains(#""endReason":"timeout""#) }.count == 2)
  }

  @Test func writesTheLastRevisionOfEachSessionOnce() async throws {
    for seed in 0..<20 as Range<UInt64> {
      let inputs = random(seed, inputs: 2, delay: 100_000)
      for closes in [false, true] {
        let (summary, results) = try await run(inputs, closes: closes)
        let sessions = await results.sessions
        let ids = sessions.map { $0.prefix(44) }
        #expect(Set(ids).count == ids.count)
        #expect(summary.sessions == ids.count)
        #expect(summary.read == summary.applied + summary.duplicates + summary.rejected)
        #expect(summary.read == 120)
        #expect(summary.open + summary.closed == summary.sessions)
        var events = 0
        for session in sessions {
          let parsed = try JSONSerialization.jsonObject(with: Data(session.utf8)) as? [String: Any]
          events += parsed?["eventCount"] as? Int ?? 0
        }
        #expect(events == summary.applied, "seed \(seed)")
        if closes { #expect(summary.open == 0) }
      }
    }
  }

  @Test func mergesSeveralInputsOfOneStreamByEventTime() async throws {
    // One customer's visit, split over two files: one session, and the second file's start is not late.
    let hour: Int64 = 3_600_000
    let first = (0..<40).map { LaneHarness.event("a\($0)", at: Int64($0) * hour / 4) }
    let second = (0..<40).map { LaneHarness.event("b\($0)", at: Int64($0) * hour / 4 + 60_000) }
    let (summary, results) = try await run([(.web, first), (.web, second)], size: 7)
    #expect(summary.rejected == 0)
    #expect(summary.sessions == 1)
    #expect(await results.sessions[0].contains(#""eventCount":80,"#))
  }

  @Test func sortedInputsGiveTheSameHoweverTheyAreCutIntoChunks() async throws {
    for seed in 0..<15 as Range<UInt64> {
      // Times of whole minutes, so that inputs often have equal ones.
      var generator = SeededGenerator(seed: seed)
      let inputs = (0..<3).map { input in
        var now: Int64 = 0
        let lines = (0..<40).map { number in
          now += generator.pick(0...2) * 60_000
          return LaneHarness.event(
            "e\(input)-\(number)", at: now, of: LaneHarness.customer(Int(generator.pick(0...1)), of: 1),
            ",\"ipAddress\":\"\(input)-\(number)\"")
        }
        return (JourneyModel.Stream.web, lines)
      }
      let whole = try await run(inputs)
      for size in [1, 2, 3, 7] {
        let cut = try await run(inputs, size: size)
        #expect(cut.summary == whole.summary, "seed \(seed), chunks of \(size)")
        #expect(
          await cut.results.sessions.sorted() == whole.results.sessions.sorted(),
          "seed \(seed), chunks of \(size)")
      }
    }
  }

  @Test func oneInputGivesTheSameHoweverItIsCutIntoChunks() async throws {
    for seed in 0..<15 as Range<UInt64> {
      let inputs = random(seed, inputs: 1, delay: 6_000_000)
      let whole = try await run(inputs)
      for (size, maxGone) in [(1, 1), (1, .max), (3, 2), (7, 3)] {
        let cut = try await run(inputs, size: size, maxGone: maxGone)
        let comment: Comment = "seed \(seed), chunks of \(size), batches of \(maxGone) gone"
        #expect(cut.summary == whole.summary, comment)
        #expect(await cut.results.sessions.sorted() == whole.results.sessions.sorted(), comment)
        #expect(
          await cut.results.rejected.map(\.line).sorted() == whole.results.rejected.map(\.line).sorted(),
          comment)
      }
    }
  }

  @Test func aLateEventIsRejectedUnderItsInputAndLine() async throws {
    let lines = [
      LaneHarness.event("a", at: 10_000_000), LaneHarness.event("b", at: 0, of: LaneHarness.customer(1)),
    ]
    let (summary, results) = try await run([(.app, []), (.web, lines)])
    #expect(summary.rejected == 1)
    let rejected = await results.rejected
    #expect(rejected.map(\.reason) == [.late])
    #expect(rejected.map(\.input) == [1])
    #expect(rejected.map(\.line) == [2])
    #expect(rejected[0].value == Array(lines[1].utf8))
    #expect(rejected[0].explanation.contains("; time.allowedLateness allows 3600 s"))
  }

  /// Where not every change is emitted, the last revisions are the same.
  @Test(arguments: [
    SnapshotPolicy(.milestones), SnapshotPolicy(.ends), SnapshotPolicy(.ends, final: .never),
    SnapshotPolicy(final: .withEnd),
  ])
  func whatIsToldMakesNoDifference(_ policy: SnapshotPolicy) async throws {
    for seed in 0..<10 as Range<UInt64> {
      let inputs = random(seed, inputs: 1, delay: 100_000)
      let changes = try await run(inputs, size: 7)
      let told = try await run(
        inputs, size: 7, settings: LaneHarness.settings { $0.snapshots = policy }, maxGone: 2)
      #expect(told.summary == changes.summary)
      #expect(await told.results.sessions.sorted() == changes.results.sessions.sorted(), "seed \(seed)")
    }
  }

  @Test func rulesGiveTheSameHoweverBatchesEnd() async throws {
    let text = #"""
      {"entities":[{"kind":"segment","id":"s","displayName":"S","journey":{"patterns":[{"criteria":[],"count":2,
      "streamType":"Web","sessionType":"web","eventName":"object_clicked"}]}}]}
      """#
    let document = DefinitionDocument(file: "rules", value: try DefinitionJSON.read(Array(text.utf8)))
    let check = DefinitionCheck([document])
    let definitions = CompiledBundle(try #require(check.bundle, "\(check.findings)"))
    for seed in 0..<10 as Range<UInt64> {
      let inputs = random(seed, inputs: 1, delay: 100_000)
      let whole = try await run(inputs, definitions: definitions)
      #expect(whole.summary.derived.assigned > 0)
      #expect(await whole.results.derived.count == whole.summary.derived.assigned)
      for (size, maxGone) in [(1, 1), (1, .max), (7, 2)] {
        let cut = try await run(inputs, size: size, maxGone: maxGone, definitions: definitions)
        #expect(cut.summary == whole.summary, "seed \(seed)")
        #expect(await cut.results.sessions.sorted() == whole.results.sessions.sorted(), "seed \(seed)")
        #expect(await cut.results.derived.sorted() == whole.results.derived.sorted(), "seed \(seed)")
      }
    }
  }

  /// A source that counts how often it is asked, and fails or ends at one of these times.
  private actor Source {
    private(set) var asked = 0
    private let lines: Lines
    private let ending: Int
    private let fails: Bool

    init(_ lines: Lines, endingAt ending: Int, fails: Bool) {
      self.lines = lines
      self.ending = ending
      self.fails = fails
    }

    func chunk() async throws -> RecordChunk? {
      asked += 1
      if asked < ending { return await lines.chunk() }
      guard fails else { return nil }
      throw LogError(.fatal, code: "broken", "the disk is gone")
    }
  }

  /// It is read ahead, but never behind its end.
  @Test(arguments: [1, 2, 3, 4, 9], [false, true])
  func anInputIsAskedOnceForItsEnd(_ ending: Int, _ fails: Bool) async throws {
    let lines = Lines(
      (0..<100).map { LaneHarness.event("e\($0)", at: Int64($0)) }, input: 0, size: 5)
    let source = Source(lines, endingAt: ending, fails: fails)
    let sink = Replay.Sink(sessions: { _ in }, rejected: { _ in }, progress: { _ in })
    let replay = Replay(settings: LaneHarness.settings(), takenAt: .latest, closes: false)
    let inputs = [Replay.Input(stream: .web) { try await source.chunk() }]
    if fails {
      await #expect(throws: LogError.self) { try await replay.run(inputs, into: sink) }
    } else {
      #expect(try await replay.run(inputs, into: sink).read == 5 * (ending - 1))
    }
    for _ in 0..<20 { await Task.yield() }
    #expect(await source.asked == ending)
  }

  @Test func anErrorOfAnInputEndsTheReplay() async throws {
    let replay = Replay(settings: LaneHarness.settings(), takenAt: .latest, closes: false)
    let broken = Replay.Input(stream: .web) { throw LogError(.fatal, code: "broken", "the disk is gone") }
    let sink = Replay.Sink(sessions: { _ in }, rejected: { _ in }, progress: { _ in })
    await #expect(throws: LogError.self) { try await replay.run([broken], into: sink) }
  }
}
