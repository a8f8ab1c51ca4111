package import JourneyModel

/// From a root to the register of an identifier whose contact is gone, and on to who watches it.
package struct Forgetting: Sendable, Hashable {
  /// Why it is gone.
  package enum Cause: UInt8, Sendable, Hashable {
    /// Somebody asked for it: a stub stays, and what is older is refused.
    case erased = 1
    /// Nothing was heard for long: newer evidence brings the contact back.
    case expired = 2
  }

  /// The identifier.
  package var key: IdentifierKey
  package var cause: Cause
  /// What was said at this time or before goes.
  package var time: EventTime
  /// Of what comes after an erasure.
  package var generation: Int
  /// What roots found before this does not come back.
  package var version: RootVersion

  package init(
    _ key: IdentifierKey, _ cause: Cause, through time: EventTime, generation: Int, _ version: RootVersion
  ) {
    self.key = key
    self.cause = cause
    self.time = time
    self.generation = generation
    self.version = version
  }
}
