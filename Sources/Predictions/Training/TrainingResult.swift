/// What a run has come to for one outcome.
package struct TrainingResult: Sendable, Hashable {
  /// What is in force from now on.
  package enum Decision: Sendable, Hashable {
    /// There is too little to learn from; a model in force stays.
    case learning
    /// The new model.
    case published(OutcomeModel)
    /// What was in force before: the new one is not better than the rate, or it is worse than that.
    case refused
    /// Nothing: the model in force has become no better than the rate.
    case withdrawn
  }

  /// What there was to learn from.
  package struct Counts: Sendable, Hashable {
    /// Sessions to learn from, and how many of them achieve the outcome.
    package var training = 0
    package var trainingAchieving = 0
    /// Sessions to judge by, and how many of them achieve it.
    package var holdout = 0
    package var holdoutAchieving = 0

    package init(training: Int = 0, trainingAchieving: Int = 0, holdout: Int = 0, holdoutAchieving: Int = 0) {
      self.training = training
      self.trainingAchieving = trainingAchieving
      self.holdout = holdout
      self.holdoutAchieving = holdoutAchieving
    }
  }

  package var decision: Decision
  package var counts: Counts
  /// The new model's advantage over the rate; `nil` if there was none to fit.
  package var overBase: Advantage?
  /// The new model's advantage over the one in force.
  package var overCurrent: Advantage?
  /// The advantage of the one in force over the rate.
  package var currentOverBase: Advantage?
  /// How the one in force does on these sessions, which are newer than those that it was judged by first.
  package var currentQuality: ModelQuality?
  /// In how many runs in a row the one in force was no better than the rate, this one included. Goes into the
  /// next run.
  package var failures = 0
}
