/// By how much one predictor is better than another on the same sessions, and how sure that is. Sessions are
/// compared whole: predictions in one of them depend on each other.
package struct Advantage: Sendable, Hashable {
  /// Nats that the loss is lower, over all sessions.
  package let gain: Double
  /// The standard error of that.
  package let standardError: Double

  /// - Parameter differences: the other one's loss less its own, for each session, in nats.
  package init(_ differences: [Double]) {
    let count = Double(differences.count)
    let sum = differences.reduce(0, +)
    let mean = differences.isEmpty ? 0 : sum / count
    let squares = differences.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    gain = sum
    standardError = differences.count < 2 ? .infinity : (count * squares / (count - 1)).squareRoot()
  }

  /// Whether it is better by more than the error.
  package var isBetter: Bool { gain > standardError }

  /// Whether it is worse by more than the error.
  package var isWorse: Bool { -gain > standardError }
}
