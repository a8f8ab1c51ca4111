/// How sure it is that a contact is somebody.
package enum ContactType: UInt8, Sendable, Hashable {
  /// One identifier that somebody typed.
  case ephemeral = 0
  /// Two identifiers, two devices, or one piece of evidence that is more than typed.
  case identified = 1
  /// Somebody decided it.
  case curated = 2

  /// As readers know it.
  package var name: String {
    switch self {
    case .ephemeral: "Ephemeral"
    case .identified: "Identified"
    case .curated: "Curated"
    }
  }
}
