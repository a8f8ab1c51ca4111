import JourneyRules
import Predictions
import SeededGenerator
import Testing

/// Sets of models: their names, and which model is whose.
@Suite struct ModelSetTests {
  private func models(_ seed: UInt64, _ count: Int) -> [OutcomeModel] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in .random([Feature(.last, 7).token], &generator) }
  }

  @Test func theOrderOfItsModelsIsNotInItsName() {
    let models = models(1, 8)
    let (one, other) = (ModelSet(models), ModelSet(models.reversed()))
    #expect(one.manifest == other.manifest || Set(models.map(\.outcome)).count < models.count)
    #expect(one.name.count == 32)
    #expect(ModelSet(Array(models.prefix(1))).name != ModelSet.empty.name)
    #expect(ModelSet([], every: 2).name != ModelSet.empty.name)
  }

  /// Journals name it.
  @Test func theNameOfNoModelsStays() {
    #expect(String(decoding: ModelSet.empty.manifest, as: UTF8.self) == #"{"v":1,"every":1,"models":[]}"#)
    #expect(ModelSet.empty.name == DefinitionHash(of: ModelSet.empty.manifest).description)
  }

  @Test func aModelOfAnotherDefinitionIsNotTaken() throws {
    let model = models(2, 1)[0]
    let set = ModelSet([model])
    var outcome = PredictedOutcome(id: model.outcome, definition: model.definition)
    #expect(set.place(of: outcome) == 0)
    outcome.definition.low ^= 1
    #expect(set.place(of: outcome) == nil)
  }

  @Test func drawsOneOfSoMany() {
    let set = ModelSet([], every: 4)
    #expect((UInt64(0)..<16).filter(set.draws) == [0, 4, 8, 12])
    #expect((UInt64(0)..<16).allSatisfy(ModelSet.empty.draws))
  }

  @Test func predictedAreActiveOutcomesWithAPredictor() throws {
    #expect(DefinitionBundle.empty.predictedOutcomes.isEmpty)
    #expect([PredictedOutcome]().digest == 0)
    let outcomes = [
      PredictedOutcome(id: "a", definition: DefinitionHash(high: 1, low: 2)),
      PredictedOutcome(id: "b", definition: DefinitionHash(high: 1, low: 2)),
    ]
    #expect(outcomes.digest != [outcomes[1], outcomes[0]].digest)
    #expect(outcomes.digest != [outcomes[0]].digest)
  }
}
