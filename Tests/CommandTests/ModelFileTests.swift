import JourneyRules
import LaneScenes
import Predictions
import Testing

@testable import sojourn

@Suite struct ModelFileTests {
  /// A file that fits nothing would else be silent: there would be no scores, and no word why.
  @Test func whatHasNoModelIsSaid() throws {
    let definitions = try PredictionScene.definitions()
    let models = try PredictionScene.models(definitions)
    #expect(ModelFile.gaps(models, in: definitions.bundle).isEmpty)
    #expect(
      ModelFile.gaps(.empty, in: definitions.bundle) == [
        "outcome 'purchase' is not scored: there is no model of it"
      ])
    let nothing = try PredictionScene.definitions(isPredicted: false)
    #expect(
      ModelFile.gaps(models, in: nothing.bundle) == ["the definitions predict nothing, so nothing is scored"])
    let model = try #require(models.models.first)
    let other = OutcomeModel(
      outcome: model.outcome, definition: DefinitionHash(high: 1, low: 2), bias: model.bias,
      window: model.window, rows: model.rows, below: model.below, quality: model.quality)
    #expect(
      ModelFile.gaps(ModelSet([other]), in: definitions.bundle) == [
        "outcome 'purchase' is not scored: its model is of another rule than it has now"
      ])
  }
}
