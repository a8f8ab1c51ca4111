internal import EmbeddedLog
internal import EventLog

/// The steps that the embedded log's tests share.
enum Steps {
  /// Limits of a poll that hardly waits.
  static let limits = FetchLimits(maxRecords: 100_000, maxBytes: 64 << 20, timeout: .milliseconds(5))

  /// Publishes values `0`, `1`, … to partition 0 without keys.
  static func publish(_ values: Range<Int>, to topic: String = "in", of log: EmbeddedLog) throws {
    var batch = OutputBatch()
    for value in values { batch.append(topic, partition: 0, key: nil, value: Array("\(value)".utf8)) }
    let publisher = try log.makePublisher()
    try publisher.send(batch)
    publisher.close()
  }

  /// Publishes keyed records to partition 0; a null value is a tombstone.
  static func publish(_ records: [(key: String, value: String?)], to topic: String, of log: EmbeddedLog)
    throws
  {
    var batch = OutputBatch()
    for record in records {
      batch.append(
        topic, partition: 0, key: Array(record.key.utf8), value: record.value.map { Array($0.utf8) })
    }
    let publisher = try log.makePublisher()
    try publisher.send(batch)
    publisher.close()
  }

  /// Offset and value of every record of partition 0.
  static func contents(of topic: String = "in", in log: EmbeddedLog) throws -> [(
    offset: Int64, value: String?
  )] {
    let reader = try log.makeReader()
    let source = TopicPartition(topic, 0)
    guard let bounds = try reader.bounds([source])[source] else { return [] }
    var result: [(offset: Int64, value: String?)] = []
    try reader.read(source, from: bounds.earliest, to: bounds.end, patience: .zero) { chunk in
      for entry in chunk.entries {
        result.append(
          (entry.offset.value, chunk.copy(entry.value).map { String(decoding: $0, as: UTF8.self) }))
      }
      return true
    }
    return result
  }

  /// Joins group `group` on topic `in`.
  static func member(_ instance: String, of log: EmbeddedLog) throws -> any GroupConsumer {
    try log.makeConsumer(ConsumerConfiguration(group: "group", instance: instance, topics: ["in"]))
  }

  /// Polls once; returns the changes of ownership and the number of records.
  @discardableResult
  static func poll(_ consumer: any GroupConsumer) throws -> (events: [Rebalance], records: Int) {
    var events: [Rebalance] = []
    let chunks = try consumer.poll(limits) { events.append($0) }
    return (events, chunks.reduce(0) { $0 + $1.entries.count })
  }

  /// The `LogError` that `body` throws; `nil` if it throws none.
  static func logError(_ body: () throws -> Void) -> LogError? {
    do { try body() } catch { return error as? LogError }
    return nil
  }
}
