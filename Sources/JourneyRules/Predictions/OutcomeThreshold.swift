/// A condition on a prediction, as a comparison of integers: what a definition writes in decimals is turned
/// into the first integer that satisfies it, so no rounding decides.
struct OutcomeThreshold: Sendable, Hashable {
  let outcome: String
  let measure: ActionMap.OutcomeCondition.Measure
  /// The session's highest has to be at least this.
  let leastMaximum: Int32
  /// The newest has to be at most this; `nil` for any.
  let mostCurrent: Int32?

  init(_ condition: ActionMap.OutcomeCondition) {
    outcome = condition.outcomeID
    measure = condition.measure
    let (maximum, fallback) = (condition.maximum, condition.fallback)
    switch condition.measure {
    case .probability:
      // maximum ≥, current ≤.
      leastMaximum = ScaledDecimal(maximum, digits: 6).ceiling
      mostCurrent = fallback.map { ScaledDecimal($0, digits: 6).floor }
    case .quantile:
      // maximum >, current <.
      leastMaximum = ScaledDecimal(maximum, digits: 4).floor + 1
      mostCurrent = fallback.map { ScaledDecimal($0, digits: 4).ceiling - 1 }
    case .percentile:
      // maximum ≥, current ≤.
      leastMaximum = ScaledDecimal(maximum, digits: 0).ceiling
      mostCurrent = fallback.map { ScaledDecimal($0, digits: 0).floor }
    }
  }

  /// Whether it holds. Without a score of the newest event it does not; nor once the outcome is achieved.
  func holds(_ scores: SessionScores) -> Bool {
    guard let score = scores[outcome], score.state == .current else { return false }
    let (maximum, current) =
      switch measure {
      case .probability: (score.maxProbability, score.probability)
      case .quantile: (score.maxQuantile, score.quantile)
      case .percentile: (score.maxPercentile, score.percentile)
      }
    return maximum >= leastMaximum && mostCurrent.map { current <= $0 } ?? true
  }
}

extension ActionMap.OutcomeCondition {
  /// Whether it holds of a session's scores.
  public func holds(_ scores: SessionScores) -> Bool { OutcomeThreshold(self).holds(scores) }
}

/// A decimal number of a definition, 0…100, times a power of ten: the whole numbers around it, by its digits
/// and not by its binary neighbour. 0.7 is seven tenths.
struct ScaledDecimal {
  let floor: Int32
  let ceiling: Int32

  /// - Parameters:
  ///   - value: 0…100, as read from a text; the shortest text that gives it counts.
  ///   - digits: how many places the point moves.
  init(_ value: Double, digits: Int) {
    var number = 0
    var exponent = digits
    var isFraction = false
    var text = "\(value)".utf8[...]
    while let byte = text.first, byte != UInt8(ascii: "e") {
      text = text.dropFirst()
      guard byte != UInt8(ascii: ".") else {
        isFraction = true
        continue
      }
      // Seventeen digits at most: the shortest text has no more.
      number = number * 10 + Int(byte) - 48
      if isFraction { exponent -= 1 }
    }
    if let written = Int(String(decoding: text.dropFirst(), as: UTF8.self)) { exponent += written }
    var rest = 0
    while exponent < 0, number > 0 {
      if number % 10 > 0 { rest = 1 }
      number /= 10
      exponent += 1
    }
    for _ in 0..<max(exponent, 0) { number *= 10 }
    floor = Int32(number)
    ceiling = Int32(number + rest)
  }
}
