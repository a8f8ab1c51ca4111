import JourneyModel
import JourneyRules
import Predictions
import SeededGenerator
import Testing

/// Scores, beside a dictionary of weights.
@Suite struct ScorerTests {
  private func tokens(_ count: Int, _ generator: inout SeededGenerator) -> [Token] {
    var tokens = Set<Token>()
    while tokens.count < count {
      // Few bits, so that places in the table collide.
      if let token = Token(bits: UInt32(truncatingIfNeeded: generator.next()) & 0xf000_00ff) {
        tokens.insert(token)
      }
    }
    return tokens.sorted()
  }

  @Test func sumsAreThoseOfADictionary() {
    for seed in 0..<50 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let models = (0..<Int.random(in: 1...ModelTable.maxOutcomes, using: &generator)).map { _ in
        OutcomeModel.random(tokens(Int.random(in: 0...200, using: &generator), &generator), &generator)
      }
      let scorer = Scorer(ModelTable(models))
      let asked = tokens(60, &generator)
      let sums = scorer.sums(asked)
      for (place, model) in models.enumerated() {
        let weights = Dictionary(uniqueKeysWithValues: model.rows.map { ($0.token, Int32($0.weight)) })
        #expect(sums[place] == asked.reduce(model.bias) { $0 + (weights[$1] ?? 0) })
        #expect(asked.reduce(model.bias) { $0 + scorer.weight(of: $1, place) } == sums[place])
      }
      #expect(scorer.sums(asked.reversed()) == sums)
    }
  }

  @Test func extremesDoNotOverflow() {
    var generator = SeededGenerator(seed: 1)
    let all = tokens(FeatureLimits.features, &generator)
    for weight in [Int16.min, Int16.max] {
      let model = OutcomeModel.plain(all.map { OutcomeModel.Row(token: $0, weight: weight) }, bias: 65_536)
      let prediction = Scorer(ModelTable([model])).prediction(0, Scorer(ModelTable([model])).sums(all))
      #expect(prediction.sum == 65_536 + Int32(all.count) * Int32(weight))
      #expect(prediction.probability == (weight < 0 ? 1 : 999_999))
    }
  }

  @Test func anUnknownFeatureVersionIsNotScored() {
    let model = OutcomeModel(
      outcome: "o", definition: DefinitionHash(high: 1, low: 2), featureVersion: Feature.version + 1, bias: 0,
      window: .none, rows: [], below: QuantileTable(maxima: []), quality: ModelQuality())
    #expect(ModelTable([model]).models.isEmpty)
  }

  /// Sixteen models of the most rows each: what a table can weigh.
  @Test func memoryIsBounded() {
    var bits: UInt32 = 0
    let models = (0..<ModelTable.maxOutcomes).map { _ in
      let rows = (0..<OutcomeModel.maxRows).compactMap { _ -> OutcomeModel.Row? in
        bits += 1
        return Token(bits: bits).map { OutcomeModel.Row(token: $0, weight: 1) }
      }
      return OutcomeModel.plain(rows, bias: 0)
    }
    let table = ModelTable(models)
    #expect(table.byteCount <= 40 << 20)
    #expect(models[0].bytes.count <= 256 << 10)
  }
}
