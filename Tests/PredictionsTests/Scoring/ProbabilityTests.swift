import Foundation
import Predictions
import Testing

/// Sums as probabilities.
@Suite struct ProbabilityTests {
  @Test func neverFallsAndStaysInside() {
    let millionths = Probability.millionths
    #expect(millionths.count == Probability.indexCount)
    #expect(zip(millionths, millionths.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(millionths.first == 1)
    #expect(millionths.last == 999_999)
    for (low, high) in zip(millionths, millionths.reversed()) { #expect(low + high == 1_000_000) }
  }

  @Test func isTheSigmoidToAThousandth() {
    for sum in Int32(-17_000)...17_000 {
      let exact = 1 / (1 + Foundation.exp(-Double(sum) / 1_024))
      let said = Double(Probability.millionths[Probability.index(of: sum)]) / 1_000_000
      #expect(abs(said - exact) <= 0.001, "\(sum)")
    }
  }

  @Test(arguments: [
    (Int32.min, 0), (-16_385, 0), (-16_384, 0), (-16_377, 0), (-16_376, 1), (-1, 2_047), (0, 2_048),
    (7, 2_048), (8, 2_049), (16_375, 4_094), (16_376, 4_095), (16_383, 4_095), (16_384, 4_095),
    (Int32.max, 4_095),
  ])
  func sumsFallIntoIndexes(sum: Int32, index: Int) { #expect(Probability.index(of: sum) == index) }
}
