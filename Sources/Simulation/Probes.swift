internal import EventLog
internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import WireFormat

/// The messages of the simulation: of some events a lane sends a ping to another customer's lane, which
/// answers with a pong.
///
/// They change nothing but what they write. So what is in `routed` says which pings were applied, how often
/// and in which order.
final class ProbeHandler: MessageHandler {
  /// One of so many events has a ping.
  private static let interval: UInt32 = 3

  static let messaging = Messaging(name: "probes") { _ in ProbeHandler() }
  /// The same, but whatever comes a second time is applied a second time.
  static let forgetful = Messaging(name: "probes", passesOverRepetitions: false) { _ in ProbeHandler() }

  let kinds = [Ping.kind, Pong.kind]

  func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, in lane: LaneMachine
  ) {
    let id = Array(batch.bytes[event.id.indices])
    guard ProbeHandler.hasPing(id) else { return }
    let ping = Ping(event: id, answerTo: Array(batch.bytes[event.placementKey.indices]))
    lane.outbox.send(ping, to: ProbeHandler.target(of: id), at: event.time)
  }

  func apply(_ message: LaneMessage, in lane: LaneMachine) throws(CodecError) {
    guard message.kind == Ping.kind.number else {
      _ = try message.read(Pong.self)
      return
    }
    let ping = try message.read(Ping.self)
    lane.outbox.send(Pong(event: ping.event), to: ping.answerTo, at: message.time, after: message)
  }

  /// Whether an event has a ping, known from its id alone.
  static func hasPing(_ id: [UInt8]) -> Bool { Placement.murmur2(id) % interval == 0 }

  /// The customer whose lane gets it.
  static func target(of id: [UInt8]) -> [UInt8] {
    Array("c\(Placement.murmur2(id) / interval % 14)".utf8)
  }
}

/// Says of which event it was sent, and whose lane waits for the answer.
struct Ping: MessagePayload {
  static let kind = MessageKind(number: 254, name: "ping", versions: 1...1)

  var event: [UInt8]
  var answerTo: [UInt8]

  init(event: [UInt8], answerTo: [UInt8]) {
    self.event = event
    self.answerTo = answerTo
  }

  init(decoding payload: inout BinaryReader, version: UInt8) throws(CodecError) {
    event = try payload.text()
    answerTo = try payload.text()
  }

  func encode(to payload: inout BinaryWriter) {
    payload.text(all: event)
    payload.text(all: answerTo)
  }
}

/// Says which ping was applied.
struct Pong: MessagePayload {
  static let kind = MessageKind(number: 255, name: "pong", versions: 1...1)

  var event: [UInt8]

  init(event: [UInt8]) { self.event = event }

  init(decoding payload: inout BinaryReader, version: UInt8) throws(CodecError) { event = try payload.text() }

  func encode(to payload: inout BinaryWriter) { payload.text(all: event) }
}
