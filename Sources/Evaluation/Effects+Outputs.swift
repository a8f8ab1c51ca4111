package import EventLog
package import JourneyModel
package import Sessionizer
package import WireFormat

/// Derived events among the effects of the batch at hand, until they can be written: rules fire where no
/// output batch is at hand.
extension Effects {
  /// Appends an event.
  ///
  /// - Parameter encode: appends the value and returns the event's id.
  mutating func append(
    _ topic: OutputTopic, _ session: Session, _ time: EventTime, _ headers: DerivedEventHeaders,
    _ encode: (inout [UInt8]) -> DerivedEventID?
  ) {
    let start = bytes.count
    session.id.appendText(to: &bytes)
    let valueStart = bytes.count
    guard let id = encode(&bytes) else { return bytes.removeSubrange(start...) }
    let headerStart = bytes.count
    headers.append(topic, id: id, subject: session.id, time: time, to: &bytes)
    outputs.append(
      Output(
        topic: topic.rawValue, key: start..<valueStart, value: valueStart..<headerStart,
        headers: headerStart..<bytes.count))
  }

  /// Moves everything into a batch of outputs.
  package mutating func write(to records: inout OutputBatch, _ topics: TopicNames, lane: LaneNumber) {
    guard !outputs.isEmpty else { return }
    let base = records.bytes.count
    // Copied even where there is nothing to move them behind: to change arenas would have both grow to the
    // size of all that a batch writes, and none of it in the cache.
    records.bytes.append(all: bytes)
    func range(_ range: Range<Int>) -> ByteSlice {
      ByteSlice(offset: base + range.lowerBound, length: range.count)
    }
    for output in outputs {
      guard let topic = OutputTopic(rawValue: output.topic) else {
        preconditionFailure("an effect of no topic")
      }
      records.append(
        topic: records.topicIndex(topics[topic]), partition: lane.partition, key: range(output.key),
        value: range(output.value), headers: range(output.headers))
    }
    removeAll()
  }
}

/// The CloudEvents headers of derived events, one template for each topic that has such records.
struct DerivedEventHeaders {
  /// By the number of an `OutputTopic`.
  private let templates: [HeaderTemplate?]

  init(group: String, lane: LaneNumber) {
    templates = OutputCatalog.standard.entries.map { entry in
      entry.eventType.map { HeaderTemplate(type: $0, group: group, lane: lane) }
    }
  }

  func append(
    _ topic: OutputTopic, id: DerivedEventID, subject: SessionID, time: EventTime, to bytes: inout [UInt8]
  ) {
    precondition(templates[topic.rawValue] != nil, "the catalogue has no event type for this topic")
    templates[topic.rawValue]?.append(id: id, subject: subject, time: time, to: &bytes)
  }
}
