/// Where a conversation is after an event. At equal event time the higher phase wins.
public enum ConversationPhase: UInt8, Sendable, Comparable {
  /// The event says nothing about it.
  case none = 0
  /// The customer has entered.
  case started = 1
  /// In a queue, no agent yet.
  case waiting = 2
  /// An agent is connected.
  case connected = 3
  /// The customer's leg has ended.
  case ended = 4

  /// Orders by progress.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
