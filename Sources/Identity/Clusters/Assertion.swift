/// Two identifiers belong together, or do not. Contacts follow from assertions alone; nothing is ever undone
/// but by a newer one.
package struct Assertion: Sendable, Hashable, Keyed {
  package let pair: IdentifierPair
  /// Whether they belong together. Only what is curated can say that they do not.
  package let isPositive: Bool
  package let strength: EvidenceStrength
  package let stamp: Stamp

  /// Two identifiers belong together.
  package init(link pair: IdentifierPair, _ strength: EvidenceStrength, _ stamp: Stamp) {
    self.pair = pair
    isPositive = true
    self.strength = strength
    self.stamp = stamp
  }

  /// Two identifiers belong to two people.
  package init(separation pair: IdentifierPair, _ stamp: Stamp) {
    self.pair = pair
    isPositive = false
    strength = .curated
    self.stamp = stamp
  }

  /// The order in which they count, and are stored: the strongest first, then the oldest. Never by arrival.
  package static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.strength != right.strength { return left.strength > right.strength }
    if left.stamp != right.stamp { return left.stamp < right.stamp }
    if left.pair != right.pair { return left.pair < right.pair }
    return !left.isPositive && right.isPositive
  }

  /// Equals are one.
  package mutating func merge(_ other: Self) {}

  /// Whether a curated statement about a pair prevails over another: the newer, and of two with one stamp the
  /// one that keeps apart.
  func prevails(over other: Self) -> Bool {
    stamp == other.stamp ? !isPositive && other.isPositive : stamp > other.stamp
  }
}
