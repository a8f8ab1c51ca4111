import JourneyModel
import JourneyRules
import SeededGenerator
import Testing

@testable import Predictions

/// Scores that are left until somebody reads them are those that each event would have made.
@Suite struct ScoringPlanTests {
  /// A session whose events are scored one by one, or left.
  private struct Scored {
    let state = PredictionState()
    var scores = SessionScores()
    var changes = FeatureChanges()
    var collector = TokenCollector()
    var left = 0

    mutating func take(
      _ name: UInt32, at milliseconds: Int64, under plan: ScoringPlan, _ outcomes: [PredictedOutcome],
      postpones: Bool
    ) {
      let before = FeatureMoment(state.features)
      let place = state.features.note(event: name, at: time(milliseconds))
      changes.take(before, state.features, counted: place)
      collector.follow(state, &changes, segments: [])
      if postpones, state.postpone(under: plan, following: collector.difference) {
        left += 1
        return
      }
      state.settle(&scores)
      state.scorePlaces.begin(plan.predictors)
      let sums = state.sums(under: plan.models, following: collector.difference)
      var areKnown = plan.update(&scores, at: state.scorePlaces, sums, highest: sums)
      if !areKnown {
        find(plan, outcomes, sums)
        areKnown = plan.update(&scores, at: state.scorePlaces, sums, highest: sums)
      }
      state.note(scoredUnder: areKnown && plan.hasModels ? plan : nil)
    }

    private mutating func find(_ plan: ScoringPlan, _ outcomes: [PredictedOutcome], _ sums: OutcomeSums) {
      for (index, outcome) in outcomes.enumerated() {
        if let place = scores.place(of: outcome.id) {
          state.scorePlaces[index] = .known(place)
        } else if let model = plan.place(of: index) {
          let said = plan.models.scorer.prediction(model, sums)
          let place = scores.append(outcome.id, probability: said.probability, quantile: said.quantile)
          if let place { state.scorePlaces[index] = .known(place) }
        } else {
          state.scorePlaces[index] = .none
        }
      }
    }
  }

  @Test func scoresThatWereLeftAreThoseOfEachEvent() {
    var (left, fallen, frozen, lapsed) = (0, 0, 0, 0)
    for seed in UInt64(0)..<150 {
      var generator = SeededGenerator(seed: seed)
      let tokens = (1...9 as ClosedRange<UInt32>).map { Feature(.last, $0).token }.sorted()
      // Of three sets of models the second knows fewer outcomes, the third has other models of all of them.
      let outcomes = (0..<10).map {
        PredictedOutcome(id: "outcome \($0)", definition: DefinitionHash(high: seed, low: UInt64($0)))
      }
      let named = outcomes.map { OutcomeModel.random(tokens, &generator, of: $0) }
      let others = outcomes.map { OutcomeModel.random(tokens, &generator, of: $0) }
      let plans = [named, Array(named.prefix(6)), others].map { ScoringPlan(outcomes, ModelSet($0)) }
      var (each, later) = (Scored(), Scored())
      var plan = plans[0]
      for index in 0..<Int64(60) {
        if generator.chance(8) { plan = plans[Int(generator.pick(0...2))] }
        let name = UInt32(generator.pick(1...9))
        if generator.chance(4) {
          let achieved = outcomes[Int(generator.pick(0...9))].id
          later.state.settle(&later.scores)
          each.scores.achieve(achieved)
          later.scores.achieve(achieved)
        }
        each.take(name, at: index * 1_000, under: plan, outcomes, postpones: false)
        later.take(name, at: index * 1_000, under: plan, outcomes, postpones: true)
        guard generator.chance(15) || index == 59 else { continue }
        later.state.settle(&later.scores)
        #expect(later.scores == each.scores, "seed \(seed), event \(index)")
        later.state.settle(&later.scores)
        #expect(later.scores == each.scores, "settled twice")
      }
      left += later.left
      fallen += each.scores.scores.count { $0.maxProbability > $0.probability }
      frozen += each.scores.scores.count { $0.state == .achieved }
      lapsed += each.scores.scores.count { $0.state == .lapsed }
      #expect(each.left == 0)
    }
    // Otherwise the histories would say nothing.
    #expect(left > 4_000 && fallen > 100 && frozen > 100 && lapsed > 20)
  }
}
