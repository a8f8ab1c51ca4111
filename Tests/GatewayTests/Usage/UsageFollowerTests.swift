import EventLog
import Foundation
import JourneyModel
import Logging
import ProcessRuntime
import SimulatedLog
import Testing
import Threads
import WireFormat

@testable import Gateway

/// Followers that fail and come and go: the numbers are those of the journal.
@Suite(.timeLimit(.minutes(2))) struct UsageFollowerTests {
  /// Fails requests of the log now and then, before or after they take effect.
  private struct Faults: FaultInjector {
    func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
      guard UInt64.random(in: 0..<100, using: &random) < 7 else { return .proceed }
      let moment: FaultMoment = Bool.random(using: &random) ? .beforeEffect : .afterEffect
      switch request.kind {
      case .publish, .abort, .initialize: return .proceed
      case .commit: return .fail(LogError(.commitUnknown, code: "test", "unknown"), moment)
      case .begin, .produce, .flush, .sendOffsets:
        return .fail(LogError(.abortAndRewind, code: "test", "abort"), moment)
      case .poll where Bool.random(using: &random):
        return .fail(LogError(.ownershipLost, code: "test", "lost"), moment)
      case .poll, .committed, .readBounds, .read:
        return .fail(LogError(.retry, code: "test", "again"), moment)
      }
    }
  }

  /// Loses the answer to the first commit of one producer.
  private struct LostAnswer: FaultInjector {
    var producer: String

    mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
      guard request.kind == .commit, request.subject == producer else { return .proceed }
      producer = ""
      return .fail(
        LogError(.commitUnknown, code: "test", "unknown"),
        Bool.random(using: &random) ? .beforeEffect : .afterEffect)
    }
  }

  private static let lanes: Int32 = 3

  private static func log(_ seed: UInt64) throws -> SimulatedLog {
    var configuration = SimulatedLog.Configuration()
    configuration.waitsInRealTime = true
    configuration.variesFetches = true
    let log = SimulatedLog(seed: seed, configuration: configuration)
    try log.create(["journal", "usage"].map { TopicSpecification(name: $0, partitions: lanes) })
    return log
  }

  private static func follower(
    _ log: SimulatedLog, _ instance: String, interval: Duration = .milliseconds(3)
  ) -> UsageFollower {
    var settings = UsageSettings(group: "g", instance: instance, journal: "journal", usage: "usage")
    settings.interval = interval
    settings.idleInterval = interval * 2
    settings.rest = .milliseconds(2)
    return UsageFollower(
      settings, log: log, runtime: ThreadRuntime(),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Batches of a lane, with sources in every third of them.
  private static func batches(
    _ lane: LaneNumber, _ range: Range<Int>, _ expected: inout [String: Int]
  ) -> OutputBatch {
    var records = OutputBatch()
    for sequence in range {
      var record = JournalRecord(
        lane: lane, partitions: lanes, sequence: BatchSequence(sequence + 1),
        takenAt: EventTime(milliseconds: 1_767_600_000_000 + Int64(sequence) * 600_000), configuration: "c")
      if sequence.isMultiple(of: 3) {
        var count = UsageCounts.Count()
        (count.events, count.sessions) = (sequence + 1, 1)
        record.counts.applied = count.events
        record.usage.add(count, source: "s\(sequence % 4)", stream: .web)
        let day = record.takenAt.iso8601.prefix(10)
        expected["\(lane)/\(day)/web/s\(sequence % 4)", default: 0] += count.events
      }
      records.append("journal", partition: lane.partition, key: nil, value: record.encoded())
    }
    return records
  }

  /// The newest value of each key.
  private static func written(_ log: SimulatedLog) throws -> [String: Int] {
    let reader = try log.makeReader()
    defer { reader.close() }
    var sums: [String: Int] = [:]
    for (partition, bounds) in try reader.bounds((0..<lanes).map { TopicPartition("usage", $0) }) {
      try reader.read(partition, from: bounds.earliest, to: bounds.end, patience: .seconds(5)) { chunk in
        for entry in chunk.entries {
          let key = String(decoding: chunk.copy(entry.key) ?? [], as: UTF8.self)
          let record = chunk.copy(entry.value).flatMap { UsageRecord(decoding: $0) }
          #expect(record?.key == key)
          #expect(record?.events ?? 0 >= sums[key] ?? 0, "\(key) went back")
          sums[key] = record?.events
        }
        return true
      }
    }
    return sums
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func eachBatchCountsOnceWhateverFails(seed: UInt64) async throws {
    let log = try Self.log(seed)
    log.faults = Faults()
    var expected: [String: Int] = [:]
    let publisher = try log.makePublisher()
    for round in 0..<6 {
      let followers = (0..<1 + round % 2).map { Self.follower(log, "f\($0)") }
      let running = followers.map { follower in Task { try await onOwnThread { try follower.run() } } }
      for slice in 0..<5 {
        let from = (round * 5 + slice) * 8
        for lane in LaneNumber.all(of: Self.lanes) {
          try publisher.send(Self.batches(lane, from..<from + 8, &expected))
        }
        try await Task.sleep(for: .milliseconds(10))
      }
      for follower in followers { follower.stop() }
      for task in running { try await task.value }
    }
    let last = Self.follower(log, "last")
    let running = Task { try await onOwnThread { try last.run() } }
    let reference = expected
    log.faults = nil
    while try Self.written(log) != reference {
      try await Task.sleep(for: .milliseconds(20))
      let sum = try Self.written(log).values.reduce(0, +)
      try #require(sum <= reference.values.reduce(0, +), "more than there was")
    }
    last.stop()
    try await running.value
    #expect(try Self.written(log) == reference)
    #expect(log.firedFaults.total > 5)
  }

  /// Lanes are given away with a commit that nobody confirms: only a new producer can write after it.
  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func lanesGivenAwayWithoutAnAnswerAreCountedOnce(seed: UInt64) async throws {
    let log = try Self.log(seed)
    log.faults = LostAnswer(producer: "g-usage-first")
    var expected: [String: Int] = [:]
    let publisher = try log.makePublisher()
    // Writes nothing before it has to give lanes away.
    let first = Self.follower(log, "first", interval: .seconds(600))
    let running = Task { try await onOwnThread { try first.run() } }
    var sent = 0
    func send(_ count: Int) throws {
      for lane in LaneNumber.all(of: Self.lanes) {
        try publisher.send(Self.batches(lane, sent..<sent + count, &expected))
      }
      sent += count
    }
    // Others come and go, until it had read something when it was asked to give lanes away.
    while log.firedFaults.total == 0 {
      try send(9)
      try await Task.sleep(for: .milliseconds(50))
      let other = Self.follower(log, "other")
      let joining = Task { try await onOwnThread { try other.run() } }
      try await Task.sleep(for: .milliseconds(50))
      other.stop()
      try await joining.value
    }
    let second = Self.follower(log, "second")
    let following = Task { try await onOwnThread { try second.run() } }
    try send(30)
    try await Task.sleep(for: .milliseconds(300))
    first.stop()
    try await running.value
    let reference = expected
    while try Self.written(log) != reference { try await Task.sleep(for: .milliseconds(10)) }
    second.stop()
    try await following.value
    #expect(try Self.written(log) == reference)
    #expect(log.firedFaults.total == 1)
  }

  @Test func aPositionThatIsGoneIsPassedOver() async throws {
    let log = try Self.log(9)
    var expected: [String: Int] = [:]
    let publisher = try log.makePublisher()
    try publisher.send(Self.batches(0, 0..<9, &expected))
    log.commitOffsets([TopicPartition("journal", 0): NextOffset(50)], group: "g-usage")
    let follower = Self.follower(log, "f")
    let running = Task { try await onOwnThread { try follower.run() } }
    let reference = expected
    while try Self.written(log) != reference { try await Task.sleep(for: .milliseconds(10)) }
    follower.stop()
    try await running.value
    let page = String(decoding: follower.monitor.text, as: UTF8.self)
    #expect(page.contains("sojourn_usage_events_total{source=\"s0\",stream=\"web\"} 1\n"))
    #expect(page.contains("sojourn_usage_following 0\n"))
  }
}
