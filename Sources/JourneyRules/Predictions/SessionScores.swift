/// The scores of one session, in the order in which outcomes were first scored. Empty it holds no memory.
public struct SessionScores: Sendable, Hashable {
  /// Most outcomes that a session has scores of; further ones are left out.
  public static let maxOutcomes = 16

  /// The scores.
  public private(set) var scores: [OutcomeScore] = []

  /// Creates none.
  public init() {}

  /// Whether there are none.
  public var isEmpty: Bool { scores.isEmpty }

  /// The score of an outcome; `nil` if it was never scored.
  public subscript(outcome: String) -> OutcomeScore? { scores.first { $0.outcome == outcome } }

  /// Takes what is predicted after one more event. Nothing changes where the outcome is achieved.
  ///
  /// - Parameters:
  ///   - probability: millionths, 1…999,999.
  ///   - quantile: ten-thousandths, 0…10,000.
  public mutating func take(_ outcome: String, probability: Int32, quantile: Int32) {
    if let index = place(of: outcome) {
      scores[index].take(probability: probability, quantile: quantile)
    } else {
      append(outcome, probability: probability, quantile: quantile)
    }
  }

  /// As `take`, of an outcome that has no score.
  ///
  /// - Returns: the place of its score; `nil` if there are as many as there may be.
  @discardableResult
  public mutating func append(_ outcome: String, probability: Int32, quantile: Int32) -> Int? {
    guard scores.count < SessionScores.maxOutcomes else { return nil }
    scores.append(OutcomeScore(outcome: outcome, probability: probability, quantile: quantile))
    return scores.count - 1
  }

  /// Where the score of an outcome is, which never changes; `nil` if it has none.
  public func place(of outcome: String) -> Int? {
    // By index: docs/design/hot-path.md.
    for index in scores.indices where scores[index].outcome == outcome { return index }
    return nil
  }

  /// What is predicted after one or more events of the outcome whose score is at a place.
  public struct Update: Sendable, BitwiseCopyable {
    /// As `place(of:)` says.
    public var place: Int32
    /// After the newest event: millionths, 1…999,999.
    public var probability: Int32
    /// After the newest event: ten-thousandths, 0…10,000.
    public var quantile: Int32
    /// The highest after any of the events.
    public var maxProbability: Int32
    /// The highest after any of the events.
    public var maxQuantile: Int32

    /// Creates one, at first of one event.
    public init(place: Int, probability: Int32, quantile: Int32) {
      self.place = Int32(place)
      self.probability = probability
      self.quantile = quantile
      (maxProbability, maxQuantile) = (probability, quantile)
    }
  }

  /// As `take`, of scores at their places.
  public mutating func update(_ updates: borrowing Span<Update>) {
    var scores = self.scores.mutableSpan
    for index in updates.indices {
      let update = updates[index]
      scores[Int(update.place)].take(update)
    }
  }

  /// Makes room for so many, which would else be made score by score.
  public mutating func reserve(_ count: Int) {
    scores.reserveCapacity(min(count, SessionScores.maxOutcomes))
  }

  /// Notes that an event was not scored for the outcome of the score at a place, as there is no model.
  public mutating func lapse(at place: Int) {
    guard scores[place].state == .current else { return }
    scores[place].state = .lapsed
  }

  /// Notes that nothing but these outcomes is predicted any more.
  public mutating func lapse(allBut predicted: [String]) {
    for index in scores.indices where !predicted.contains(scores[index].outcome) { lapse(at: index) }
  }

  /// Freezes the score of an outcome that is achieved, if there is one.
  public mutating func achieve(_ outcome: String) {
    if let index = place(of: outcome) { scores[index].state = .achieved }
  }

  /// Takes over those of a session that is merged into this one's.
  public mutating func merge(_ other: SessionScores) {
    for score in other.scores {
      if let index = place(of: score.outcome) {
        scores[index].merge(score)
      } else if scores.count < SessionScores.maxOutcomes {
        var taken = score
        if taken.state == .current { taken.state = .lapsed }
        scores.append(taken)
      }
    }
  }

  /// Bytes that they take, about.
  public var byteCount: Int {
    var total = 48 * scores.count
    // By index: docs/design/hot-path.md.
    for index in scores.indices { total += scores[index].outcome.utf8.count }
    return total
  }
}

/// A version byte, how many, then the scores.
extension SessionScores {
  /// The version that is written, and the only one that is read.
  public static let version: UInt8 = 1

  /// Appends the scores as bytes.
  public func encode(to bytes: inout [UInt8]) {
    bytes.append(SessionScores.version)
    bytes.append(UInt8(scores.count))
    for index in scores.indices { scores[index].encode(to: &bytes) }
  }

  /// Reads what `encode` wrote; damaged bytes give an error, never a trap.
  public init(encoded bytes: [UInt8]) throws(RuleStateError) {
    guard bytes.count >= 2, bytes[0] == SessionScores.version else {
      throw RuleStateError(description: "scores of another version than \(SessionScores.version)")
    }
    guard bytes[1] <= UInt8(SessionScores.maxOutcomes) else {
      throw RuleStateError(description: "an impossible number of scores")
    }
    var at = 2
    for _ in 0..<bytes[1] {
      let score = try OutcomeScore(encoded: bytes, at: &at)
      guard self[score.outcome] == nil else { throw RuleStateError(description: "two scores of an outcome") }
      scores.append(score)
    }
    guard at == bytes.count else { throw RuleStateError(description: "bytes follow the end") }
  }
}
