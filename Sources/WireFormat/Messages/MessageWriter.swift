package import EventLog
package import JourneyModel

/// Writes a lane's messages as records.
package struct MessageWriter {
  private let lane: LaneNumber
  /// Of each kind that it has written.
  private var headers: [UInt8: MessageHeaders] = [:]

  package init(lane: LaneNumber) { self.lane = lane }

  /// Writes a message.
  ///
  /// - Parameters:
  ///   - target: the lane that the record's key begins with, of a kind that is addressed.
  ///   - name: the key, or what tells it from others of that lane.
  package mutating func write(
    _ message: LaneMessage, _ payload: any MessagePayload, lane target: LaneNumber?, _ name: [UInt8],
    to topic: String, partition: Int32, _ records: inout OutputBatch
  ) {
    let index = records.topicIndex(topic)
    let keyStart = records.bytes.count
    if let target {
      MessageKind.append(lane: target, name, to: &records.bytes)
    } else {
      records.bytes.append(all: name)
    }
    let valueStart = records.bytes.count
    records.bytes.append(all: message.encoded(carrying: payload))
    let headerStart = records.bytes.count
    headers(of: type(of: payload).kind).append(message.sender, to: &records.bytes)
    records.append(
      topic: index, partition: partition,
      key: ByteSlice(offset: keyStart, length: valueStart - keyStart),
      value: ByteSlice(offset: valueStart, length: headerStart - valueStart),
      headers: ByteSlice(offset: headerStart, length: records.bytes.count - headerStart))
  }

  private mutating func headers(of kind: MessageKind) -> MessageHeaders {
    if let known = headers[kind.number] { return known }
    let made = MessageHeaders(kind, from: lane)
    headers[kind.number] = made
    return made
  }
}
