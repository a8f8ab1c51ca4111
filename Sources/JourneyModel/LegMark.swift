/// Who takes part in a conversation through a leg. The raw values are in stored values: never renumber, only
/// append.
public enum LegKind: UInt8, Sendable, CaseIterable {
  /// The customer, or several of them.
  case customer = 1
  /// A queue in which the conversation waits for an agent.
  case queue = 2
  /// A flow: an IVR, a bot. Says nothing of whether the customer is there.
  case flow = 3
  /// An agent, from the moment in which it rings there.
  case agent = 4
  /// A voice mailbox.
  case voicemail = 5
  /// Not a leg yet: a wrap-up code that came without its agent.
  case code = 6
}

/// What an event says of one leg, as the bytes of a `leg` fact: what cannot be read off the event's other
/// facts.
///
/// Written by whoever decodes, read by whoever keeps legs, never stored.
public struct LegMark: Sendable, Equatable {
  /// What happened to the leg.
  public enum Step: UInt8, Sendable {
    /// It is there; whether it began or ended is not said.
    case note = 0
    /// It began, or began again.
    case start = 1
    /// It ended.
    case end = 2
    /// Its wrap-up code was set.
    case wrapup = 3
  }

  /// What is known of whether an agent has spoken.
  public enum Talk: UInt8, Sendable, Comparable {
    /// Nothing is said.
    case unknown = 0
    /// It only rang.
    case never = 1
    /// Agent and customer were connected.
    case spoken = 2

    /// Orders by how much is known.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Whose leg.
  public var kind: LegKind
  /// What happened.
  public var step: Step
  /// Whether agent and customer have spoken, as far as this event says so.
  public var talk: Talk
  /// Whether it comes from a flat conversation event, which has one customer and one agent at a time and ends
  /// all at once.
  public var isFlat: Bool
  /// The vendor's participant.
  public var participant: ByteSlice
  /// The participant's media session.
  public var session: ByteSlice
  /// Id of the agent, queue or flow, as JSON.
  public var subject: ByteSlice
  /// Id of the agent who answered, as JSON.
  public var answeredBy: ByteSlice

  /// Creates a mark that says nothing but the kind and what happened.
  public init(_ kind: LegKind, _ step: Step) {
    self.kind = kind
    self.step = step
    talk = .unknown
    isFlat = false
    participant = .empty
    session = .empty
    subject = .empty
    answeredBy = .empty
  }

  /// What an event says of legs.
  public enum Form: Sendable {
    /// Nothing.
    case none
    /// That of the flat form.
    case flat
    /// That of the detail feed.
    case detail
  }

  /// What an event says of legs.
  public static func form(of event: borrowing Event, in batch: borrowing EventBatch) -> Form {
    for index in Int(event.firstFact)..<Int(event.endFact) where batch.facts[index].field == .leg {
      let slice = batch.facts[index].value
      return slice.count >= headBytes && batch.bytes[Int(slice.offset) + 3] == 1 ? .flat : .detail
    }
    return .none
  }

  /// Bytes in front of the texts.
  public static let headBytes = 12

  /// The head: kind, step, talk, form, then the lengths of the four texts that follow it, two bytes each.
  ///
  /// Texts are cut at 65,535 bytes, beyond every limit of identifiers.
  public var head: [UInt8] {
    var bytes: [UInt8] = [kind.rawValue, step.rawValue, talk.rawValue, isFlat ? 1 : 0]
    for text in [participant, session, subject, answeredBy] {
      let length = min(text.count, 0xffff)
      bytes.append(UInt8(truncatingIfNeeded: length))
      bytes.append(UInt8(truncatingIfNeeded: length >> 8))
    }
    return bytes
  }

  /// Reads a mark; its texts are slices of `bytes`.
  ///
  /// - Returns: `nil` if the bytes are no mark.
  public init?(_ slice: ByteSlice, of bytes: borrowing [UInt8]) {
    guard slice.count >= LegMark.headBytes else { return nil }
    let start = Int(slice.offset)
    guard let kind = LegKind(rawValue: bytes[start]), let step = Step(rawValue: bytes[start + 1]),
      let talk = Talk(rawValue: bytes[start + 2])
    else { return nil }
    self.init(kind, step)
    self.talk = talk
    isFlat = bytes[start + 3] == 1
    var at = start + LegMark.headBytes
    func next(_ place: Int) -> ByteSlice {
      let length = Int(bytes[start + 4 + 2 * place]) | Int(bytes[start + 5 + 2 * place]) << 8
      defer { at += length }
      return ByteSlice(offset: at, length: length)
    }
    participant = next(0)
    session = next(1)
    subject = next(2)
    answeredBy = next(3)
    guard at <= slice.indices.upperBound else { return nil }
  }
}
