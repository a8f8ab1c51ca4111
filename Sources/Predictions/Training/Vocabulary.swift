/// The tokens that a model weighs: those that enough sessions have.
struct Vocabulary {
  /// Ascending.
  let tokens: [Token]
  private let places: [UInt32: UInt16]

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
    var exact: [UInt32: (sessions: Int, newest: Int)] = [:]
    for session in range {
      sessions.forEachSample(session) { tokens in
        Thresholds.forEach(tokens) { token in
          guard Int(counters[Vocabulary.counter(of: token)]) >= support else { return }
          let entry = exact[token.bits] ?? (0, -1)
          if entry.newest != session { exact[token.bits] = (entry.sessions + 1, session) }
        }
      }
    }
    var kept = exact.filter { $0.value.sessions >= support }.map {
      (bits: $0.key, support: $0.value.sessions)
    }
    if kept.count > settings.maxTokens {
      kept.sort { $0.support == $1.support ? $0.bits < $1.bits : $0.support > $1.support }
      kept.removeLast(kept.count - settings.maxTokens)
    }
    tokens = kept.compactMap { Token(bits: $0.bits) }.sorted()
    places = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1.bits, UInt16($0)) })
  }

  private static func counter(of token: Token) -> Int {
    Int((token.bits &* 0x9e37_79b1) >> (32 - counterBits))
  }

  /// Where a token is; `nil` for one that it does not have.
  func place(of token: Token) -> UInt16? { places[token.bits] }
}
