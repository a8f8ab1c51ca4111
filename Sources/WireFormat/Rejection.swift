public import JourneyModel

/// A record that was not applied, as a value: bad input never throws.
public struct Rejection: Sendable, Hashable {
  /// Index of the record in its chunk.
  public var record: Int
  /// Why.
  public var reason: RejectionReason
  /// Path, value and expectation; `nil` where the reason says it all.
  public var message: String?

  /// One sentence for the person who has to fix the producer.
  public var explanation: String { message ?? reason.explanation }

  /// Creates a rejection.
  public init(record: Int, reason: RejectionReason, message: String? = nil) {
    self.record = record
    self.reason = reason
    self.message = message
  }
}

/// A record that is known and says nothing to a session.
public struct Ignored: Sendable, Hashable {
  /// Index of the record in its chunk.
  public var record: Int
  /// What it is.
  public var kind: IgnoredKind

  /// Creates one.
  public init(record: Int, kind: IgnoredKind) {
    self.record = record
    self.kind = kind
  }
}
