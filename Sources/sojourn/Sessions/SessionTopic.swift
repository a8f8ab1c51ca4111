import EventLog

/// The sessions topic read from its beginning to what is its end now. Reading blocks.
struct SessionTopic: Sendable {
  let log: any EventLog
  let topic: TopicSpecification

  /// Hands every record to `body`, each partition in order.
  func read(_ body: (SessionRecord) -> Void) throws {
    let reader = try log.makeReader()
    defer { reader.close() }
    let partitions = (0..<topic.partitions).map { TopicPartition(topic.name, $0) }
    let bounds = try reader.bounds(partitions)
    for partition in partitions {
      guard let range = bounds[partition], range.earliest < range.end else { continue }
      try reader.read(partition, from: range.earliest, to: range.end, patience: .seconds(30)) { chunk in
        for record in SessionRecord.all(in: chunk) { body(record) }
        return true
      }
    }
  }
}
