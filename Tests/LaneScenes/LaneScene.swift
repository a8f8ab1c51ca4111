package import EventLog
package import JourneyModel
package import JourneyRules
package import LaneStorage
package import Processor
internal import Sessionizer
package import SimulatedLog
package import WireFormat

/// One lane on a simulated log: events in, one transaction per batch, restored whenever a test says so.
///
/// Times are milliseconds after `start`.
package final class LaneScene {
  package static let start: Int64 = 1_767_600_000_000
  package static let lane: LaneNumber = 1

  package let log: SimulatedLog
  package var settings: ProcessorSettings
  /// The lane as it runs; a test may put a restored one in its place.
  package var machine: LaneMachine
  /// What a restore may use besides the log, unless a test says otherwise.
  package var local = LocalStorage()
  /// Bytes of sessions that the lane may hold in memory.
  package var memoryShare = Int.max
  /// What batches are reduced under.
  package var definitions: CompiledBundle?
  /// The journal record of the newest batch, committed or not.
  package private(set) var newest: JournalRecord?
  /// Everything that was committed to `sessions` and `rejected`.
  package private(set) var outputs: [[UInt8]] = []
  private let decoder: EventDecoder
  private var consumer: any GroupConsumer
  private var producer: any TransactionalProducer
  private var position: Int64 = 0
  private var events = 0

  package init(_ change: (inout ProcessorSettings) -> Void = { _ in }) throws {
    var settings = ProcessorSettings()
    settings.lanes.partitions = 4
    settings.restorePatience = .seconds(1)
    change(&settings)
    self.settings = settings
    log = SimulatedLog(seed: 1, configuration: .init(sessionTimeout: .seconds(1_000_000)))
    let topics = settings.lanes.topics
    try log.create(
      Set(topics.all).sorted().map { name in
        TopicSpecification(
          name: name, partitions: settings.lanes.partitions,
          settings: name == topics.state ? ["cleanup.policy": "compact"] : [:])
      })
    guard let decoder = EventDecoder(limits: settings.lanes.decoding, partitions: settings.lanes.partitions)
    else { throw CodecError("no memory") }
    self.decoder = decoder
    machine = LaneMachine(lane: LaneScene.lane, settings: settings.lanes, configuration: "c0ffee")
    (consumer, producer) = try LaneScene.join(log, settings)
  }

  /// Joins the group and fences the producer before, as a process does that starts.
  private static func join(
    _ log: SimulatedLog, _ settings: ProcessorSettings
  ) throws -> (any GroupConsumer, any TransactionalProducer) {
    let consumer = try log.makeConsumer(
      ConsumerConfiguration(
        group: settings.lanes.group, instance: settings.instance, topics: settings.lanes.topics.consumed))
    let producer = try log.makeTransactionalProducer(id: settings.instance)
    try producer.initialize()
    var isAssigned = false
    for _ in 0..<100 where !isAssigned {
      _ = try consumer.poll(FetchLimits(maxRecords: 1, maxBytes: 1, timeout: .zero)) { change in
        if case .assigned = change { isAssigned = true }
      }
    }
    return (consumer, producer)
  }

  /// A new process in the place of one that was killed.
  package func takeOver(_ change: (inout ProcessorSettings) -> Void = { _ in }) throws {
    change(&settings)
    (consumer, producer) = try LaneScene.join(log, settings)
  }

  /// The customers of the lane, in order.
  package static let customers: [String] = {
    var found: [String] = []
    var candidate = 0
    while found.count < 64 {
      let name = "customer\(candidate)"
      candidate += 1
      if Placement.lane(of: name.utf8, partitions: 4) == lane { found.append(name) }
    }
    return found
  }()

  /// An event with an id of its own.
  package func event(at time: Int64, of customer: Int = 0) -> String {
    events += 1
    return
      "{\"id\":\"e\(events)\",\"eventName\":\"page_viewed\",\"createdDate\":\(LaneScene.start + time),\"customerId\":\"\(LaneScene.customers[customer])\",\"page\":{\"title\":\"\(events)\"}}"
  }

  /// How a batch ends.
  package enum Ending {
    case commit
    case abort
    /// Nothing is sent: the process was killed before.
    case kill
  }

  /// Reduces a batch of web events and ends its transaction.
  @discardableResult
  package func batch(
    _ events: [String], at time: Int64, tick: Int64? = nil, ending: Ending = .commit
  ) throws -> JournalRecord {
    let source = TopicPartition("web", lane: LaneScene.lane)
    var chunk = RecordChunk(source: source, next: NextOffset(position))
    for (number, event) in events.enumerated() {
      chunk.append(
        offset: RecordOffset(position + Int64(number)), timestamp: -1, key: nil, value: Array(event.utf8))
    }
    chunk.seal()
    let topics = settings.lanes.topics
    var positions: [String: Int64] = [:]
    for topic in topics.consumed { positions[topic] = topic == source.topic ? position : 0 }
    var records = OutputBatch()
    let batch = LaneBatch(
      takenAt: EventTime(milliseconds: LaneScene.start + time), inputs: [decoder.decode(chunk, stream: .web)],
      positions: positions,
      tick: StreamTimes(every: tick.map { EventTime(milliseconds: LaneScene.start + $0) }),
      definitions: definitions)
    try machine.load(for: batch)
    let journal = machine.reduce(batch, into: &records)
    try machine.evict()
    newest = journal
    if ending == .kill { return journal }
    let next = position + Int64(events.count)
    if ending == .commit, !events.isEmpty {
      // A group may not be beyond the end of what it reads.
      var inputs = OutputBatch()
      for event in events {
        inputs.append(source.topic, partition: source.partition, key: nil, value: Array(event.utf8))
      }
      try log.makePublisher().send(inputs)
    }
    try producer.begin()
    try producer.produce(records)
    try producer.flush()
    if ending == .abort {
      try producer.abort()
      return journal
    }
    var offsets: [TopicPartition: NextOffset] = [:]
    for topic in topics.consumed {
      offsets[TopicPartition(topic, lane: LaneScene.lane)] = NextOffset(topic == source.topic ? next : 0)
    }
    try producer.sendOffsets(offsets, group: try consumer.metadata())
    try producer.commit()
    position = next
    for entry in records.entries
    where [topics.sessions, topics.rejected].contains(records.topics[entry.topic]) {
      outputs.append(entry.value.map { Array(records.bytes[$0.indices]) } ?? [])
    }
    return journal
  }

  /// Restores the lane from the log, and from what is kept locally.
  package func restore(
    _ local: LocalStorage? = nil, reader: (any PartitionReader)? = nil, name: String? = nil,
    kept: JournalRecord? = nil, report: @escaping (ProcessorEvent) -> Void = { _ in }
  ) throws -> LaneRestorer.Restored {
    let reader = try reader ?? log.makeReader()
    let inputs = settings.lanes.topics.consumed.map { TopicPartition($0, lane: LaneScene.lane) }
    return try LaneRestorer(
      settings: settings, configuration: "c0ffee", reader: reader, log: name ?? log.name,
      local: local ?? self.local, memoryShare: memoryShare, report: report
    ).restore(LaneScene.lane, committed: try consumer.committed(inputs), kept: kept)
  }
}

/// Counts the records that a restore is handed, by topic.
package final class CountingReader: PartitionReader {
  private let reader: any PartitionReader
  package private(set) var records: [String: Int] = [:]
  package private(set) var reads = 0

  package init(_ reader: any PartitionReader) { self.reader = reader }

  package func bounds(_ partitions: [TopicPartition]) throws -> [TopicPartition: PartitionBounds] {
    try reader.bounds(partitions)
  }

  package func read(
    _ partition: TopicPartition, from: NextOffset, to: NextOffset, patience: Duration,
    _ body: (RecordChunk) throws -> Bool
  ) throws {
    reads += 1
    try reader.read(partition, from: from, to: to, patience: patience) { chunk in
      records[partition.topic, default: 0] += chunk.entries.count
      return try body(chunk)
    }
  }

  package func poll(
    _ positions: [TopicPartition: NextOffset], limits: FetchLimits
  ) throws -> [RecordChunk] { try reader.poll(positions, limits: limits) }

  package func close() { reader.close() }
}

/// What two lanes have to agree in: one was restored in one way, the other in another, or never stopped.
package struct LaneView: Equatable {
  package var sequence: BatchSequence
  /// Each value, by id.
  package var sessions: [String: [UInt8]]

  package init(_ machine: LaneMachine) {
    sequence = machine.sequence
    var sessions: [String: [UInt8]] = [:]
    do {
      try machine.forEachValue { sessions[$0.id.text] = StateCodec.encoded($0) }
    } catch {
      sessions["\(error)"] = []
    }
    self.sessions = sessions
  }
}
