import JourneyModel
import Predictions
import SeededGenerator
import Testing

/// Explanations: they add up, to the unit.
@Suite struct ExplanationTests {
  /// A model of every feature that some stories have.
  private func model(_ generator: inout SeededGenerator) -> OutcomeModel {
    var tokens = Set<Token>()
    for _ in 0..<40 { for set in Story.random(&generator).sets { tokens.formUnion(set) } }
    return .random(tokens.sorted(), &generator)
  }

  @Test func partsAddUpToTheSum() {
    for seed in UInt64(0)..<40 {
      var generator = SeededGenerator(seed: seed)
      let scorer = Scorer(ModelTable([model(&generator), model(&generator)]))
      var state = FeatureState()
      var earlier: Explanation?
      for index in 0..<15 {
        state.note(
          event: Mixing.digest(generator.pick(["view", "cart", "pay", "help"])),
          at: time(Int64(index) * 7_000))
        let explanation = Explanation(scorer, outcome: 1, of: state, segments: [1, 2])
        let sum = scorer.sums(state.tokens(segments: [1, 2]))[1]
        #expect(explanation.sum == sum)
        #expect(explanation.parts.reduce(explanation.bias) { $0 + $1.weight } == sum)
        #expect(
          zip(explanation.parts, explanation.parts.dropFirst()).allSatisfy {
            $0.weight.magnitude >= $1.weight.magnitude
          })
        if let earlier {
          let moved = explanation.changes(since: earlier).reduce(0) { $0 + $1.weight }
          #expect(moved == explanation.sum - earlier.sum)
        }
        earlier = explanation
      }
    }
  }

  @Test func whatHasNotChangedIsNoChange() {
    var generator = SeededGenerator(seed: 5)
    let scorer = Scorer(ModelTable([model(&generator)]))
    var state = FeatureState()
    state.note(event: Mixing.digest("view"), at: time(0))
    let explanation = Explanation(scorer, outcome: 0, of: state)
    #expect(explanation.changes(since: explanation).isEmpty)
  }
}
