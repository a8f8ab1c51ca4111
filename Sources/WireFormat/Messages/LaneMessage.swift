package import JourneyModel

/// A record that one lane writes to another through `routed`: applied by its owner once, in order with the
/// events there.
///
/// Form, version 1: version byte, kind, version of the payload, sender's lane, sequence and index, time in
/// milliseconds (64 bits), hops, and the payload behind its length.
package struct LaneMessage: Sendable, Hashable {
  /// The header that makes a record of `routed` a message; its value is the kind's name.
  package static let header = "sojourn-message"

  /// The header that names it, as what identifies a record to people and to a verification is in headers:
  /// `LANE/SEQUENCE/INDEX`.
  package static let idHeader = "sojourn-message-id"

  /// Version of the form around the payload.
  package static let version: UInt8 = 1

  /// Which message it is: no two have the same, and those of one lane to another rise.
  package struct Sender: Sendable, Hashable {
    /// The lane that sent it.
    package var lane: LaneNumber
    /// The batch that it was sent with.
    package var sequence: BatchSequence
    /// Which of that batch's messages it is, from 0.
    package var index: Int

    package init(lane: LaneNumber, sequence: BatchSequence, index: Int) {
      self.lane = lane
      self.sequence = sequence
      self.index = index
    }
  }

  /// The kind's number: not always one that this build knows.
  package var kind: UInt8
  /// Version of the payload.
  package var payloadVersion: UInt8
  package var sender: Sender
  /// Event time of what caused it: decides its place among the events that it is read with, and moves no
  /// watermark.
  package var time: EventTime
  /// How many messages led to this one, each sent when the one before was applied; 0 if an event or a timer
  /// did.
  package var hops: Int
  package var payload: [UInt8]

  package init(
    kind: UInt8, payloadVersion: UInt8, sender: Sender, time: EventTime, hops: Int, payload: [UInt8]
  ) {
    self.kind = kind
    self.payloadVersion = payloadVersion
    self.sender = sender
    self.time = time
    self.hops = hops
    self.payload = payload
  }

  /// A message that says something in the newest form.
  package init(_ payload: some MessagePayload, from sender: Sender, at time: EventTime, hops: Int) {
    let kind = type(of: payload).kind
    let bare = LaneMessage(
      kind: kind.number, payloadVersion: kind.versions.upperBound, sender: sender, time: time, hops: hops,
      payload: [])
    self = bare.carrying(payload)
  }

  /// The same message with a payload of its kind.
  package func carrying(_ payload: any MessagePayload) -> LaneMessage {
    var message = self
    message.payload = LaneMessage.bytes(of: payload)
    return message
  }

  /// Room for what most payloads take, and for what stands around them.
  private static let (expectedBytes, headBytes) = (256, 40)

  private static func bytes(of payload: any MessagePayload) -> [UInt8] {
    var writer = BinaryWriter(capacity: expectedBytes)
    payload.encode(to: &writer)
    return writer.bytes
  }

  /// The record's value.
  package func encoded() -> [UInt8] { encoded(payload) }

  /// The record's value, with a payload of its kind.
  package func encoded(carrying payload: any MessagePayload) -> [UInt8] {
    encoded(LaneMessage.bytes(of: payload))
  }

  private func encoded(_ payload: [UInt8]) -> [UInt8] {
    var writer = BinaryWriter(capacity: payload.count + LaneMessage.headBytes)
    writer.byte(LaneMessage.version)
    writer.byte(kind)
    writer.byte(payloadVersion)
    writer.number(sender.lane.index)
    writer.number(sender.sequence.value)
    writer.number(sender.index)
    writer.fixed(UInt64(bitPattern: time.milliseconds))
    writer.number(hops)
    writer.text(all: payload)
    return writer.bytes
  }

  /// Reads a record's value.
  package init(decoding bytes: [UInt8]) throws(CodecError) {
    var reader = BinaryReader(bytes)
    let version = try reader.byte()
    guard version == LaneMessage.version else {
      throw CodecError("message form \(version) is not one this build reads (\(LaneMessage.version))")
    }
    kind = try reader.byte()
    payloadVersion = try reader.byte()
    let lane = try LaneMessage.natural(&reader, "the sender's lane")
    guard let lane = Int32(exactly: lane) else { throw CodecError("the sender's lane is \(lane)") }
    sender = Sender(
      lane: LaneNumber(lane),
      sequence: BatchSequence(try LaneMessage.natural(&reader, "the sender's sequence")),
      index: try LaneMessage.natural(&reader, "the sender's index"))
    time = EventTime(milliseconds: Int64(bitPattern: try reader.fixed()))
    hops = try LaneMessage.natural(&reader, "the number of hops")
    payload = try reader.text()
    guard reader.isAtEnd else { throw CodecError("there are bytes behind the message") }
  }

  private static func natural(_ reader: inout BinaryReader, _ name: String) throws(CodecError) -> Int {
    let value = try reader.number()
    guard value >= 0 else { throw CodecError("\(name) is \(value)") }
    return value
  }

  /// What it says, if it is of that kind and of a version that this build reads; damaged bytes give an error.
  package func read<Payload: MessagePayload>(_ type: Payload.Type = Payload.self) throws(CodecError)
    -> Payload
  {
    guard kind == type.kind.number, type.kind.versions.contains(payloadVersion) else {
      throw CodecError("kind \(kind), version \(payloadVersion) is no \(type.kind.name)")
    }
    var reader = BinaryReader(payload)
    let value = try Payload(decoding: &reader, version: payloadVersion)
    guard reader.isAtEnd else { throw CodecError("there are bytes behind the payload") }
    return value
  }
}

/// A message among the records of a chunk.
package struct ReceivedMessage: Sendable {
  /// The record's number in its chunk.
  package var record: Int
  package var message: LaneMessage

  package init(record: Int, message: LaneMessage) {
    self.record = record
    self.message = message
  }
}
