package import EventLog
internal import Foundation
package import JourneyModel
internal import JourneyRules
package import LogTools
import ProcessRuntime
package import Processor
internal import SeededGenerator
internal import Sessionizer
package import SimulatedLog
internal import Synchronization
package import WireFormat

/// The production worker over seeded events of all kinds on a simulated log, with ticks, restarts, aborted
/// transactions, redo, checkpoints and tombstones: what a verification has to agree with.
package struct VerificationScene {
  package static let partitions: Int32 = 3
  package static let start: Int64 = 1_767_600_000_000

  package let log: SimulatedLog
  package let settings: ProcessorSettings
  package let clock: MovingClock
  package var topics: TopicNames { settings.lanes.topics }

  /// A wall clock that the test moves.
  package final class MovingClock: WallClock {
    private let milliseconds: Mutex<Int64>
    package init(_ start: Int64) { milliseconds = Mutex(start) }
    package var now: EventTime { EventTime(milliseconds: milliseconds.withLock { $0 }) }
    package func set(_ time: Int64) { milliseconds.withLock { $0 = time } }
  }

  /// Fails every so many requests of a kind.
  private struct Faults: FaultInjector {
    var rules: [(kind: FaultRequest.Kind, every: Int, reaction: LogError.Reaction, moment: FaultMoment)]
    var counts: [FaultRequest.Kind: Int] = [:]

    mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
      for rule in rules where rule.kind == request.kind {
        counts[rule.kind, default: 0] += 1
        if counts[rule.kind, default: 0] % rule.every == 0 {
          return .fail(LogError(rule.reaction, code: "injected", "\(request.kind)"), rule.moment)
        }
      }
      return .proceed
    }
  }

  /// - Parameter compacted: which topics are compacted.
  package init(compacted: Set<String> = [], _ change: (inout ProcessorSettings) -> Void = { _ in }) throws {
    var settings = ProcessorSettings()
    settings.lanes.partitions = VerificationScene.partitions
    settings.lanes.sessions.webGap = .minutes(2)
    settings.lanes.sessions.allowedLateness = .minutes(3)
    settings.lanes.checkpointAge = .seconds(5)
    settings.lanes.maxCheckpointValues = 3
    settings.lanes.maxRedoBytes = 2_000
    settings.commitInterval = .milliseconds(5)
    settings.maxBatchEvents = 40
    settings.topicIdle = .seconds(20)
    settings.definitionsInterval = .zero
    change(&settings)
    self.settings = settings
    clock = MovingClock(VerificationScene.start)
    log = SimulatedLog(seed: 5, configuration: .init(waitsInRealTime: true))
    let topics = settings.lanes.topics
    try log.create(
      Set(topics.all).sorted().map {
        TopicSpecification(
          name: $0, partitions: VerificationScene.partitions,
          settings: compacted.contains($0) ? ["cleanup.policy": "compact"] : [:])
      })
    try applyDefinitions(revision: 1)
  }

  /// Puts definitions into force; each revision assigns its segment by another page.
  package func applyDefinitions(revision: Int) throws {
    func rule(_ title: String) -> String {
      """
      "journey":{"patterns":[{"criteria":[{"key":"page.title","values":["\(title)"],"operator":"startsWith",\
      "shouldIgnoreCase":false}],"count":1,"streamType":"Web","sessionType":"web"}]}
      """
    }
    let text = """
      {"entities":[
      {"kind":"segment","id":"visitor","displayName":"Visitor","version":\(revision),\(rule(revision == 1 ? "Page" : "Page \(revision)"))},
      {"kind":"outcome","id":"early","displayName":"Early page","version":1,\(rule("Page"))},
      {"kind":"actionMap","id":"welcome","displayName":"Welcome","version":1,"triggerWithSegments":["visitor"],\
      "activation":{"type":"delay","delayInSeconds":30},"action":{"mediaType":"architectFlow",\
      "architectFlowFields":{"architectFlow":{"id":"flow"},"flowRequestMappings":[]}}}
      ]}
      """
    let check = DefinitionCheck([
      DefinitionDocument(file: "scene", value: try DefinitionJSON.read(Array(text.utf8)))
    ])
    guard let bundle = check.bundle else { throw BadDefinitions(findings: "\(check.findings)") }
    let current = DefinitionRecords.Current(
      bundle: bundle.hash.description, revision: revision, appliedAt: clock.now)
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    try publisher.send(
      try DefinitionRecords.records(bundle, as: current, topic: settings.lanes.topics.definitions))
  }

  private init(log: SimulatedLog, settings: ProcessorSettings, clock: MovingClock) {
    self.log = log
    self.settings = settings
    self.clock = clock
  }

  /// The same log under other settings.
  package func with(_ settings: ProcessorSettings) -> VerificationScene {
    VerificationScene(log: log, settings: settings, clock: clock)
  }

  /// Publishes events of the minutes, runs the worker until it has taken them all, and stops it. Some come
  /// twice, some late, some under the wrong key, and some are none.
  package func play(minutes: Range<Int64>, seed: UInt64, withFaults: Bool = false) async throws {
    var random = SeededGenerator(seed: seed)
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    if withFaults {
      log.faults = Faults(rules: [
        (.produce, 31, .abortAndRewind, .beforeEffect), (.flush, 9, .abortAndRewind, .afterEffect),
        (.commit, 5, .abortAndRewind, .beforeEffect), (.commit, 7, .commitUnknown, .afterEffect),
      ])
    }
    for minute in minutes {
      var batch = OutputBatch()
      for number in 0..<12 {
        let at = VerificationScene.start + minute * 60_000 + Int64(number) * 4_000
        append(&batch, "\(seed)-\(minute)-\(number)", at: at, &random)
      }
      try publisher.send(batch)
      clock.set(VerificationScene.start + minute * 60_000 + 55_000)
      if random.chance(30) || minute == minutes.last { try await work() }
    }
    log.faults = nil
  }

  /// Runs the worker until nothing is left to do, then stops it.
  package func work() async throws {
    let worker = Worker(settings: settings, log: log, clock: clock) { _ in }
    let run = Task { try await worker.run() }
    for _ in 0..<1_000 {
      try await Task.sleep(for: .milliseconds(20))
      if try isDone() { break }
    }
    // Time goes by, so that checkpoints and ticks have their turn.
    for _ in 0..<6 {
      clock.set(clock.now.milliseconds + 7_000)
      try await Task.sleep(for: .milliseconds(15))
    }
    worker.stop()
    try await run.value
  }

  private func append(
    _ batch: inout OutputBatch, _ id: String, at time: Int64, _ random: inout SeededGenerator
  ) {
    let customer = "customer-\(random.pick(0...25))"
    var created = time
    if random.chance(5) {
      created -= 1_800_000
    } else if random.chance(10) {
      created -= random.pick(0...90_000)
    }
    let stream = random.pick(["web", "web", "web", "app", "custom", "conversation"])
    var members =
      "\"id\":\"\(id)\",\"customerId\":\"\(customer)\",\"createdDate\":\"\(EventTime(milliseconds: created).iso8601)\""
    switch stream {
    case "web":
      members += ",\"eventName\":\"page_viewed\",\"page\":{\"title\":\"Page \(random.pick(0...9))\"}"
    case "app": members += ",\"eventName\":\"screen_viewed\",\"screenName\":\"Screen \(random.pick(0...9))\""
    case "custom":
      members +=
        ",\"eventName\":\"delivered\",\"sessionType\":\"delivery\",\"externalId\":\"order-\(random.pick(0...3))\",\"attributes\":{\"where\":\"depot \(random.pick(0...9))\"}"
    default:
      members +=
        ",\"eventName\":\"\(random.pick(["started", "routed", "connected", "ended"]))\",\"conversation\":{\"id\":\"talk-\(customer)-\(random.pick(0...1))\"}"
    }
    var value = "{\(members)}"
    if random.chance(4) { value = String(value.dropLast(Int(random.pick(1...20)))) }
    let isMisplaced = random.chance(25)
    let key = Array(customer.utf8)
    for _ in 0..<(random.chance(5) ? 2 : 1) {
      batch.append(
        stream, partition: isMisplaced ? Int32(random.pick(0...Int64(VerificationScene.partitions - 1))) : -1,
        key: key, value: Array(value.utf8))
    }
  }

  /// Whether the journal accounts for everything that was published.
  private func isDone() throws -> Bool {
    var published = 0
    for topic in topics.consumed where topic != topics.routed {
      for lane in LaneNumber.all(of: VerificationScene.partitions) {
        published += try records(TopicPartition(topic, lane: lane)).count
      }
    }
    var settled = 0
    for lane in LaneNumber.all(of: VerificationScene.partitions) {
      for record in try records(TopicPartition(topics.journal, lane: lane)) {
        let counts = try JournalRecord(decoding: record.value ?? []).counts
        settled += counts.applied + counts.duplicates + counts.rejected
      }
    }
    return settled == published
  }

  /// A committed record with its offset.
  package struct Record {
    package var offset: Int64
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: HeaderBlock?
  }

  /// The committed records of a partition.
  package func records(_ partition: TopicPartition) throws -> [Record] {
    let reader = try log.makeReader()
    defer { reader.close() }
    var result: [Record] = []
    guard let bounds = try reader.bounds([partition])[partition] else { return [] }
    let end = try log.lastStableOffset(partition)
    try reader.read(partition, from: bounds.earliest, to: end, patience: .seconds(5)) { chunk in
      for entry in chunk.entries {
        result.append(
          Record(
            offset: entry.offset.value, key: chunk.copy(entry.key), value: chunk.copy(entry.value),
            headers: chunk.copy(entry.headers).map { HeaderBlock(bytes: $0) }))
      }
      return true
    }
    return result
  }

  package func verify(_ lane: LaneNumber) throws -> LaneVerification {
    try Verification(settings: settings.lanes, patience: .seconds(2)).verify(lane, on: log)
  }
}

/// The scene's own definitions do not pass the check: a fault of the test.
private struct BadDefinitions: Error {
  let findings: String
}
