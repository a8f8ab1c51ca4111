/// The features of a session after each of its first events, as what each event added and took away.
package struct TokenSets: Sendable, Hashable {
  /// Most sets of a session: later events are not learned from.
  package static let maxSets = 64
  /// Most tokens of a set.
  package static let maxTokens = FeatureLimits.features

  /// The differences: count and tokens added, count and places taken away, by varints and words.
  package private(set) var bytes: [UInt8] = []
  package private(set) var count = 0

  package init() {}

  /// Adds the set after one more event, by what it added to the set before it and took away. Beyond `maxSets`
  /// nothing is kept.
  package mutating func append(_ difference: inout TokenDifference) {
    guard count < TokenSets.maxSets else { return }
    difference.write(to: &bytes)
    count += 1
  }

  /// Reads so many sets.
  package init(bytes: [UInt8], count: Int) throws(PredictionFormError) {
    var newest: [Token] = []
    try self.init(bytes: bytes, count: count, newest: &newest)
  }

  /// Reads so many sets, and tells the newest of them.
  init(bytes: [UInt8], count: Int, newest: inout [Token]) throws(PredictionFormError) {
    guard count <= TokenSets.maxSets else { throw PredictionFormError("\(count) sets of a session") }
    var reader = Reader(bytes)
    for _ in 0..<count { try reader.readNext() }
    guard reader.isAtEnd else { throw PredictionFormError("bytes behind the last set") }
    self.bytes = bytes
    self.count = count
    newest = reader.tokens
  }

  /// Tells every set: how many events there were, and the tokens, ascending.
  package func forEach(_ body: (_ position: Int, _ tokens: borrowing [Token]) -> Void) {
    var reader = Reader(bytes)
    for position in 1...max(count, 1) where position <= count {
      // Only sets that were read or written once can be here.
      guard (try? reader.readNext()) != nil else { return }
      body(position, reader.tokens)
    }
  }

  /// Follows the differences.
  private struct Reader: ~Copyable {
    private var bytes: ByteReader
    var tokens: [Token] = []
    private var kept: [Token] = []
    private var added: [Token] = []

    init(_ bytes: [UInt8]) { self.bytes = ByteReader(bytes) }

    var isAtEnd: Bool { bytes.isAtEnd }

    mutating func readNext() throws(PredictionFormError) {
      added.removeAll(keepingCapacity: true)
      for _ in 0..<(try bytes.count(most: TokenSets.maxTokens, bytesEach: 4)) {
        guard let token = Token(bits: try bytes.fixed()) else { throw PredictionFormError("token 0") }
        added.append(token)
      }
      kept.removeAll(keepingCapacity: true)
      var next = 0
      for _ in 0..<(try bytes.count(most: TokenSets.maxTokens)) {
        let place = next + (try bytes.number(TokenSets.maxTokens))
        guard place < tokens.count else { throw PredictionFormError("a token is taken that is not there") }
        kept.append(contentsOf: tokens[next..<place])
        next = place + 1
      }
      kept.append(contentsOf: tokens[next...])
      try merge()
    }

    private mutating func merge() throws(PredictionFormError) {
      tokens.removeAll(keepingCapacity: true)
      var (old, new) = (0, 0)
      while old < kept.count || new < added.count {
        if new == added.count || old < kept.count && kept[old] < added[new] {
          tokens.append(kept[old])
          old += 1
        } else {
          tokens.append(added[new])
          new += 1
        }
        if tokens.count > 1, tokens[tokens.count - 2] >= tokens[tokens.count - 1] {
          throw PredictionFormError("tokens do not ascend")
        }
      }
      guard tokens.count <= TokenSets.maxTokens else { throw PredictionFormError("too many tokens") }
    }
  }
}
