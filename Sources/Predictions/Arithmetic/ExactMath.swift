/// Functions of Double that give the same bits on every machine and at every optimization: they add,
/// subtract, multiply, divide and take square roots, which IEEE 754 defines to the last bit, and call no
/// library. Swift never joins a product and a sum into one rounding by itself.
package enum ExactMath {
  private static let ln2High = 0x1.62e42feep-1
  private static let ln2Low = 0x1.a39ef35793c76p-33
  private static let ln2 = 0x1.62e42fefa39efp-1
  private static let log2e = 0x1.71547652b82fep0

  /// e to the power of x; x from -700 to 700, beyond it the value there.
  package static func exp(_ x: Double) -> Double {
    let bounded = max(-700, min(700, x))
    let steps = (bounded * log2e).rounded(.toNearestOrEven)
    let rest = (bounded - steps * ln2High) - steps * ln2Low
    // Taylor to the tenth power: |rest| ≤ ln 2 / 2, so the next term is below 1e-12 of the sum.
    var sum = 1.0 / 3_628_800
    let factors = inverseFactorials
    for index in factors.indices { sum = sum * rest + factors[index] }
    return Double(sign: .plus, exponent: Int(steps), significand: 1) * sum
  }

  /// 1 / (1 + e^-x).
  package static func sigmoid(_ x: Double) -> Double {
    if x >= 0 { return 1 / (1 + exp(-x)) }
    let power = exp(x)
    return power / (1 + power)
  }

  /// ln(1 + e^x).
  package static func softplus(_ x: Double) -> Double {
    let power = exp(-x.magnitude)
    return max(x, 0) + log1p(power)
  }

  /// The natural logarithm of a normal number above 0.
  package static func ln(_ x: Double) -> Double {
    // Between ⅔ and 1⅓, so that the series converges fast.
    var exponent = x.exponent
    var significand = x.significand
    if significand > 4.0 / 3 {
      significand /= 2
      exponent += 1
    }
    return Double(exponent) * ln2 + twiceArtanh((significand - 1) / (significand + 1))
  }

  /// ln(1 + u), u from 0 to 1.
  static func log1p(_ u: Double) -> Double { twiceArtanh(u / (2 + u)) }

  /// 2·artanh(t), |t| ≤ ⅓: the series to the 23rd power.
  private static func twiceArtanh(_ t: Double) -> Double {
    let square = t * t
    var sum = 1.0 / 23
    let factors = inverseOddNumbers
    for index in factors.indices { sum = sum * square + factors[index] }
    return 2 * t * sum
  }

  /// `exp` of each: the same operations, and so the same bits.
  package static func exp(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let limit = SIMD8(repeating: 700.0)
    let upper = x.replacing(with: limit, where: x .> limit)
    let bounded = upper.replacing(with: -limit, where: upper .< -limit)
    // Adding it rounds to an integer, half to even, and leaves that in the lowest bits.
    let shift = SIMD8(repeating: 0x1.8p52)
    let shifted = bounded * SIMD8(repeating: log2e) + shift
    let steps = shifted - shift
    let rest = (bounded - steps * ln2High) - steps * ln2Low
    var sum = SIMD8(repeating: 1.0 / 3_628_800)
    let factors = inverseFactorials
    for index in factors.indices { sum = sum * rest + factors[index] }
    var powers = SIMD8<Double>()
    for lane in powers.indices {
      let exponent = shifted[lane].bitPattern &- shift[lane].bitPattern &+ 1_023
      powers[lane] = Double(bitPattern: exponent << 52)
    }
    return powers * sum
  }

  /// `log1p` of each: the same operations, and so the same bits.
  package static func log1p(_ u: SIMD8<Double>) -> SIMD8<Double> {
    let t = u / (2 + u)
    let square = t * t
    var sum = SIMD8(repeating: 1.0 / 23)
    let factors = inverseOddNumbers
    for index in factors.indices { sum = sum * square + factors[index] }
    return 2 * t * sum
  }

  /// 1/9!, 1/8!, … 1/0!. In place, as no array may be reached for with every sample.
  private static var inverseFactorials: InlineArray<10, Double> {
    [1 / 362_880, 1 / 40_320, 1 / 5_040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1]
  }

  /// 1/21, 1/19, … 1.
  private static var inverseOddNumbers: InlineArray<11, Double> {
    [1 / 21, 1 / 19, 1 / 17, 1 / 15, 1 / 13, 1 / 11, 1 / 9, 1 / 7, 1 / 5, 1 / 3, 1]
  }
}
