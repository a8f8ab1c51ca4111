import EmbeddedLog
import EventLog
import Foundation
import JourneyModel
import LaneScenes
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools
@testable import Processor

/// Rejected records go back to where they entered, each at most once.
@Suite struct RedriveTests {
  private static let settings: LaneSettings = {
    var settings = LaneSettings()
    settings.partitions = 2
    return settings
  }()
  private var settings: LaneSettings { RedriveTests.settings }

  /// Fails one request, by kind and number among those that come once it is armed.
  private struct OneFault: FaultInjector {
    var kind: FaultRequest.Kind
    var number: Int
    var answer: FaultAnswer
    var seen = 0

    mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
      guard request.kind == kind else { return .proceed }
      seen += 1
      return seen == number ? answer : .proceed
    }
  }

  private func create(_ log: any EventLog) throws {
    let topics = settings.topics
    try log.create(
      Set(topics.all).sorted().map {
        TopicSpecification(name: $0, partitions: settings.partitions)
      })
  }

  private func simulated() throws -> SimulatedLog {
    let log = SimulatedLog(seed: 3)
    try create(log)
    return log
  }

  /// Writes dead letters as a lane does.
  private func reject(
    _ log: any EventLog, _ reason: RejectionReason, _ names: [String], from topic: String = "web",
    partition: Int32 = 1, attempts: Int = 0
  ) throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    for (number, name) in names.enumerated() {
      var origin = Origin(stream: "web", topic: topic, partition: partition, offset: Int64(number))
      origin.redriven = attempts
      var headers = origin.headers
      headers.append("sojourn-reason", Array(reason.rawValue.utf8))
      batch.append(
        settings.topics.rejected, partition: Int32(number % 2), key: Array("key of \(name)".utf8),
        value: Array(name.utf8), headers: headers)
    }
    try publisher.send(batch)
  }

  /// Values and headers of a topic's partition.
  private func read(_ log: any EventLog, _ topic: String, _ partition: Int32) throws -> [(
    value: String, key: String, headers: HeaderBlock
  )] {
    let reader = try log.makeReader()
    defer { reader.close() }
    let source = TopicPartition(topic, partition)
    let bounds = try #require(try reader.bounds([source])[source])
    var found: [(value: String, key: String, headers: HeaderBlock)] = []
    try reader.read(source, from: bounds.earliest, to: bounds.end, patience: .seconds(1)) { chunk in
      for entry in chunk.entries {
        found.append(
          (
            String(decoding: chunk.copy(entry.value) ?? [], as: UTF8.self),
            String(decoding: chunk.copy(entry.key) ?? [], as: UTF8.self),
            HeaderBlock(bytes: chunk.copy(entry.headers) ?? [])
          ))
      }
      return true
    }
    return found
  }

  private func redrive(
    _ reasons: [RejectionReason] = RejectionReason.allCases, since: EventTime? = nil, limit: Int? = nil,
    maxAttempts: Int = 3
  ) -> Redrive {
    Redrive(
      settings: settings, instance: "test",
      selection: .init(reasons: reasons, since: since, limit: limit, maxAttempts: maxAttempts),
      patience: .seconds(5))
  }

  private func names(_ prefix: String, _ count: Int) -> [String] { (0..<count).map { "\(prefix)\($0)" } }

  @Test func aRecordGoesBackToItsOriginWithKeyAndBytes() throws {
    let log = try simulated()
    try reject(log, .late, ["a", "b"])
    try reject(log, .late, ["c"], from: "conversation", partition: 0, attempts: 2)
    let result = try redrive().run(on: log)
    #expect(result.mapValues(\.redriven) == [.late: 3])
    let web = try read(log, "web", 1).sorted { $0.value < $1.value }
    #expect(web.map(\.value) == ["a", "b"])
    #expect(web.map(\.key) == ["key of a", "key of b"])
    #expect(web.allSatisfy { $0.headers.text("sojourn-redriven") == "1" && $0.headers.headers.count == 1 })
    let conversation = try read(log, "conversation", 0)
    #expect(conversation.map(\.value) == ["c"])
    #expect(conversation.first?.headers.text("sojourn-redriven") == "3")
    #expect(try read(log, "web", 0).isEmpty)
  }

  @Test func eachReasonIsRedrivenOnce() throws {
    let log = try simulated()
    try reject(log, .late, names("late", 5))
    try reject(log, .tooLarge, names("large", 4))
    try reject(log, .late, names("later", 3))
    #expect(try redrive([.late]).plan(on: log).mapValues(\.redriven) == [.late: 8])
    #expect(try read(log, "web", 1).isEmpty, "a plan has written")
    #expect(try redrive([.late]).run(on: log).mapValues(\.redriven) == [.late: 8])
    #expect(try redrive().plan(on: log).mapValues(\.redriven) == [.tooLarge: 4])
    #expect(try redrive().run(on: log).mapValues(\.redriven) == [.tooLarge: 4])
    #expect(try redrive().run(on: log).isEmpty)
    #expect(Set(try read(log, "web", 1).map(\.value)).count == 12)
    #expect(try read(log, "web", 1).count == 12)
  }

  @Test func theLimitIsWhereTheNextRunGoesOn() throws {
    let log = try simulated()
    try reject(log, .late, names("l", 7))
    try reject(log, .tooLarge, names("t", 2))
    for expected in [3, 3, 3, 0] {
      #expect(try redrive(limit: 3).plan(on: log).values.reduce(0) { $0 + $1.redriven } == expected)
      #expect(try redrive(limit: 3).run(on: log).values.reduce(0) { $0 + $1.redriven } == expected)
    }
    #expect(Set(try read(log, "web", 1).map(\.value)).count == 9)
  }

  @Test func attemptsEnd() throws {
    for attempts in 0...4 {
      let log = try simulated()
      try reject(log, .late, ["a"], attempts: attempts)
      let counts = try redrive(maxAttempts: 3).run(on: log)[.late]
      #expect(counts?.redriven == (attempts < 3 ? 1 : 0))
      #expect(counts?.exhausted == (attempts < 3 ? 0 : 1))
      #expect(try redrive(maxAttempts: 9).run(on: log).isEmpty, "what was passed over came back")
    }
  }

  @Test func olderRecordsArePassedOver() throws {
    let log = try simulated()
    try reject(log, .late, ["old"])
    log.now += 1_000
    let since = EventTime(milliseconds: log.now)
    try reject(log, .late, ["at"])
    log.now += 1
    try reject(log, .late, ["new"])
    let counts = try redrive(since: since).run(on: log)[.late]
    #expect(counts?.redriven == 2)
    #expect(counts?.older == 1)
    #expect(Set(try read(log, "web", 1).map(\.value)) == ["at", "new"])
  }

  @Test func nothingIsWrittenAnywhereButToInputs() throws {
    let log = try simulated()
    try reject(log, .badRouting, ["a"], from: "routed")
    try reject(log, .late, ["b"], from: "sessions")
    try reject(log, .late, ["c"], partition: 7)
    let result = try redrive().run(on: log)
    #expect(result.values.reduce(0) { $0 + $1.withoutOrigin } == 3)
    #expect(result.values.reduce(0) { $0 + $1.redriven } == 0)
    #expect(try read(log, "routed", 1).isEmpty)
    #expect(try read(log, "sessions", 1).isEmpty)
  }

  /// Killed, or failing, before and after each step took effect; then started again.
  @Test(arguments: [FaultRequest.Kind.poll, .begin, .produce, .flush, .sendOffsets, .commit, .committed])
  func whateverFailsEachRecordGoesBackOnce(_ kind: FaultRequest.Kind) throws {
    for moment in FaultMoment.allCases {
      for number in 1...2 {
        for isCrash in [true, false] {
          let log = try simulated()
          try reject(log, .late, names("a", 700))
          let reaction: LogError.Reaction =
            kind == .commit && moment == .afterEffect ? .commitUnknown : .abortAndRewind
          log.faults = OneFault(
            kind: kind, number: number,
            answer: isCrash
              ? .crash(moment) : .fail(LogError(reaction, code: "injected", "\(kind)"), moment))
          let name = "\(kind) \(number) \(moment) \(isCrash ? "crash" : "failure")"
          var redriven = 0
          do {
            redriven = try redrive([.late]).run(on: log)[.late]?.redriven ?? 0
            #expect(!isCrash || log.firedFaults.count(kind) == 0, "\(name): went on after a crash")
          } catch is SimulatedCrash {
            log.faults = nil
            // The dead process's membership and transaction run out.
            log.now += 60_000
            _ = try redrive([.late]).run(on: log)
          }
          if !isCrash { #expect(redriven == 700, "\(name): counted \(redriven)") }
          if number == 1 { #expect(log.firedFaults.count(kind) == 1, "\(name) never struck") }
          let values = try read(log, "web", 1).map(\.value)
          #expect(values.count == 700, "\(name): \(values.count)")
          #expect(Set(values).count == 700, "\(name)")
        }
      }
    }
  }

  @Test func worksOnTheEmbeddedLog() throws {
    let path = NSTemporaryDirectory() + "redrive-\(UUID().uuidString).db"
    defer {
      for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }
    let log = try EmbeddedLog(path: path)
    try create(log)
    try reject(log, .late, names("a", 1_200))
    #expect(try redrive().plan(on: log)[.late]?.redriven == 1_200)
    #expect(try redrive(limit: 700).run(on: log)[.late]?.redriven == 700)
    #expect(try redrive().run(on: log)[.late]?.redriven == 500)
    #expect(Set(try read(log, "web", 1).map(\.value)).count == 1_200)
    #expect(try read(log, "web", 1).count == 1_200)
  }

  // MARK: - What comes back

  @Test func theNumberOfAttemptsComesBackWithTheNextRejection() throws {
    let lane = try LaneHarness()
    let redriven = HeaderBlock([("sojourn-redriven", "2")])
    let written = lane.reduce([lane.input("web", ["{"], headers: redriven)])
    #expect(written.of("rejected")[0].headers?.text("sojourn-redriven") == "2")
    // Through `routed` as well.
    let foreign = LaneHarness.event("a", at: 0, of: LaneHarness.customer(0, of: 2))
    let routed = lane.reduce([lane.input("web", [foreign], headers: redriven)]).of("routed")
    #expect(routed[0].headers?.text("sojourn-redriven") == "2")
    #expect(routed[0].headers?.text("sojourn-origin-topic") == "web")
    let misplaced = lane.reduce([
      lane.input("routed", [foreign], headers: routed[0].headers, stream: .web)
    ]).of("rejected")
    #expect(misplaced[0].headers?.text("sojourn-redriven") == "2")
    #expect(misplaced[0].headers?.text("sojourn-origin-topic") == "web")
    for wrong in ["", "-1", "x", "99999999999999999999"] {
      let written = lane.reduce([
        lane.input("web", ["{"], headers: HeaderBlock([("sojourn-redriven", wrong)]))
      ])
      #expect(written.of("rejected")[0].headers?.text("sojourn-redriven") == nil, "\(wrong)")
    }
  }
}
