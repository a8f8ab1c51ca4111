/// The loss that fitting minimizes: ½·λ·|w|² + Σ ln(1 + e^±s), s = bias + Σ w of the sample's tokens. The
/// bias, which comes last, is free.
struct LogisticLoss {
  let matrix: SampleMatrix
  let tokenCount: Int
  /// λ.
  let regularization: Double

  /// Samples that are summed up together, so that powers and logarithms of one need not wait for those of the
  /// one before.
  private static let block = 8

  /// The loss at a point in nats, and its gradient there. Sums run in the order of samples, and in a sample
  /// in that of tokens: another order would give other bits.
  func evaluate(_ point: [Double], gradient: inout [Double]) -> Double {
    let point = point.span
    var gradient = gradient.mutableSpan
    var squares = 0.0
    for index in 0..<tokenCount {
      squares += point[index] * point[index]
      gradient[index] = regularization * point[index]
    }
    var loss = 0.5 * regularization * squares
    var biasGradient = 0.0
    for first in stride(from: 0, to: matrix.count, by: LogisticLoss.block) {
      let samples = first..<min(first + LogisticLoss.block, matrix.count)
      let terms = LogisticLoss.terms(
        sums(samples, point, bias: point[tokenCount]), targets: targets(samples))
      for lane in samples.indices {
        loss += terms.losses[lane - first]
        biasGradient += terms.residuals[lane - first]
      }
      add(terms.residuals, of: samples, to: &gradient)
    }
    gradient[tokenCount] = biasGradient
    return loss
  }

  /// By what each variable is measured, so that the loss is curved about as much along one as along another:
  /// frequent tokens curve it a thousand times as much as rare ones, and then a fit takes twice the steps.
  /// The root of the curvature where all sums are 0, inverted.
  var scales: [Double] {
    var counts = [Int](repeating: 0, count: tokenCount)
    for place in matrix.places { counts[Int(place)] += 1 }
    return (counts.map { regularization + Double($0) / 4 } + [Double(matrix.count) / 4]).map {
      1 / $0.squareRoot()
    }
  }

  /// `evaluate` of variables that are measured by `scales`.
  func evaluate(_ scaled: [Double], _ scales: [Double], gradient: inout [Double]) -> Double {
    let loss = evaluate(zip(scaled, scales).map { $0 * $1 }, gradient: &gradient)
    for index in gradient.indices { gradient[index] *= scales[index] }
    return loss
  }

  /// The sums of samples. A function of its own, as is `add`, so that what its loop needs has registers.
  @inline(never)
  private func sums(_ samples: Range<Int>, _ point: borrowing Span<Double>, bias: Double) -> SIMD8<Double> {
    let starts = matrix.starts.span
    let places = matrix.places.span
    var sums = SIMD8<Double>.zero
    var start = Int(starts[samples.lowerBound])
    for sample in samples {
      let end = Int(starts[sample + 1])
      var sum = bias
      for index in start..<end { sum += point[Int(places[index])] }
      sums[sample - samples.lowerBound] = sum
      start = end
    }
    return sums
  }

  /// 1 where the outcome followed, else 0.
  private func targets(_ samples: Range<Int>) -> SIMD8<Double> {
    let labels = matrix.isAchieving.span
    var targets = SIMD8<Double>.zero
    for sample in samples where labels[sample] { targets[sample - samples.lowerBound] = 1 }
    return targets
  }

  /// Adds to the gradient what samples change of it.
  @inline(never)
  private func add(
    _ residuals: SIMD8<Double>, of samples: Range<Int>, to gradient: inout MutableSpan<Double>
  ) {
    let starts = matrix.starts.span
    let places = matrix.places.span
    var start = Int(starts[samples.lowerBound])
    for sample in samples {
      let end = Int(starts[sample + 1])
      let residual = residuals[sample - samples.lowerBound]
      for index in start..<end { gradient[Int(places[index])] += residual }
      start = end
    }
  }

  /// The losses of samples and their derivatives by the sums.
  private static func terms(_ sums: SIMD8<Double>, targets: SIMD8<Double>) -> (
    losses: SIMD8<Double>, residuals: SIMD8<Double>
  ) {
    let one = SIMD8(repeating: 1.0)
    let magnitudes = sums.replacing(with: -sums, where: sums .< 0)
    let powers = ExactMath.exp(-magnitudes)
    let probabilities = powers.replacing(with: one, where: sums .>= 0) / (one + powers)
    let wrong = sums.replacing(with: -sums, where: targets .> 0)
    let losses = wrong.replacing(with: 0, where: wrong .< 0) + ExactMath.log1p(powers)
    return (losses, probabilities - targets)
  }
}
