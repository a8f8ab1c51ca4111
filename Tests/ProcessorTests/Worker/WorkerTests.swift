import EventLog
import Foundation
import JourneyModel
import LaneStorage
import LogTools
import ProcessRuntime
import Processor
import SeededGenerator
import SimulatedLog
import Synchronization
import Testing
import WireFormat

/// The production worker on the simulated log, with requests that fail before and after they took effect.
@Suite struct WorkerTests {
  private static let partitions: Int32 = 4
  private static let start: Int64 = 1_767_600_000_000

  /// Fails every so many requests of a kind.
  private struct Faults: FaultInjector {
    struct Rule {
      var kind: FaultRequest.Kind
      var every: Int
      var reaction: LogError.Reaction
      var moment: FaultMoment
    }

    var rules: [Rule]
    var counts: [Int]

    init(_ rules: [Rule]) {
      self.rules = rules
      counts = rules.map { _ in 0 }
    }

    mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
      for (index, rule) in rules.enumerated() where rule.kind == request.kind {
        counts[index] += 1
        if counts[index] % rule.every == 0 {
          return .fail(LogError(rule.reaction, code: "injected", "\(request.kind)"), rule.moment)
        }
      }
      return .proceed
    }
  }

  private struct FixedClock: WallClock {
    var now: EventTime
  }

  private static func settings() -> ProcessorSettings {
    var settings = ProcessorSettings()
    settings.lanes.partitions = partitions
    settings.commitInterval = .milliseconds(5)
    settings.maxBatchEvents = 60
    settings.topicIdle = .seconds(3_600)
    settings.lanes.checkpointAge = EventTime.Span(milliseconds: 0)
    return settings
  }

  /// Seeded page views of customers who come again, some out of order, some twice.
  private static func events(_ count: Int) -> [(key: String, value: String)] {
    var random = SeededGenerator(seed: 11)
    var events: [(key: String, value: String)] = []
    for number in 0..<count {
      let customer = "customer-\(random.pick(0...60))"
      let at = EventTime(
        milliseconds: start + Int64(number) * 4_000 - (random.chance(5) ? random.pick(0...3_000) : 0))
      let value =
        "{\"id\":\"e\(number)\",\"eventName\":\"page_viewed\",\"customerId\":\"\(customer)\",\"createdDate\":\"\(at.iso8601)\",\"page\":{\"title\":\"\(number)\"}}"
      events.append((customer, value))
      if random.chance(2) { events.append((customer, value)) }
    }
    return events
  }

  @Test func shouldGiveTheSessionsOfAReplayWhateverFails() async throws {
    try await givesTheSessionsOfAReplay(WorkerTests.settings(), LocalStorage(), Reports())
  }

  /// No session fits into memory, and now and then the cold store loses one.
  @Test func shouldGiveTheSessionsOfAReplayWhateverTheColdStoreLoses() async throws {
    var settings = WorkerTests.settings()
    settings.maxResidentBytes = 0
    var local = LocalStorage()
    let losses = Losses(every: 200, most: 6)
    local.coldStores = MemoryColdStores { losses.passes() ? $0 : nil }
    let reports = Reports()
    try await givesTheSessionsOfAReplay(settings, local, reports, events: 1_000)
    #expect(losses.count == 6, "the store lost little, so this showed little")
    // Two lanes may lose one in the same batch.
    #expect(reports.count("localStoreDamaged") > 0)
  }

  private final class Losses: Sendable {
    private let every: Int
    private let most: Int
    private let counts = Mutex((asked: 0, lost: 0))

    init(every: Int, most: Int) {
      self.every = every
      self.most = most
    }

    var count: Int { counts.withLock { $0.lost } }

    func passes() -> Bool {
      counts.withLock {
        $0.asked += 1
        guard $0.asked % every == 0, $0.lost < most else { return true }
        $0.lost += 1
        return false
      }
    }
  }

  private final class Reports: Sendable {
    private let rewinds = Mutex<[String: Int]>([:])

    func count(_ code: String) -> Int { rewinds.withLock { $0[code, default: 0] } }

    func note(_ event: ProcessorEvent) {
      guard case .rewound(let error) = event else { return }
      rewinds.withLock { $0[error.code, default: 0] += 1 }
    }
  }

  private func givesTheSessionsOfAReplay(
    _ settings: ProcessorSettings, _ local: LocalStorage, _ reports: Reports, events count: Int = 3_000
  ) async throws {
    let log = SimulatedLog(seed: 5, configuration: .init(waitsInRealTime: true))
    let topics = settings.lanes.topics
    try log.create(
      topics.all.uniqued().map {
        TopicSpecification(name: $0, partitions: WorkerTests.partitions)
      })
    let events = WorkerTests.events(count)
    let publisher = try log.makePublisher()
    var batch = OutputBatch()
    for event in events {
      batch.append("web", partition: -1, key: Array(event.key.utf8), value: Array(event.value.utf8))
    }
    try publisher.send(batch)
    log.faults = Faults([
      .init(kind: .begin, every: 7, reaction: .retry, moment: .beforeEffect),
      .init(kind: .produce, every: 31, reaction: .abortAndRewind, moment: .beforeEffect),
      .init(kind: .flush, every: 9, reaction: .abortAndRewind, moment: .afterEffect),
      .init(kind: .sendOffsets, every: 8, reaction: .abortAndRewind, moment: .beforeEffect),
      .init(kind: .commit, every: 5, reaction: .abortAndRewind, moment: .beforeEffect),
      .init(kind: .commit, every: 7, reaction: .commitUnknown, moment: .afterEffect),
      .init(kind: .readBounds, every: 6, reaction: .retry, moment: .beforeEffect),
    ])

    let clock = FixedClock(now: EventTime(milliseconds: WorkerTests.start + 86_400_000))
    let worker = Worker(settings: settings, log: log, clock: clock, local: local) { reports.note($0) }
    let run = Task { try await worker.run() }
    let distinct = Set(events.map(\.value)).count
    var snapshots: [Snapshot] = []
    for _ in 0..<600 {
      try await Task.sleep(for: .milliseconds(50))
      snapshots = try committedSnapshots(log, topics)
      if newest(snapshots).values.reduce(0, { $0 + $1.eventCount }) >= distinct { break }
    }
    worker.stop()
    try await run.value
    snapshots = try committedSnapshots(log, topics)

    for kind in [FaultRequest.Kind.begin, .produce, .flush, .sendOffsets, .commit, .readBounds] {
      #expect(log.firedFaults.count(kind) > 0, "no \(kind) ever failed, so this showed little")
    }
    let identities = snapshots.map { "\($0.id):\($0.revision)" }
    #expect(Set(identities).count == identities.count, "a revision was published twice")
    let expected = try await replayed(events, settings)
    let found = newest(snapshots).mapValues(\.text)
    #expect(found.count == expected.count)
    #expect(found == expected)
  }

  // MARK: - Reading

  private struct Snapshot {
    var id: String
    var revision: Int
    var eventCount: Int
    var text: String
  }

  private static func snapshot(_ bytes: [UInt8]) throws -> Snapshot {
    let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    return Snapshot(
      id: try #require(object["id"] as? String), revision: try #require(object["revision"] as? Int),
      eventCount: try #require(object["eventCount"] as? Int), text: String(decoding: bytes, as: UTF8.self))
  }

  private func committedSnapshots(_ log: SimulatedLog, _ topics: TopicNames) throws -> [Snapshot] {
    let reader = try log.makeReader()
    defer { reader.close() }
    let partitions = (0..<WorkerTests.partitions).map { TopicPartition(topics.sessions, $0) }
    var snapshots: [Snapshot] = []
    for (partition, bounds) in try retried({ try reader.bounds(partitions) }).sorted(by: { $0.key < $1.key })
    {
      try reader.read(partition, from: bounds.earliest, to: bounds.end, patience: .seconds(5)) { chunk in
        for entry in chunk.entries {
          if let value = chunk.copy(entry.value) { snapshots.append(try WorkerTests.snapshot(value)) }
        }
        return true
      }
    }
    return snapshots
  }

  /// The test's own requests meet the injected faults as well.
  private func retried<Value>(_ body: () throws -> Value) throws -> Value {
    while true {
      do { return try body() } catch let error as LogError where error.reaction == .retry { continue }
    }
  }

  private func newest(_ snapshots: [Snapshot]) -> [String: Snapshot] {
    Dictionary(snapshots.map { ($0.id, $0) }) { $0.revision > $1.revision ? $0 : $1 }
  }

  /// The last line of each session in an offline replay.
  private func replayed(_ events: [(key: String, value: String)], _ settings: ProcessorSettings) async throws
    -> [String: String]
  {
    var chunk = RecordChunk(source: TopicPartition("web", 0), next: NextOffset(0))
    for (offset, event) in events.enumerated() {
      chunk.append(
        offset: RecordOffset(Int64(offset)), timestamp: -1, key: nil, value: Array(event.value.utf8))
    }
    chunk.seal()
    let source = OneChunk(chunk)
    let lines = Lines()
    let replay = Replay(
      settings: settings.lanes, takenAt: EventTime(milliseconds: WorkerTests.start + 86_400_000),
      closes: false)
    _ = try await replay.run(
      [Replay.Input(stream: .web) { await source.take() }],
      into: Replay.Sink(sessions: { await lines.append($0) }, rejected: { _ in }, progress: { _ in }))
    var result: [String: String] = [:]
    for line in await lines.bytes.split(separator: 0x0a) {
      let snapshot = try WorkerTests.snapshot(Array(line))
      result[snapshot.id] = snapshot.text
    }
    return result
  }

  private actor OneChunk {
    private var chunk: RecordChunk?
    init(_ chunk: RecordChunk) { self.chunk = chunk }
    func take() -> RecordChunk? {
      defer { chunk = nil }
      return chunk
    }
  }

  private actor Lines {
    var bytes: [UInt8] = []
    func append(_ more: [UInt8]) { bytes += more }
  }
}

extension [String] {
  fileprivate func uniqued() -> [String] { Set(self).sorted() }
}
