package import EventLog
package import JourneyModel
internal import WireFormat

/// The sessions topic read from its beginning to what is its end now. Reading blocks.
package struct SessionTopic: Sendable {
  package let log: any EventLog
  package let topic: TopicSpecification

  package init(log: any EventLog, topic: TopicSpecification) {
    self.log = log
    self.topic = topic
  }

  /// Hands every record to `body`, each partition in order.
  ///
  /// - Parameter lanes: partitions to read; `nil` for all.
  package func read(lanes: [LaneNumber]? = nil, _ body: (SessionRecord) -> Void) throws {
    let reader = try log.makeReader()
    defer { reader.close() }
    let partitions = (lanes ?? Array(LaneNumber.all(of: topic.partitions))).map {
      TopicPartition(topic.name, lane: $0)
    }
    let bounds = try reader.bounds(partitions)
    for partition in partitions {
      guard let range = bounds[partition], range.earliest < range.end else { continue }
      try reader.read(partition, from: range.earliest, to: range.end, patience: .seconds(30)) { chunk in
        for record in SessionRecord.all(in: chunk) { body(record) }
        return true
      }
    }
  }

  /// The partitions that can hold sessions of a customer: the customer's own. Only conversations of the
  /// detail feed live elsewhere, as their own id places them; so all partitions, once there was any
  /// conversation event.
  ///
  /// - Parameter conversations: the topic of conversation events.
  package func lanes(of customer: String, conversations: String) throws -> [LaneNumber]? {
    if let inputs = try log.describe([conversations])[conversations] {
      let reader = try log.makeReader()
      defer { reader.close() }
      let bounds = try reader.bounds((0..<inputs.partitions).map { TopicPartition(conversations, $0) })
      if bounds.values.contains(where: { $0.end.value > 0 }) { return nil }
    }
    return [Placement.lane(of: Array(customer.utf8), partitions: topic.partitions)]
  }
}
