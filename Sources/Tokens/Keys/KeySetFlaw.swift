/// Why a set of keys cannot be used. What was in use before stays so.
package enum KeySetFlaw: Error, Sendable, Hashable, CustomStringConvertible {
  /// With what the system says.
  case unreadable(String)
  case tooLarge
  /// No JSON, or another one.
  case noKeySet
  case tooMany
  /// By the key's place, from 0.
  case secret(Int)
  case sameName(Int)
  /// With what is wrong with each key.
  case noUsableKey([String])

  package var description: String {
    switch self {
    case .unreadable(let reason): "cannot be read: \(reason)"
    case .tooLarge: "has more than \(KeySetFile.maxBytes) bytes"
    case .noKeySet: "is no JSON Web Key Set, or has a name twice"
    case .tooMany: "has more than \(KeySet.maxKeys) keys"
    case .secret(let index):
      "holds a secret in keys[\(index)]: put public keys there only, and replace this one"
    case .sameName(let index): "has the kid of keys[\(index)] twice"
    case .noUsableKey(let notes): (["has no key that can be used"] + notes).joined(separator: "; ")
    }
  }
}

/// Why a single key is left out.
struct KeyFlaw: Error {
  var reason: String
}
