/// Why two identifiers that something names together stay two contacts.
package enum RefusalReason: Sendable, Hashable {
  /// Somebody has separated two identifiers across the two contacts.
  case cannot(IdentifierPair)
  /// The contact would have more of a type, or of a source, than one may have.
  case limits(IdentifierType)
  /// Typed evidence does not join two established contacts that have the same type.
  case conflict(IdentifierType)
  /// The contact would have too many identifiers.
  case full
  /// Several people use the identifier.
  case shared(IdentifierKey)

  /// Whether several people use one of the two.
  var isShared: Bool { if case .shared = self { true } else { false } }

  /// As readers know it.
  package var name: String {
    switch self {
    case .cannot: "cannot"
    case .limits: "limits"
    case .conflict: "conflict"
    case .full: "full"
    case .shared: "shared"
    }
  }
}
