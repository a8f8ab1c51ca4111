import Foundation
import Predictions
import Testing

/// The functions of `ExactMath`, beside those of the machine's library.
@Suite struct ExactMathTests {
  @Test func agreesWithTheLibrary() {
    for step in -7_000...7_000 {
      let x = Double(step) / 10
      #expect(abs(ExactMath.exp(x) / Foundation.exp(x) - 1) < 1e-12, "exp(\(x))")
    }
    for step in -4_000...4_000 {
      let x = Double(step) / 100
      let sigmoid = 1 / (1 + Foundation.exp(-x))
      #expect(abs(ExactMath.sigmoid(x) / sigmoid - 1) < 1e-12, "sigmoid(\(x))")
      let softplus = Foundation.log1p(Foundation.exp(-abs(x))) + max(x, 0)
      #expect(abs(ExactMath.softplus(x) / softplus - 1) < 1e-11, "softplus(\(x))")
    }
    for step in 1...9_999 {
      let x = Double(step) / 5_000
      #expect(abs(ExactMath.ln(x) - Foundation.log(x)) < 1e-12, "ln(\(x))")
    }
  }

  /// The bits are those of the same formulas in another language, which rounds as IEEE 754 says.
  @Test func givesTheBitsThatItGaveBefore() {
    #expect(ExactMath.exp(1).bitPattern == 0x4005_bf0a_8b14_5662)
    #expect(ExactMath.exp(0) == 1)
    #expect(ExactMath.sigmoid(0) == 0.5)
    #expect(ExactMath.ln(1) == 0)
    var digest: UInt64 = 0
    for step in -500...500 {
      let x = Double(step) / 31
      for value in [ExactMath.exp(x), ExactMath.sigmoid(x), ExactMath.softplus(x)] {
        digest = Mixing.mix(digest, value.bitPattern)
      }
    }
    #expect(digest == 10_915_022_864_382_251_486)
  }

  /// One by one or eight at a time: the same bits.
  @Test func eightAtATimeGiveTheSameBits() {
    var values = [0, -0.0, 700, 700.1, -700, -700.1, 1e300, -1e300]
    values += (-9_000...9_000).map { Double($0) / 13 }
    // Halfway between two powers of two, and beside it.
    for step in -1_000...1_000 {
      let half = (Double(step) + 0.5) / 0x1.71547652b82fep0
      values += [half, half.nextUp, half.nextDown]
    }
    for first in stride(from: 0, to: values.count - 7, by: 5) {
      let eight = SIMD8(values[first..<first + 8])
      let powers = ExactMath.exp(eight)
      let units = ExactMath.exp(-(eight.replacing(with: -eight, where: eight .< 0)))
      let logarithms = ExactMath.log1p(units)
      for lane in eight.indices {
        let x = eight[lane]
        #expect(powers[lane].bitPattern == ExactMath.exp(x).bitPattern, "exp(\(x))")
        let softplus = max(x, 0) + logarithms[lane]
        #expect(softplus.bitPattern == ExactMath.softplus(x).bitPattern, "softplus(\(x))")
      }
    }
  }

  @Test func isBoundedFarOut() {
    #expect(ExactMath.exp(1e300) == ExactMath.exp(700))
    #expect(ExactMath.exp(-1e300) == ExactMath.exp(-700))
    #expect(ExactMath.sigmoid(1e300) == 1)
    #expect(ExactMath.softplus(-1e300) < 1e-300)
  }
}
