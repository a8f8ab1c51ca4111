internal import JourneyModel
internal import Learning
internal import Predictions

/// What is learned of outcomes. The process that owns lane 0 says it; an outcome is a label, of which
/// definitions allow ten.
extension MetricsPage {
  func predictions(_ page: inout MetricsText) {
    let learning = facts.learning
    page.family(
      "sojourn_predictions_examples_total", .counter, "Sessions that there have been to learn from.")
    if let examples = learning.examples { page.sample(examples) }
    page.family(
      "sojourn_predictions_training_runs_total", .counter,
      "Trained outcomes, by what became of them: learning, published, refused, withdrawn.")
    for decision in TrainingRecord.Decision.allCases {
      page.sample([("decision", decision.rawValue)], learning.decisions[decision] ?? 0)
    }
    page.family("sojourn_predictions_training_seconds", .gauge, "Time that the newest run took.")
    if let elapsed = learning.elapsed { page.sample(elapsed.secondsValue) }
    page.family(
      "sojourn_predictions_training_failures_total", .counter,
      "How often nobody could look what is to be learned; it is tried again.")
    page.sample(learning.failures)
    page.family("sojourn_predictions_model_age_seconds", .gauge, "Time since a model came into force.")
    eachOutcome { label, outcome in
      guard let published = outcome.publishedAt else { return }
      page.sample(label, Double(moment.now.milliseconds - published.milliseconds) / 1_000)
    }
    quality(&page, "auc", "Area under the curve, on the newest sessions.") { $0.areaUnderCurve }
    quality(&page, "logloss_ratio", "Log loss over that of whoever says the rate, on the newest sessions.") {
      $0.baseLogLoss == 0 ? nil : Int((Double($0.logLoss) * 1_000_000 / Double($0.baseLogLoss)).rounded())
    }
    quality(&page, "ece", "Mean distance of probabilities from what came, on the newest sessions.") {
      $0.calibrationError
    }
    quality(&page, "observed_expected", "Achieved over predicted outcomes, on the newest sessions.") {
      $0.observedToExpected
    }
  }

  /// A gauge of each model in force, from millionths.
  private func quality(
    _ page: inout MetricsText, _ name: String, _ help: String, _ value: (ModelQuality) -> Int?
  ) {
    page.family("sojourn_predictions_" + name, .gauge, help)
    eachOutcome { label, outcome in
      guard let millionths = outcome.quality.flatMap(value) else { return }
      page.sample(label, Double(millionths) / 1_000_000)
    }
  }

  private func eachOutcome(_ body: ([(String, String)], TrainingRecord.Outcome) -> Void) {
    for outcome in facts.learning.newest?.outcomes ?? [] where outcome.model != nil {
      body([("outcome", outcome.outcome.id)], outcome)
    }
  }
}
