/// The models in force and what replaces them, run by run: the same for the same windows, whoever runs it.
package struct ModelSuccession: Sendable {
  /// What is in force.
  package private(set) var set: ModelSet
  /// In how many runs in a row the model of an outcome was no better than the rate.
  package private(set) var failures: [String: Int]

  package init(set: ModelSet = .empty, failures: [String: Int] = [:]) {
    self.set = set
    self.failures = failures
  }

  /// One run: trains a model of each outcome, and puts in force whatever passes its gate. What is predicted
  /// no longer is dropped.
  ///
  /// - Parameter every: of how many sessions one is learned from after it; see `Sampling`.
  /// - Returns: what it came to, in the order of the outcomes.
  package mutating func train(
    _ outcomes: [PredictedOutcome], on window: TrainingWindow, _ trainer: Trainer, every: Int
  ) -> [TrainingResult] {
    var models: [OutcomeModel] = []
    var counted: [String: Int] = [:]
    let results = outcomes.map { outcome in
      let model = set.models.first { $0.outcome == outcome.id && $0.definition == outcome.definition }
      let current = model.map { Trainer.Current(model: $0, failures: failures[outcome.id] ?? 0) }
      let result = trainer.train(outcome, on: window, current: current)
      switch result.decision {
      case .published(let new): models.append(new)
      case .learning, .refused: if let model { models.append(model) }
      case .withdrawn: break
      }
      if result.failures > 0 { counted[outcome.id] = result.failures }
      return result
    }
    failures = counted
    set = ModelSet(models, every: every)
    return results
  }
}
