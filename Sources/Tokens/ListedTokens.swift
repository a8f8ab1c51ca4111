internal import Bytes
internal import Crypto
package import JourneyModel

/// One token that the configuration lists by its hash.
package struct ListedToken: Sendable, Hashable {
  /// SHA-256 of the token's bytes in 64 hexadecimal digits, so that the file holds no secret. The token
  /// itself has to be random, with 128 bits or more: a hash does not protect what can be guessed.
  package var sha256: String
  package var access: Access

  /// Creates an entry.
  package init(sha256: String, access: Access) {
    self.sha256 = sha256
    self.access = access
  }
}

/// Why a list of tokens cannot be used.
package enum ListedTokensFlaw: Error, Sendable, Hashable, CustomStringConvertible {
  /// By the entry's place, from 0.
  case noHash(Int)
  case listedTwice(Int)
  case noSubject(Int)
  case tooMany

  package var description: String {
    switch self {
    case .noHash(let index): "auth.tokens[\(index)].sha256 is not 64 hexadecimal digits"
    case .listedTwice(let index): "auth.tokens[\(index)].sha256 is listed before"
    case .noSubject(let index): "auth.tokens[\(index)].subject is empty or too long"
    case .tooMany: "auth.tokens has more than \(ListedTokens.maxTokens) entries"
    }
  }
}

/// Tokens that are listed by their hashes.
package struct ListedTokens: TokenVerifier {
  /// Entries that are compared with every token.
  package static let maxTokens = 1_000

  private let entries: [(hash: [UInt8], access: Access)]

  package init(_ tokens: [ListedToken]) throws(ListedTokensFlaw) {
    guard tokens.count <= ListedTokens.maxTokens else { throw .tooMany }
    var entries: [(hash: [UInt8], access: Access)] = []
    var seen: Set<[UInt8]> = []
    for (index, token) in tokens.enumerated() {
      guard let hash = ListedTokens.bytes(token.sha256) else { throw .noHash(index) }
      guard seen.insert(hash).inserted else { throw .listedTwice(index) }
      guard (1...TokenLimits.nameBytes).contains(token.access.subject.utf8.count) else {
        throw .noSubject(index)
      }
      entries.append((hash, token.access))
    }
    self.entries = entries
  }

  package func verify(_ bearer: String, now: EventTime) async -> Result<Access, TokenFlaw> {
    guard bearer.utf8.count <= TokenLimits.tokenBytes else { return .failure(.tooLong) }
    let hash = Array(SHA256.hash(data: Array(bearer.utf8)))
    // Every byte of every entry is compared, so that the time says nothing of how much was right.
    var found = -1
    for index in entries.indices where ListedTokens.isSame(hash, entries[index].hash) { found = index }
    guard found >= 0 else { return .failure(.unknown) }
    let access = entries[found].access
    if let end = access.expiresAt, now >= end { return .failure(.expired) }
    return .success(access)
  }

  /// Whether two texts of the same length are the same, in a time that depends on the length alone.
  static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
  }

  private static func bytes(_ hex: String) -> [UInt8]? {
    let digits = Array(hex.utf8)
    guard digits.count == 2 * SHA256.byteCount else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Hex.value(of: digits[index]), let low = Hex.value(of: digits[index + 1]) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
