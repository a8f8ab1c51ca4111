/// A logistic regression, fitted to a range of sessions.
struct LogisticFit {
  let tokens: [Token]
  /// In nats, one for each token.
  let weights: [Double]
  let bias: Double

  /// - Returns: `nil` if all samples have one label: then there is nothing to tell apart.
  init?(_ sessions: LabeledSessions, _ range: Range<Int>, _ settings: TrainingSettings) {
    let vocabulary = Vocabulary(sessions, range, settings)
    let matrix = SampleMatrix(sessions, range, vocabulary)
    let rate = matrix.rate
    guard rate > 0, rate < 1 else { return nil }
    tokens = vocabulary.tokens
    let loss = LogisticLoss(
      matrix: matrix, tokenCount: tokens.count, regularization: settings.regularization)
    var start = [Double](repeating: 0, count: tokens.count + 1)
    start[tokens.count] = ExactMath.ln(rate) - ExactMath.ln(1 - rate)
    let minimizer = Minimizer(tolerance: settings.tolerance, maxIterations: settings.maxIterations)
    let scales = loss.scales
    for index in start.indices { start[index] /= scales[index] }
    var point = minimizer.minimize(from: start) { loss.evaluate($0, scales, gradient: &$1) }
    for index in point.indices { point[index] *= scales[index] }
    weights = Array(point.dropLast())
    bias = point[tokens.count]
  }

  /// The fit in integers, without what is not known of it yet.
  func model(of outcome: PredictedOutcome, window: OutcomeModel.Window) -> OutcomeModel {
    let units = (bias * Double(Probability.unitsPerNat)).rounded()
    // Beyond 16 nats nothing changes.
    let bounded = Int32(max(-65_536, min(65_536, units)))
    return OutcomeModel.provisional(
      outcome: outcome.id, definition: outcome.definition, bias: bounded, window: window,
      rows: Thresholds.rows(tokens, weights))
  }
}
