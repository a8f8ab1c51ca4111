internal import JourneyModel
internal import JourneyRules
internal import Learning
internal import Predictions

/// The worker's part in training: its turns are those of the thread that trains.
extension Worker {
  /// Sees to training, if lane 0 is at work here and anything is predicted.
  func train(_ now: EventTime) {
    guard let definitions = definitions.inForce, definitions.predicts,
      machine.lanes[TrainingTurn.lane]?.state == .running
    else {
      dropTraining()
      return
    }
    let outcomes = definitions.bundle.predictedOutcomes
    guard let news = training.turn(machine.generation, at: now, outcomes) else { return }
    if let learning = news.report { report(.learning(learning)) }
    if let failure = news.failure { report(.trainingFailed(failure)) }
    if news.hasLostRun { report(.trainingLost) }
  }

  /// Lane 0 is not at work here.
  func dropTraining() {
    if training.drop() { report(.trainingLost) }
  }
}
