package import EventLog
package import JourneyModel
package import Sessionizer
package import WireFormat

/// What a lane does with messages: which kinds it knows, when it sends any, and what applying one changes.
///
/// It belongs to one lane. Whatever it does is a function of what it is handed, in that order: a verification
/// runs it again.
package protocol MessageHandler: AnyObject {
  /// The kinds that it applies; messages of others are refused.
  var kinds: [MessageKind] { get }

  /// Whether only those events are of any concern that may say something of persons: `Session.mayTell`.
  var isAboutPersons: Bool { get }

  /// An event was folded into a session. What it sends goes into the lane's outbox.
  func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, in lane: LaneMachine)

  /// Applies a message of one of its kinds. If its payload is damaged it throws and has changed nothing.
  func apply(_ message: LaneMessage, in lane: LaneMachine) throws(CodecError)

  /// Applies a message that the lane has sent itself. `message` has no payload: what nobody else reads is not
  /// written.
  func apply(
    own payload: any MessagePayload, _ message: LaneMessage, in lane: LaneMachine) throws(CodecError)

  /// Does what a command asks for. What it sends goes into the lane's outbox.
  func obey(_ command: IdentityCommand, in lane: LaneMachine)

  /// The timer of a value is due.
  func due(_ record: IdentifierRecord, at time: EventTime, in lane: LaneMachine)
}

extension MessageHandler {
  package var isAboutPersons: Bool { false }

  package func apply(
    own payload: any MessagePayload, _ message: LaneMessage, in lane: LaneMachine
  ) throws(CodecError) {
    try apply(message.carrying(payload), in: lane)
  }

  package func obey(_ command: IdentityCommand, in lane: LaneMachine) {}

  package func due(_ record: IdentifierRecord, at time: EventTime, in lane: LaneMachine) {}
}

/// Makes the handlers of messages. Lanes that handle them alike have equal names: the name stands in the
/// settings' digest.
package struct Messaging: Sendable, Hashable {
  package let name: String
  /// The handler of one lane.
  package let makeHandler: @Sendable (_ lane: LaneNumber) -> any MessageHandler
  /// Whether a message that comes a second time is passed over. Off only where it is shown that a check
  /// notices.
  package let passesOverRepetitions: Bool

  package init(
    name: String, passesOverRepetitions: Bool = true,
    makeHandler: @escaping @Sendable (_ lane: LaneNumber) -> any MessageHandler
  ) {
    self.name = name
    self.passesOverRepetitions = passesOverRepetitions
    self.makeHandler = makeHandler
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.passesOverRepetitions == right.passesOverRepetitions
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What a lane sends to others, until it is written or, to itself, applied.
package final class MessageOutbox {
  /// A message and where it goes.
  struct Letter {
    /// Without what it says.
    var message: LaneMessage
    var payload: any MessagePayload
    /// Placed like an event's placement key, or behind the lane.
    var name: [UInt8]
    /// The lane, if the record's key begins with it.
    var lane: LaneNumber?
  }

  /// A record for readers that goes out with the batch, behind the messages sent before.
  package struct Publication {
    package var topic: OutputTopic
    package var lane: LaneNumber
    package var key: [UInt8]
    package var value: [UInt8]?
    package var headers: HeaderBlock
  }

  private let lane: LaneNumber
  private var sequence: BatchSequence = 0
  private var count = 0
  private var letters: [Letter] = []
  private var publications: [Publication] = []

  init(lane: LaneNumber) { self.lane = lane }

  /// Starts a batch: numbers begin anew.
  func begin(sequence: BatchSequence) {
    self.sequence = sequence
    count = 0
  }

  /// Sends a message to the lane that owns a key.
  ///
  /// - Parameters:
  ///   - time: event time of what caused it.
  ///   - cause: the message that caused it; `nil` if an event or a timer did.
  package func send(
    _ payload: some MessagePayload, to key: [UInt8], at time: EventTime, after cause: LaneMessage? = nil
  ) {
    send(payload, to: key, lane: nil, at: time, after: cause)
  }

  /// Sends a message of an addressed kind to a lane; `name` tells its record's key from others.
  package func send(
    _ payload: some MessagePayload, to lane: LaneNumber, name: [UInt8], at time: EventTime,
    after cause: LaneMessage? = nil
  ) {
    send(payload, to: name, lane: lane, at: time, after: cause)
  }

  private func send(
    _ payload: some MessagePayload, to name: [UInt8], lane target: LaneNumber?, at time: EventTime,
    after cause: LaneMessage?
  ) {
    let sender = LaneMessage.Sender(lane: lane, sequence: sequence, index: count)
    count += 1
    let hops = cause.map { $0.hops &+ 1 } ?? 0
    let kind = type(of: payload).kind
    let message = LaneMessage(
      kind: kind.number, payloadVersion: kind.versions.upperBound, sender: sender, time: time,
      hops: max(0, hops), payload: [])
    letters.append(Letter(message: message, payload: payload, name: name, lane: target))
  }

  /// Publishes a record with the batch; `nil` as its value takes the key back.
  package func publish(
    _ topic: OutputTopic, lane: LaneNumber, key: [UInt8], value: [UInt8]?, headers: HeaderBlock
  ) {
    publications.append(
      Publication(topic: topic, lane: lane, key: key, value: value, headers: headers))
  }

  var isEmpty: Bool { letters.isEmpty && publications.isEmpty }

  /// What was published since the last call, in order.
  package func takePublications() -> [Publication] {
    defer { publications.removeAll(keepingCapacity: true) }
    return publications
  }

  /// What was sent since the last call, in order.
  func take() -> [Letter] {
    defer { letters.removeAll(keepingCapacity: true) }
    return letters
  }
}
