package import JourneyModel

/// How models are fitted and when they are good enough. A change gives other models.
package struct TrainingSettings: Sendable, Hashable {
  /// The version of the trainer: runs of another one give other bytes.
  package static let version = 3

  /// Most sessions of a window, the newest.
  package var maxSessions = 20_000
  /// The longest time between the first and the last session of a window.
  package var maxAge = EventTime.Span.hours(30 * 24)
  /// Of the time before the newest session, what is to fill a window: where more sessions end, only some of
  /// them are learned from.
  package var sampledSpan = EventTime.Span.hours(14 * 24)
  /// At least one session of so many is learned from.
  package var maxEvery = 4_096
  /// Fewest sessions to learn from that achieve the outcome, and as many that do not.
  package var minOfEach = 20
  /// Fewest sessions to judge by.
  package var minHoldout = 20
  /// Fewest of them that achieve the outcome.
  package var minHoldoutAchieving = 5
  /// Most tokens of a model.
  package var maxTokens = 4_096
  /// Half of this times the weights' squares is added to the loss, in nats.
  package var regularization = 20.0
  /// Fitting ends where the gradient is this part of what it was at first.
  package var tolerance = 1e-3
  /// Most steps of fitting.
  package var maxIterations = 100
  /// After which events a session is learned from, ascending, the last at most `TokenSets.maxSets`. Sampled:
  /// neighbours say nearly the same.
  package var positions: [Int] = [1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 29, 38, 50, 64]
  /// A model in force that is no better than the rate in so many runs in a row is withdrawn.
  package var maxFailures = 2

  package init() {}

  /// In how many sessions a token has to be: more where there are more, so that a weight never stands for a
  /// few visitors.
  func support(sessions: Int) -> Int { max(5, min(20, sessions / 50)) }
}
