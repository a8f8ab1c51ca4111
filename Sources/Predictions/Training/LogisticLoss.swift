/// The loss that fitting minimizes: ½·λ·|w|² + Σ ln(1 + e^±s), s = bias + Σ w of the sample's tokens. The
/// bias, which comes last, is free.
struct LogisticLoss {
  let matrix: SampleMatrix
  let tokenCount: Int
  /// λ.
  let regularization: Double

  /// The loss at a point in nats, and its gradient there. Sums run in the order of samples, and in a sample
  /// in that of tokens: another order would give other bits.
  func evaluate(_ point: [Double], gradient: inout [Double]) -> Double {
    let point = point.span
    var gradient = gradient.mutableSpan
    let starts = matrix.starts.span
    let places = matrix.places.span
    let labels = matrix.isAchieving.span
    var squares = 0.0
    for index in 0..<tokenCount {
      squares += point[index] * point[index]
      gradient[index] = regularization * point[index]
    }
    var loss = 0.5 * regularization * squares
    let bias = point[tokenCount]
    var biasGradient = 0.0
    var start = 0
    for sample in labels.indices {
      let end = Int(starts[sample + 1])
      var sum = bias
      for index in start..<end { sum += point[Int(places[index])] }
      let (value, residual) = LogisticLoss.term(sum, isAchieving: labels[sample])
      loss += value
      biasGradient += residual
      for index in start..<end { gradient[Int(places[index])] += residual }
      start = end
    }
    gradient[tokenCount] = biasGradient
    return loss
  }

  /// A sample's loss and its derivative by the sum.
  private static func term(_ sum: Double, isAchieving: Bool) -> (loss: Double, residual: Double) {
    let power = ExactMath.exp(-sum.magnitude)
    let probability = sum >= 0 ? 1 / (1 + power) : power / (1 + power)
    let loss = max(isAchieving ? -sum : sum, 0) + ExactMath.log1p(power)
    return (loss, isAchieving ? probability - 1 : probability)
  }
}
