import JourneyModel
import JourneyRules
import Predictions
import SeededGenerator
import Testing

/// Training: what it gives, what it refuses, and that it gives the same every time.
@Suite struct TrainerTests {
  private let trainer = Trainer()

  private func published(_ result: TrainingResult) -> OutcomeModel? {
    if case .published(let model) = result.decision { model } else { nil }
  }

  private func train(
    _ examples: [Example], _ current: Trainer.Current? = nil,
    _ settings: TrainingSettings = TrainingSettings()
  ) -> TrainingResult {
    Trainer(settings).train(Shop.purchase, on: Shop.window(examples, settings), current: current)
  }

  @Test func learnsWhatTheNamesMean() throws {
    var generator = SeededGenerator(seed: 1)
    let model = try #require(published(train(Shop.visits(1_500, .names(sign: 2), &generator))))
    #expect(model.quality.areaUnderCurve > 650_000)
    #expect(model.quality.logLoss < model.quality.baseLogLoss)
    let cart = Feature(.count, Mixing.digest("cart"), 0).token
    let help = Feature(.count, Mixing.digest("help"), 0).token
    let weights = Dictionary(uniqueKeysWithValues: model.rows.map { ($0.token, $0.weight) })
    #expect(weights[cart] ?? 0 > 200)
    #expect(weights[help] ?? 0 < -200)
  }

  /// Pinned: any build, at any optimization, gives these bytes.
  @Test func givesTheBytesThatItGaveBefore() throws {
    var generator = SeededGenerator(seed: 2)
    let model = try #require(published(train(Shop.visits(800, .names(sign: 2), &generator))))
    #expect(model.hash.description == "c668b2075b5003d797837036ce2d85d9")
  }

  @Test func whereTheExamplesCameFromDoesNotMatter() throws {
    for seed in UInt64(0)..<3 {
      var generator = SeededGenerator(seed: seed)
      var examples = Shop.visits(800, .names(sign: 2), &generator)
      // A hundred each begin and end at one moment: what they are decides who judges and who is learned from.
      for index in examples.indices {
        examples[index].startedAt = time(Int64(index / 100) * Shop.interval)
        examples[index].closedAt = time(Int64(index / 100) * Shop.interval + 300_000)
      }
      let other = PredictedOutcome(id: "another", definition: DefinitionHash(high: 1, low: 1))
      let expected = try #require(published(train(examples)))
      for lanes in [1, 4] {
        var records: [ExampleRecord] = []
        var left = examples.shuffled(using: &generator)
        while !left.isEmpty {
          let count = min(left.count, Int(generator.pick(1...160)))
          // Records of some lanes were made when another predictor came first.
          if records.count % lanes == 1 {
            let wider = left.prefix(count).map { example in
              var example = example
              example.achievedAt.insert(0, at: 0)
              return example
            }
            records.append(ExampleRecord(outcomes: [other, Shop.purchase], examples: wider))
          } else {
            records.append(ExampleRecord(outcomes: [Shop.purchase], examples: Array(left.prefix(count))))
          }
          left.removeFirst(count)
        }
        let window = TrainingWindow(records, TrainingSettings())
        let result = trainer.train(Shop.purchase, on: window, current: nil)
        #expect(published(result)?.bytes == expected.bytes)
      }
    }
  }

  @Test func oneMoreExampleIsAnotherModel() throws {
    var generator = SeededGenerator(seed: 8)
    let examples = Shop.visits(800, .names(sign: 2), &generator)
    #expect(published(train(examples))?.hash != published(train(Array(examples.dropFirst())))?.hash)
  }

  @Test(arguments: [-1, 0, 1])
  func waitsForEnoughOfEach(beyond: Int) {
    var generator = SeededGenerator(seed: 4)
    var examples = Shop.visits(300, .chance(percent: 0), &generator)
    // 80 % of 300 train: the achieving ones are where they are wanted.
    for index in 0..<20 + beyond {
      examples[index * 5].achievedAt = [UInt16(examples[index * 5].sets.count + 1)]
    }
    for index in 0..<5 {
      examples[250 + index].achievedAt = [UInt16(examples[250 + index].sets.count + 1)]
    }
    let result = train(examples)
    #expect(result.counts.trainingAchieving == 20 + beyond)
    #expect(result.counts.holdoutAchieving == 5)
    #expect((result.decision == .learning) == (beyond < 0))
    examples[250].achievedAt = [0]
    #expect(train(examples).decision == .learning)
  }

  @Test func anOutcomeThatNoExampleKnowsIsLearning() {
    let window = Shop.window([])
    #expect(window.count == 0)
    #expect(trainer.train(Shop.purchase, on: window, current: nil).decision == .learning)
  }

  @Test func anotherDefinitionIsAnotherOutcome() {
    var generator = SeededGenerator(seed: 5)
    let window = Shop.window(Shop.visits(800, .names(sign: 2), &generator))
    let changed = PredictedOutcome(id: "purchase", definition: DefinitionHash(high: 7, low: 9))
    #expect(trainer.train(changed, on: window, current: nil).decision == .learning)
  }

  @Test func whatComesWithOrAfterTheOutcomeIsNotLearnedFrom() throws {
    var generator = SeededGenerator(seed: 6)
    let examples = Shop.visits(800, .names(sign: 2), &generator)
    func cut(_ tail: [Story.Event]) -> [Example] {
      examples.map { example in
        guard example.achievedAt[0] > 0 else { return example }
        var changed = example
        var later: [[Token]] = []
        var state = FeatureState()
        for event in tail {
          state.note(event: Mixing.digest(event.name), at: example.startedAt)
          later.append(state.tokens())
        }
        var sets = SetsWriter(changed.sets)
        for set in later { sets.append(set) }
        changed.sets = sets.sets
        return changed
      }
    }
    let plain = try #require(published(train(examples)))
    // A thank-you page that comes with the outcome would be a perfect sign of it.
    let telling = cut([Story.Event(name: "thanks", gap: 0), Story.Event(name: "receipt", gap: 0)])
    #expect(published(train(telling))?.bytes == plain.bytes)
  }

  @Test func quantilesAreThoseOfTheWindowsOwnSessions() throws {
    var generator = SeededGenerator(seed: 7)
    let examples = Shop.visits(800, .names(sign: 2), &generator)
    let model = try #require(published(train(examples)))
    let scorer = Scorer(ModelTable([model]))
    let maxima = examples.map { example in
      var highest = 0
      example.sets.forEach { position, tokens in
        guard example.achievedAt[0] == 0 || position < Int(example.achievedAt[0]) else { return }
        highest = max(highest, Probability.index(of: scorer.sums(tokens)[0]))
      }
      return highest
    }
    #expect(model.window.sessions == maxima.count)
    #expect(model.below == QuantileTable(maxima: maxima))
  }
}
