public import JourneyModel

/// A record that was not applied, as a value: bad input never throws.
public struct Rejection: Sendable, Hashable {
  /// Index of the record in its chunk.
  public var record: Int
  /// Why.
  public var reason: RejectionReason

  /// Creates a rejection.
  public init(record: Int, reason: RejectionReason) {
    self.record = record
    self.reason = reason
  }
}
