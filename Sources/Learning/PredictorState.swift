package import Predictions

/// How far a predictor has come, as the newest run says.
package enum PredictorState: Sendable, Hashable {
  /// There is no model, for this reason.
  case learning(String)
  /// There is one.
  case scoring(TrainingRecord.Outcome)
  /// There was one until the newest run, which found it no better than the rate.
  case withdrawn

  /// - Parameter run: the newest; `nil` if there never was one.
  package init(
    of outcome: PredictedOutcome, after run: TrainingRecord?, settings: TrainingSettings = TrainingSettings()
  ) {
    guard let run else {
      self = .learning("fewer than \(TrainingSchedule.fewest) sessions have ended since it began")
      return
    }
    guard let entry = run.outcomes.first(where: { $0.outcome == outcome }) else {
      self = .learning("what it predicts is new since the last training")
      return
    }
    if entry.model != nil {
      self = .scoring(entry)
    } else if entry.decision == .withdrawn {
      self = .withdrawn
    } else {
      self = .learning(PredictorState.reason(entry, settings))
    }
  }

  private static func reason(_ entry: TrainingRecord.Outcome, _ settings: TrainingSettings) -> String {
    guard entry.decision == .learning else { return "no better than the rate alone yet" }
    let counts = entry.counts
    let others = counts.training - counts.trainingAchieving
    if counts.trainingAchieving < settings.minOfEach {
      return "\(counts.trainingAchieving) of \(settings.minOfEach) achieving sessions"
    }
    if others < settings.minOfEach { return "\(others) of \(settings.minOfEach) other sessions" }
    if counts.holdout < settings.minHoldout {
      return "\(counts.holdout) of \(settings.minHoldout) newest sessions"
    }
    return
      "\(counts.holdoutAchieving) of \(settings.minHoldoutAchieving) achieving sessions among the newest \(counts.holdout)"
  }

  /// `learning`, `scoring` or `withdrawn`.
  package var name: String {
    switch self {
    case .learning: "learning"
    case .scoring: "scoring"
    case .withdrawn: "withdrawn"
    }
  }
}
