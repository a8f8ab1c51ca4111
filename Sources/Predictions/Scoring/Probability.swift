/// The sum of weights as a probability: integers in, integers out.
///
/// A sum's unit is 2^-10 nat. Sums from -16 to 16 nats fall into 4,096 indexes of 8 units each; beyond, into
/// the first and the last. All sums of one index have one probability, and so one quantile.
package enum Probability {
  /// Units of a nat.
  package static let unitsPerNat = 1_024
  /// How many indexes there are.
  package static let indexCount = 4_096
  /// Probabilities are millionths.
  package static let one: Int32 = 1_000_000

  /// The index of a sum.
  package static func index(of sum: Int32) -> Int {
    Int(max(0, min(32_767, Int64(sum) + 16_384)) >> 3)
  }

  /// The sum in the middle of an index, in nats.
  static func nats(atIndex index: Int) -> Double { Double(8 * index + 4 - 16_384) / Double(unitsPerNat) }

  /// Millionths by index, 1…999,999, never falling.
  package static let millionths: [Int32] = (0..<indexCount).map { index in
    let exact = ExactMath.sigmoid(nats(atIndex: index)) * Double(one)
    return max(1, min(one - 1, Int32(exact.rounded())))
  }

  /// The loss, in nats, of a prediction with this index where the outcome was achieved.
  static let lossIfAchieved: [Double] = (0..<indexCount).map { ExactMath.softplus(-nats(atIndex: $0)) }

  /// The loss, in nats, of a prediction with this index where it was not.
  static let lossIfNot: [Double] = (0..<indexCount).map { ExactMath.softplus(nats(atIndex: $0)) }
}
