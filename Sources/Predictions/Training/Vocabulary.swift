/// The tokens that a model weighs: those that enough sessions have.
struct Vocabulary {
  /// Ascending.
  let tokens: [Token]
  private let numbers: TokenNumbers
  /// Where tokens are, by their numbers.
  private let places: [UInt16]
  /// The place of a token that is not in it.
  private static let none = UInt16.max

  /// Counters of the first pass, by a digest of the token. Tokens that share one are told apart in the
  /// second; what a million distinct pages can cost is these.
  private static let counterBits: UInt32 = 20

  init(_ sessions: LabeledSessions, _ range: Range<Int>, _ settings: TrainingSettings) {
    let support = settings.support(sessions: range.count)
    var counters = [UInt16](repeating: 0, count: 1 << Int(Vocabulary.counterBits))
    var newest = [Int32](repeating: -1, count: counters.count)
    for session in range {
      sessions.forEachSample(session) { tokens in
        Thresholds.forEach(tokens) { token in
          let place = Vocabulary.counter(of: token)
          guard newest[place] != Int32(session) else { return }
          newest[place] = Int32(session)
          if counters[place] < .max { counters[place] += 1 }
        }
      }
    }
    var numbers = TokenNumbers()
    // By number: in how many sessions it is, and the newest of these.
    var exact: [(sessions: Int32, newest: Int32)] = []
    for session in range {
      sessions.forEachSample(session) { tokens in
        Thresholds.forEach(tokens) { token in
          guard Int(counters[Vocabulary.counter(of: token)]) >= support else { return }
          let number = numbers.add(token)
          if number == exact.count { exact.append((0, -1)) }
          guard exact[number].newest != Int32(session) else { return }
          exact[number] = (exact[number].sessions + 1, Int32(session))
        }
      }
    }
    var kept = exact.indices.filter { exact[$0].sessions >= support }
    if kept.count > settings.maxTokens {
      kept.sort {
        exact[$0].sessions == exact[$1].sessions
          ? numbers.tokens[$0] < numbers.tokens[$1] : exact[$0].sessions > exact[$1].sessions
      }
      kept.removeLast(kept.count - settings.maxTokens)
    }
    kept.sort { numbers.tokens[$0] < numbers.tokens[$1] }
    tokens = kept.compactMap { Token(bits: numbers.tokens[$0]) }
    var places = [UInt16](repeating: Vocabulary.none, count: numbers.count)
    for (place, number) in kept.enumerated() { places[number] = UInt16(place) }
    (self.numbers, self.places) = (numbers, places)
  }

  private static func counter(of token: Token) -> Int {
    Int((token.bits &* 0x9e37_79b1) >> (32 - counterBits))
  }

  /// Where a token is; `nil` for one that it does not have.
  func place(of token: Token) -> UInt16? {
    guard let number = numbers.number(of: token), places[number] != Vocabulary.none else { return nil }
    return places[number]
  }
}
