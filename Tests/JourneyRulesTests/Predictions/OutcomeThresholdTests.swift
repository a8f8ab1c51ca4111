import Testing

@testable import JourneyRules

/// Conditions on predictions as comparisons of integers: each threshold one unit below it, at it, above it.
@Suite struct OutcomeThresholdTests {
  private typealias Condition = ActionMap.OutcomeCondition

  /// Scores of which the highest was this, and the newest is that.
  private func scores(highest: (Int32, Int32), newest: (Int32, Int32)) -> SessionScores {
    var scores = SessionScores()
    scores.take("o", probability: highest.0, quantile: highest.1)
    scores.take("o", probability: newest.0, quantile: newest.1)
    return scores
  }

  @Test(arguments: [
    (0.7, 6, 700_000, 700_000), (0.333, 4, 3_330, 3_330), (0.3333333, 6, 333_333, 333_334),
    (0.00001, 4, 0, 1), (1e-7, 6, 0, 1), (0, 6, 0, 0), (1, 6, 1_000_000, 1_000_000), (99.5, 0, 99, 100),
    (100, 0, 100, 100), (0.1, 6, 100_000, 100_000), (0.2999999999999999, 4, 2_999, 3_000),
    (.leastNonzeroMagnitude, 6, 0, 1),
    (0.07, 2, 7, 7), (0.29, 2, 29, 29), (0.57, 2, 57, 57), (0.58, 2, 58, 58),
  ])
  func decimalsAreExact(value: Double, digits: Int, floor: Int32, ceiling: Int32) {
    let scaled = ScaledDecimal(value, digits: digits)
    #expect(scaled.floor == floor)
    #expect(scaled.ceiling == ceiling)
  }

  @Test func everyHundredthIsItself() {
    for hundredths in 0...100 {
      let value = Double("\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)")
      let scaled = ScaledDecimal(value ?? -1, digits: 4)
      #expect(scaled.floor == hundredths * 100)
      #expect(scaled.ceiling == hundredths * 100)
    }
  }

  @Test(arguments: [(699_999, false), (700_000, true), (700_001, true)])
  func aProbabilityReachesItsMaximum(highest: Int32, holds: Bool) {
    let threshold = OutcomeThreshold(Condition(outcomeID: "o", measure: .probability, maximum: 0.7))
    #expect(threshold.holds(scores(highest: (highest, 0), newest: (1, 0))) == holds)
  }

  @Test(arguments: [(299_999, true), (300_000, true), (300_001, false)])
  func aProbabilityMayFallToItsFallback(newest: Int32, holds: Bool) {
    let threshold = OutcomeThreshold(
      Condition(outcomeID: "o", measure: .probability, maximum: 0.7, fallback: 0.3))
    #expect(threshold.holds(scores(highest: (700_000, 0), newest: (newest, 0))) == holds)
  }

  @Test(arguments: [(3_329, false), (3_330, false), (3_331, true)])
  func aQuantileIsAboveItsMaximum(highest: Int32, holds: Bool) {
    let threshold = OutcomeThreshold(Condition(outcomeID: "o", measure: .quantile, maximum: 0.333))
    #expect(threshold.holds(scores(highest: (1, highest), newest: (1, 0))) == holds)
  }

  @Test(arguments: [(4_999, true), (5_000, false), (5_001, false)])
  func aQuantileIsBelowItsFallback(newest: Int32, holds: Bool) {
    let threshold = OutcomeThreshold(
      Condition(outcomeID: "o", measure: .quantile, maximum: 0.8, fallback: 0.5))
    #expect(threshold.holds(scores(highest: (1, 9_000), newest: (1, newest))) == holds)
  }

  @Test(arguments: [(8_999, false), (9_000, true), (9_099, true)])
  func aPercentileReachesItsMaximum(highest: Int32, holds: Bool) {
    let threshold = OutcomeThreshold(Condition(outcomeID: "o", measure: .percentile, maximum: 90))
    #expect(threshold.holds(scores(highest: (1, highest), newest: (1, 0))) == holds)
  }

  @Test(arguments: [(4_999, true), (5_000, true), (5_099, true), (5_100, false)])
  func aPercentileMayFallToItsFallback(newest: Int32, holds: Bool) {
    let threshold = OutcomeThreshold(
      Condition(outcomeID: "o", measure: .percentile, maximum: 90, fallback: 50))
    #expect(threshold.holds(scores(highest: (1, 9_500), newest: (1, newest))) == holds)
  }

  @Test func nothingHoldsWithoutAScoreOfNow() {
    let threshold = OutcomeThreshold(Condition(outcomeID: "o", measure: .probability, maximum: 0))
    #expect(!threshold.holds(SessionScores()))
    var scores = scores(highest: (900_000, 0), newest: (900_000, 0))
    #expect(threshold.holds(scores))
    if let place = scores.place(of: "o") { scores.lapse(at: place) }
    #expect(!threshold.holds(scores))
    scores.take("o", probability: 1, quantile: 0)
    #expect(threshold.holds(scores))
    scores.achieve("o")
    #expect(!threshold.holds(scores))
    scores.take("o", probability: 1, quantile: 0)
    #expect(!threshold.holds(scores))
  }

  @Test func oneEventDoesBothOnlyIfTheSlidersAllowIt() {
    func threshold(_ fallback: Double) -> OutcomeThreshold {
      OutcomeThreshold(Condition(outcomeID: "o", measure: .probability, maximum: 0.5, fallback: fallback))
    }
    let once = scores(highest: (500_000, 0), newest: (500_000, 0))
    #expect(!threshold(0.4).holds(once))
    #expect(threshold(0.5).holds(once))
    #expect(threshold(0.6).holds(once))
  }
}
