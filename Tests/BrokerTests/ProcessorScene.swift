internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import KafkaLog
internal import Processor
internal import Sessionizer
import WireFormat

/// A processor's topics on the broker with the usual steps. Everything here may block.
struct ProcessorScene: Sendable {
  let partitions: Int32
  let prefix = Broker.freshPrefix()

  /// Ten years.
  static let triggerAgeHours: Int64 = 87_600

  init(partitions: Int32 = 4) { self.partitions = partitions }

  /// The names of its topics.
  var topics: TopicNames { TopicNames(prefix: prefix) }

  /// The settings of an instance.
  func settings(_ instance: String) -> ProcessorSettings {
    var settings = ProcessorSettings()
    settings.instance = prefix + instance
    settings.lanes.partitions = partitions
    settings.lanes.group = prefix + "group"
    settings.lanes.topics = topics
    // The events are of long ago; their triggers are wanted all the same.
    settings.lanes.sessions.rules.maxTriggerAge = .hours(ProcessorScene.triggerAgeHours)
    // Many small transactions, and checkpoints among them.
    settings.maxBatchEvents = 500
    settings.lanes.checkpointAge = .seconds(1)
    // No ticks: the replay has none either.
    settings.topicIdle = .seconds(86_400)
    return settings
  }

  /// Starts an instance. Its lanes pass on when it has been silent for six seconds, the least that brokers
  /// allow.
  func start(_ instance: String) throws -> Instance {
    Instance(settings(instance), log: try Broker.makeLog(["session.timeout.ms": "6000"]))
  }

  func createTopics() throws {
    let compacted = [topics.sessions, topics.state]
    try Broker.makeLog().create(
      Set(topics.all).sorted().map { name in
        TopicSpecification(
          name: name, partitions: partitions,
          settings: compacted.contains(name) ? ["cleanup.policy": "compact"] : [:])
      })
  }

  func deleteTopics() throws { try BrokerAdministrator().deleteTopics(prefix: prefix) }

  /// Publishes events in batches, as a producer without transactions.
  func publish(_ events: ArraySlice<JourneyInput.Event>) throws {
    try publish(events) { batch, event in
      batch.append(topics.inputs[event.stream] ?? "", partition: -1, key: event.key, value: event.value)
    }
  }

  /// Publishes events and decisions in batches, as a producer without transactions.
  func publish(_ records: ArraySlice<PersonInput.Record>) throws {
    try publish(records) { batch, record in
      let topic = record.stream.map { topics.inputs[$0] ?? "" } ?? topics.commands
      batch.append(topic, partition: -1, key: Array(record.key.utf8), value: Array(record.value.utf8))
    }
  }

  private func publish<Record>(
    _ records: ArraySlice<Record>, _ append: (inout OutputBatch, Record) -> Void
  ) throws {
    let publisher = try Broker.makeLog().makePublisher()
    defer { publisher.close() }
    for start in stride(from: records.startIndex, to: records.endIndex, by: 1_000) {
      var batch = OutputBatch()
      for record in records[start..<min(start + 1_000, records.endIndex)] { append(&batch, record) }
      try publisher.send(batch)
    }
  }

  /// Whether the group's offsets are at the end of every input. A topic that is written in transactions ends
  /// with their markers, over which nobody commits; there, no record may be left.
  func isConsumed() throws -> Bool {
    let inputs = topics.consumed.flatMap { partitions(of: $0) }
    let committed = try BrokerAdministrator(group: settings("any").lanes.group).committed(inputs)
    let reader = try Broker.makeLog().makeReader()
    defer { reader.close() }
    for (partition, bounds) in try reader.bounds(inputs) {
      let position = committed[partition] ?? bounds.earliest
      if position == bounds.end { continue }
      guard partition.topic == topics.routed else { return false }
      var isEmpty = true
      try reader.read(partition, from: position, to: bounds.end, patience: patience) { chunk in
        isEmpty = chunk.entries.isEmpty
        return isEmpty
      }
      if !isEmpty { return false }
    }
    return true
  }

  /// The snapshots in `sessions`, in the order of each partition.
  func snapshots() throws -> [SessionView] {
    var views: [SessionView] = []
    try readSnapshots { views.append(try SessionView(decoding: $0)) }
    return views
  }

  /// Hands over every snapshot in `sessions` as it was written, in the order of each partition.
  func readSnapshots(_ body: ([UInt8]) throws -> Void) throws { try readValues(of: topics.sessions, body) }

  /// Hands over every value of a topic.
  func readValues(of topic: String, _ body: ([UInt8]) throws -> Void) throws {
    let reader = try Broker.makeLog().makeReader()
    defer { reader.close() }
    let sources = partitions(of: topic)
    let bounds = try reader.bounds(sources)
    for source in sources {
      guard let bounds = bounds[source] else { continue }
      try reader.read(source, from: bounds.earliest, to: bounds.end, patience: patience) { chunk in
        for entry in chunk.entries { if let value = chunk.copy(entry.value) { try body(value) } }
        return true
      }
    }
  }

  /// Records that the group has still to read, markers counted as records.
  func lag() throws -> Int64 {
    let inputs = topics.consumed.flatMap { partitions(of: $0) }
    let committed = try BrokerAdministrator(group: settings("any").lanes.group).committed(inputs)
    let reader = try Broker.makeLog().makeReader()
    defer { reader.close() }
    return try reader.bounds(inputs).reduce(0) { sum, element in
      sum + element.value.end.value - (committed[element.key] ?? element.value.earliest).value
    }
  }

  private func partitions(of topic: String) -> [TopicPartition] {
    (0..<partitions).map { TopicPartition(topic, $0) }
  }
}
