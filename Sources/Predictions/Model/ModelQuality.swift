/// How good a model was on the newest sessions of its window, which it had not seen: integers, so that they
/// are part of its bytes.
package struct ModelQuality: Sendable, Hashable {
  /// Sessions of the holdout, and how many of them achieved the outcome.
  package var sessions = 0
  package var achieving = 0
  /// Predictions made in them.
  package var predictions = 0
  /// Mean loss of a prediction, in millionths of a nat.
  package var logLoss = 0
  /// The same of whoever always says the rate of the training sessions.
  package var baseLogLoss = 0
  /// How often a prediction before the outcome is above one that was not followed by it, in millionths.
  package var areaUnderCurve = 0
  /// Mean distance between what was said and what came, in ten groups of probability, in millionths.
  package var calibrationError = 0
  /// Achieved outcomes divided by predicted ones, in millionths.
  package var observedToExpected = 0

  package init() {}
}
