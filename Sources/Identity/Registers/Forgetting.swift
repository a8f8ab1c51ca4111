package import JourneyModel

/// From a root to the register of an identifier whose contact is gone, and on to who watches it.
package struct Forgetting: Sendable, Hashable {
  /// Why it is gone.
  package enum Cause: UInt8, Sendable, Hashable {
    /// Somebody asked for it: a stub stays, and what is older is refused.
    case erased = 1
    /// Nothing was heard for long: newer evidence brings the contact back. Who watches hears of it only if no
    /// evidence is left.
    case expired = 2
    /// To who watches: it is told no more, as too many watch, or as it came too often. A device keeps nothing
    /// then that an erasure would not reach. A session keeps who was named: else it would say so with every
    /// event.
    case unwatched = 3

    init(_ end: ContactEnd) {
      switch end {
      case .erased: self = .erased
      case .expired: self = .expired
      }
    }
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
