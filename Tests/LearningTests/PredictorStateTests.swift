import JourneyRules
import LaneScenes
import Learning
import Predictions
import Testing

/// What is said of a predictor, at each bound of what it needs.
@Suite struct PredictorStateTests {
  private static let outcome = PredictedOutcome(id: "purchase", definition: DefinitionHash(high: 1, low: 2))

  private func run(
    _ decision: TrainingRecord.Decision, _ counts: TrainingResult.Counts = .init(), model: String? = nil
  ) -> TrainingRecord {
    var run = TrainingRecord(
      revision: 1, trainedAt: LearningScene.start, ranges: [], examples: 0, before: "", set: "")
    var outcome = TrainingRecord.Outcome(PredictorStateTests.outcome, decision, counts)
    outcome.model = model
    run.outcomes = [outcome]
    return run
  }

  private func reason(_ training: Int, _ achieving: Int, _ holdout: Int, _ newest: Int) -> String? {
    let counts = TrainingResult.Counts(
      training: training, trainingAchieving: achieving, holdout: holdout, holdoutAchieving: newest)
    let state = PredictorState(of: PredictorStateTests.outcome, after: run(.learning, counts))
    guard case .learning(let reason) = state else { return nil }
    return reason
  }

  @Test func whatThereIsTooLittleOf() {
    #expect(reason(200, 12, 50, 9) == "12 of 20 achieving sessions")
    #expect(reason(200, 19, 50, 9) == "19 of 20 achieving sessions")
    #expect(reason(39, 20, 50, 9) == "19 of 20 other sessions")
    #expect(reason(40, 20, 19, 9) == "19 of 20 newest sessions")
    #expect(reason(40, 20, 20, 4) == "4 of 5 achieving sessions among the newest 20")
  }

  @Test func statesAndTheirNames() {
    let outcome = PredictorStateTests.outcome
    #expect(PredictorState(of: outcome, after: nil).name == "learning")
    #expect(PredictorState(of: outcome, after: run(.published, model: "a")).name == "scoring")
    #expect(PredictorState(of: outcome, after: run(.learning, model: "a")).name == "scoring")
    #expect(PredictorState(of: outcome, after: run(.refused, model: "a")).name == "scoring")
    #expect(PredictorState(of: outcome, after: run(.withdrawn)) == .withdrawn)
    #expect(
      PredictorState(of: outcome, after: run(.refused)) == .learning("no better than the rate alone yet"))
    let other = PredictedOutcome(id: "purchase", definition: DefinitionHash(high: 1, low: 3))
    #expect(
      PredictorState(of: other, after: run(.published, model: "a"))
        == .learning("what it predicts is new since the last training"))
  }
}
