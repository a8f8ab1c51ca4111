internal import EventLog
package import JourneyModel

/// The headers of one kind's messages from one lane: all but the message's number is written once.
package struct MessageHeaders {
  private let head: [UInt8]
  private let tail: [UInt8]

  package init(_ kind: MessageKind, from lane: LaneNumber) {
    head = HeaderBlock([(LaneMessage.header, kind.name), (LaneMessage.idHeader, "")]).bytes
    tail = HeaderBlock([(Origin.partitionHeader, "\(lane)")]).bytes
  }

  /// Appends the headers of a message.
  package func append(_ sender: LaneMessage.Sender, to bytes: inout [UInt8]) {
    bytes.append(all: head)
    let start = bytes.count
    JSONText.append(sender.lane.index, to: &bytes)
    bytes.append(ASCII.slash)
    JSONText.append(sender.sequence.value, to: &bytes)
    bytes.append(ASCII.slash)
    JSONText.append(sender.index, to: &bytes)
    // The length, which was that of nothing, stands right in front of the text.
    let length = bytes.count - start
    for place in 0..<4 { bytes[start - 4 + place] = UInt8(truncatingIfNeeded: length >> (8 * place)) }
    bytes.append(all: tail)
  }
}
