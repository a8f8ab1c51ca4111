import Predictions
import Testing

/// Advantages, beside sums by hand.
@Suite struct AdvantageTests {
  @Test func theErrorIsThatOfTheSum() {
    // Mean 1/3, squares 32/3 around it, so √(3 · 32/3 / 2).
    let advantage = Advantage([3, -1, -1])
    #expect(advantage.gain == 1)
    #expect(abs(advantage.standardError - 4) < 1e-12)
    #expect(!advantage.isBetter)
    #expect(!advantage.isWorse)
  }

  @Test func moreThanTheErrorCounts() {
    #expect(Advantage([1, 1, 1.5]).isBetter)
    #expect(!Advantage([1, 1, 1.5]).isWorse)
    #expect(Advantage([-1, -1, -1.5]).isWorse)
    #expect(!Advantage([-1, -1, -1.5]).isBetter)
  }

  /// 2 and 0: the sum is 2, and so is its error.
  @Test(arguments: [(2.0, 0.0, false), (2.0, 0.001, true), (2.0, -0.001, false)])
  func theErrorItselfIsNotEnough(one: Double, other: Double, isBetter: Bool) {
    #expect(Advantage([one, other]).isBetter == isBetter)
    #expect(Advantage([-one, -other]).isWorse == isBetter)
  }

  @Test func oneSessionSaysNothing() {
    #expect(!Advantage([100]).isBetter)
    #expect(!Advantage([]).isBetter)
    #expect(!Advantage([]).isWorse)
  }
}
