/// A segment that a session's customer is in because somebody said so, not because a rule held.
public struct CustomerSegment: Sendable, Hashable {
  /// The segment's id.
  public var id: String
  /// What names this assignment among all that were ever made.
  public var assignment: String
  /// The id of what assigned it: stands where the events stand that assign segments of sessions.
  public var cause: String

  /// Creates a segment.
  public init(id: String, assignment: String, cause: String) {
    self.id = id
    self.assignment = assignment
    self.cause = cause
  }
}

/// An action map that such a segment triggers in a session. It may act once for each assignment in a person's
/// lifetime, which is not for the session to say: it has to be granted.
public struct CustomerTrigger: Sendable, Hashable {
  /// The map's id.
  public var map: String
  /// The segment.
  public var segment: CustomerSegment

  /// Creates a trigger.
  public init(map: String, segment: CustomerSegment) {
    self.map = map
    self.segment = segment
  }
}
