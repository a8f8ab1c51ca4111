internal import EventLog

/// What one case works with: a handle on the log, names of its own, and the usual steps.
final class Scene {
  let subject: LogUnderTest
  let log: any EventLog
  private let base: String

  init(_ subject: LogUnderTest, name: String) throws {
    self.subject = subject
    log = try subject.makeLog()
    let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    base = subject.prefix + words
  }

  /// The limits of an ordinary poll.
  var limits: FetchLimits {
    FetchLimits(maxRecords: 10_000, maxBytes: 64 << 20, timeout: subject.pollTimeout)
  }

  /// The case's group.
  var group: String { base + "-group" }

  /// A name of this case.
  func name(_ suffix: String) -> String { base + "-" + suffix }

  /// Creates a topic of this case and returns its name.
  func topic(_ suffix: String = "in", partitions: Int32 = 1, settings: [String: String] = [:]) throws
    -> String
  {
    let specification = TopicSpecification(name: name(suffix), partitions: partitions, settings: settings)
    try subject.prepareTopic(log, specification)
    return specification.name
  }

  /// Publishes values `0`, `1`, … without keys to one partition.
  func publishNumbers(_ numbers: Range<Int>, to topic: String, partition: Int32 = 0) throws {
    var batch = OutputBatch()
    for number in numbers {
      batch.append(topic, partition: partition, key: nil, value: Array("\(number)".utf8))
    }
    try publish(batch)
  }

  /// Publishes one batch.
  func publish(_ batch: OutputBatch) throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    try publisher.send(batch)
  }

  /// Joins the case's group.
  func member(_ instance: String = "one", topics: [String], log: (any EventLog)? = nil) throws -> GroupMember
  {
    let configuration = ConsumerConfiguration(group: group, instance: name(instance), topics: topics)
    return GroupMember(try (log ?? self.log).makeConsumer(configuration), scene: self)
  }

  /// A producer that is ready to begin.
  func producer(_ suffix: String = "producer", log: (any EventLog)? = nil) throws -> any TransactionalProducer
  {
    let producer = try (log ?? self.log).makeTransactionalProducer(id: name(suffix))
    try producer.initialize()
    return producer
  }

  /// A batch of one record.
  func batch(_ topic: String, partition: Int32 = 0, key: String? = nil, value: String) -> OutputBatch {
    var batch = OutputBatch()
    batch.append(topic, partition: partition, key: key.map { Array($0.utf8) }, value: Array(value.utf8))
    return batch
  }

  /// Every committed record of a partition up to its high watermark.
  func contents(of topic: String, partition: Int32 = 0) throws -> [SeenRecord] {
    let reader = try log.makeReader()
    defer { reader.close() }
    let source = TopicPartition(topic, partition)
    guard let bounds = try reader.bounds([source])[source] else {
      throw ConformanceFailure("no bounds of \(source)")
    }
    var records: [SeenRecord] = []
    try reader.read(source, from: bounds.earliest, to: bounds.end, patience: subject.patience) { chunk in
      records += try SeenRecord.records(of: chunk)
      return true
    }
    return records
  }

  /// The records readable right now, without waiting for open transactions.
  func readable(of topic: String, partition: Int32 = 0) throws -> [SeenRecord] {
    let reader = try log.makeReader()
    defer { reader.close() }
    let chunks = try reader.poll([TopicPartition(topic, partition): NextOffset(0)], limits: limits)
    return try chunks.flatMap { try SeenRecord.records(of: $0) }
  }
}
