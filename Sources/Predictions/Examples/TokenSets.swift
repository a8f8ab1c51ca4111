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

  /// Of nine events, which most sessions do not exceed.
  static let usualBytes = 480

  /// Makes room for what most sessions have.
  mutating func reserve() { bytes.reserveCapacity(TokenSets.usualBytes) }

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
  ///
  /// - Parameter last: none is told after more events than that.
  package func forEach(
    through last: Int = maxSets, _ body: (_ position: Int, _ tokens: borrowing [Token]) -> Void
  ) {
    var reader = Reader(bytes)
    var position = 0
    while position < min(count, last) {
      // Only sets that were read or written once can be here.
      guard (try? reader.readNext()) != nil else { return }
      position += 1
      body(position, reader.tokens)
    }
  }

  /// Follows the differences.
  private struct Reader: ~Copyable {
    private var bytes: ByteReader
    private(set) var tokens: [Token] = []
    /// The set before `tokens`, whose memory the next one takes.
    private var before: [Token] = []
    private var added: [Token] = []
    /// Places in the set before.
    private var gone: [Int] = []

    init(_ bytes: [UInt8]) { self.bytes = ByteReader(bytes) }

    var isAtEnd: Bool { bytes.isAtEnd }

    mutating func readNext() throws(PredictionFormError) {
      swap(&before, &tokens)
      added.removeAll(keepingCapacity: true)
      for _ in 0..<(try bytes.count(most: TokenSets.maxTokens, bytesEach: 4)) {
        guard let token = Token(bits: try bytes.fixed()) else { throw PredictionFormError("token 0") }
        added.append(token)
      }
      gone.removeAll(keepingCapacity: true)
      var next = 0
      for _ in 0..<(try bytes.count(most: TokenSets.maxTokens)) {
        let place = next + (try bytes.number(TokenSets.maxTokens))
        guard place < before.count else { throw PredictionFormError("a token is taken that is not there") }
        gone.append(place)
        next = place + 1
      }
      let count = before.count - gone.count + added.count
      guard count <= TokenSets.maxTokens else { throw PredictionFormError("too many tokens") }
      if tokens.count > count { tokens.removeLast(tokens.count - count) }
      while tokens.count < count { tokens.append(Token(Feature(.last, 0))) }
      guard Reader.merge(before, without: gone, added, into: &tokens) else {
        throw PredictionFormError("tokens do not ascend")
      }
    }

    /// - Returns: whether they ascend.
    private static func merge(
      _ before: borrowing [Token], without gone: borrowing [Int], _ added: borrowing [Token],
      into tokens: inout [Token]
    ) -> Bool {
      var target = tokens.mutableSpan
      let (old, new) = (before.span, added.span)
      var (place, next, count) = (0, 0, 0)
      for index in 0...gone.count {
        let end = index < gone.count ? gone[index] : old.count
        while place < end {
          while next < new.count, new[next] < old[place] {
            target[count] = new[next]
            (next, count) = (next + 1, count + 1)
          }
          target[count] = old[place]
          (place, count) = (place + 1, count + 1)
        }
        place = end + 1
      }
      while next < new.count {
        target[count] = new[next]
        (next, count) = (next + 1, count + 1)
      }
      for index in target.indices.dropFirst() where target[index - 1] >= target[index] { return false }
      return true
    }
  }
}
