/// How much a statement is worth. The raw value is stored.
package enum EvidenceStrength: UInt8, Sendable, Hashable, Comparable, CaseIterable {
  /// Somebody typed it.
  case observed = 0
  /// Said by somebody who had signed in.
  case authenticated = 1
  /// The network says so: a caller's number, a sender's address.
  case channel = 2
  /// An agent or a program in charge decided it.
  case curated = 3

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
