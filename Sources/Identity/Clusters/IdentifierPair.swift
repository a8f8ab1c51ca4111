/// Two identifiers, the smaller key first: one pair however it is named.
package struct IdentifierPair: Sendable, Hashable, Comparable {
  package let one: IdentifierKey
  package let other: IdentifierKey

  /// `nil` if both are the same.
  package init?(_ first: IdentifierKey, _ second: IdentifierKey) {
    guard first != second else { return nil }
    one = min(first, second)
    other = max(first, second)
  }

  /// Whether an identifier is one of the two.
  package func contains(_ key: IdentifierKey) -> Bool { one == key || other == key }

  package static func < (left: Self, right: Self) -> Bool {
    left.one == right.one ? left.other < right.other : left.one < right.one
  }
}
