internal import JWTKit

/// Public keys by their `kid`, each with the one algorithm that it is for.
package struct KeySet: Sendable {
  /// Keys that a set may have.
  static let maxKeys = 100

  /// A key that tokens are checked with.
  struct Key: Sendable {
    let algorithm: TokenAlgorithm
    private let verifier: any JWTAlgorithm

    init(_ algorithm: TokenAlgorithm, _ verifier: any JWTAlgorithm) {
      self.algorithm = algorithm
      self.verifier = verifier
    }

    /// Whether a signature is this key's. What cannot be one is none.
    func verifies(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
      (try? verifier.verify(signature, signs: bytes)) == true
    }
  }

  /// By `kid`. There is no key for a token that has none, or another.
  let keys: [String: Key]
  /// Keys that were left out, and why.
  package let notes: [String]

  package var count: Int { keys.count }

  /// Reads a JSON Web Key Set (RFC 7517).
  ///
  /// - Parameter allowed: algorithms that tokens may have, the preferred ones first.
  /// - Throws: if the set is none, holds a secret, or has no key that can be used.
  package init(_ bytes: [UInt8], allowed: [TokenAlgorithm]) async throws(KeySetFlaw) {
    let entries = try KeySet.entries(bytes)
    var keys: [String: Key] = [:]
    var notes: [String] = []
    for (index, entry) in entries.enumerated() {
      // A secret would be in the hands of whoever may read public keys.
      guard entry["d"] == nil, entry["k"] == nil else { throw .secret(index) }
      switch await KeySet.key(entry, allowed) {
      case .success((let name, let key)):
        guard keys.updateValue(key, forKey: name) == nil else { throw .sameName(index) }
      case .failure(let flaw): notes.append("keys[\(index)] is left out: \(flaw.reason)")
      }
    }
    guard !keys.isEmpty else { throw .noUsableKey(notes) }
    self.keys = keys
    self.notes = notes
  }

  private static func entries(_ bytes: [UInt8]) throws(KeySetFlaw) -> [[String: ClaimValue]] {
    let set: [String: ClaimValue]
    do throws(ClaimReader.Flaw) { set = try ClaimReader.object(bytes) } catch { throw .noKeySet }
    guard let list = set["keys"]?.list else { throw .noKeySet }
    guard list.count <= maxKeys else { throw .tooMany }
    var entries: [[String: ClaimValue]] = []
    for entry in list {
      guard let object = entry.object else { throw .noKeySet }
      entries.append(object)
    }
    return entries
  }
}
