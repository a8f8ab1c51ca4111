package import JourneyModel
package import WireFormat

/// What a lane does with messages: which kinds it knows, when it sends any, and what applying one changes.
///
/// It belongs to one lane. Whatever it does is a function of what it is handed, in that order: a verification
/// runs it again.
package protocol MessageHandler: AnyObject {
  /// The kinds that it applies; messages of others are refused.
  var kinds: [MessageKind] { get }

  /// An event was folded into a session.
  func applied(_ event: borrowing Event, of batch: borrowing EventBatch, _ outbox: MessageOutbox)

  /// Applies a message of one of its kinds. If its payload is damaged it throws and has changed nothing.
  func apply(_ message: LaneMessage, _ outbox: MessageOutbox) throws(CodecError)
}

/// Makes the handlers of messages. Lanes that handle them alike have equal names: the name stands in the
/// settings' digest.
package struct Messaging: Sendable, Hashable {
  package let name: String
  /// The handler of one lane.
  package let makeHandler: @Sendable (_ lane: Int32) -> any MessageHandler
  /// Whether a message that comes a second time is passed over. Off only where it is shown that a check
  /// notices.
  package let passesOverRepetitions: Bool

  package init(
    name: String, passesOverRepetitions: Bool = true,
    makeHandler: @escaping @Sendable (_ lane: Int32) -> any MessageHandler
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
    var message: LaneMessage
    /// The kind's name, for the record's headers.
    var kind: String
    /// Placed like an event's placement key.
    var key: [UInt8]
  }

  private let lane: Int32
  private var sequence: BatchSequence = 0
  private var count = 0
  private var letters: [Letter] = []

  init(lane: Int32) { self.lane = lane }

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
    let sender = LaneMessage.Sender(lane: lane, sequence: sequence, index: count)
    count += 1
    let hops = cause.map { $0.hops &+ 1 } ?? 0
    letters.append(
      Letter(
        message: LaneMessage(payload, from: sender, at: time, hops: max(0, hops)),
        kind: type(of: payload).kind.name, key: key))
  }

  var isEmpty: Bool { letters.isEmpty }

  /// What was sent since the last call, in order.
  func take() -> [Letter] {
    defer { letters.removeAll(keepingCapacity: true) }
    return letters
  }
}
