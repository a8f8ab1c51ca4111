internal import JourneyModel

/// Values that name nobody, although they stand where a name belongs. Without this list a single program that
/// sends `null` makes one person of all its visitors.
package struct BlockedValues: Sendable, Hashable {
  /// In small letters, without quotes.
  package var words: Set<[UInt8]> {
    didSet { longest = BlockedValues.longest(of: words) }
  }
  /// Bytes of the longest: nothing that is longer has to be looked up, and most identifiers are.
  private var longest: Int

  /// Creates a list.
  package init(words: Set<[UInt8]> = BlockedValues.known) {
    self.words = words
    longest = BlockedValues.longest(of: words)
  }

  static func longest(of words: Set<[UInt8]>) -> Int { words.reduce(0) { max($0, $1.count) } }

  /// What is blocked if nothing else is configured.
  package static let known: Set<[UInt8]> = Set(
    [
      "-1", "null", "nil", "none", "undefined", "nan", "n/a", "unknown", "anonymous", "guest", "test", "true",
      "false", "invalid", "void", "[object object]", "not set", "id", "email", "distinct_id",
      "test@test.com", "a@a.com",
    ].map { Array($0.utf8) })

  /// Whether a value names nobody. Case and quotes around it do not matter.
  package func contains(_ value: [UInt8]) -> Bool {
    var word = value[...]
    while let first = word.first, BlockedValues.isAround(first) { word = word.dropFirst() }
    while let last = word.last, BlockedValues.isAround(last) { word = word.dropLast() }
    guard let first = word.first else { return true }
    if word.allSatisfy({ $0 == first }) { return true }
    if word.allSatisfy({ $0 == ASCII.zero || $0 == ASCII.hyphen }) { return true }
    guard word.count <= longest else { return false }
    return words.contains(word.map { ASCII.lowercased($0) })
  }

  private static func isAround(_ byte: UInt8) -> Bool {
    byte == ASCII.quote || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") || byte <= ASCII.space
  }
}
