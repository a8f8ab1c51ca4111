import Foundation
import JourneyModel
import Predictions
import Testing

/// How good models are on public data: run where `PREDICTION_DATA` names it, as it takes minutes and is not
/// in the repository. Figures go to the output.
@Suite(.serialized, .enabled(if: PublicData.folder != nil)) struct PublicDataTests {
  /// Where the data end the fit has nothing to do with how old they are.
  private static var settings: TrainingSettings {
    var settings = TrainingSettings()
    settings.maxAge = .hours(24 * 1_000)
    return settings
  }

  private static func window(
    _ outcome: PublicData.Outcome, _ examples: [Example], _ settings: TrainingSettings
  )
    -> TrainingWindow
  {
    TrainingWindow([ExampleRecord(outcomes: [outcome.predicted], examples: examples)], settings)
  }

  /// Scores what comes before the outcome, 64 events at most.
  private static func score(
    _ example: Example, _ scorer: Scorer, _ body: (_ index: Int, _ isAchieving: Bool) -> Void
  ) {
    let end = Int(example.achievedAt[0])
    guard end != 1 else { return }
    example.sets.forEach { position, tokens in
      if end == 0 || position < end { body(Probability.index(of: scorer.sums(tokens)[0]), end > 0) }
    }
  }

  private func text(_ value: Double, _ places: Int = 3) -> String { String(format: "%.\(places)f", value) }

  /// The first four fifths by their beginnings train, the rest test.
  @Test(arguments: [
    (PublicData.Outcome.salePage, 20_428, 0.68), (.deepPage, 26_562, 0.68), (.tenClicks, 23_223, 0.735),
    (.accepted, 37_198, 0.778), (.declined, 37_198, 0.752), (.cancelled, 37_198, 0.728),
  ])
  func areasUnderTheCurve(_ outcome: PublicData.Outcome, _ predictions: Int, _ wanted: Double) throws {
    let examples = try PublicData(outcome.file).examples(outcome)
    let border = examples.count * 4 / 5
    let settings = PublicDataTests.settings
    let result = Trainer(settings).train(
      outcome.predicted, on: PublicDataTests.window(outcome, Array(examples.prefix(border)), settings),
      current: nil)
    guard case .published(let model) = result.decision else {
      Issue.record("\(outcome): \(result.decision)")
      return
    }
    let scorer = Scorer(ModelTable([model]))
    var card = Scorecard()
    for example in examples.suffix(from: border) {
      PublicDataTests.score(example, scorer) { card.add($0, isAchieving: $1) }
    }
    print(
      "\(outcome.rawValue): \(card.count) predictions, rate \(text(card.rate, 2)); AUC \(text(card.areaUnderCurve)), wanted \(wanted); log loss \(text(card.logLoss)); ECE \(text(card.calibrationError)); \(model.rows.count) rows, \(model.bytes.count) bytes"
    )
    #expect(card.count == predictions)
    #expect(card.areaUnderCurve >= wanted)
  }

  /// Trained again as sessions grow, each prediction by the model in force then.
  @Test(arguments: PublicData.Outcome.allCases)
  func aModelsLife(_ outcome: PublicData.Outcome) throws {
    let examples = try PublicData(outcome.file).examples(outcome)
    let trainer = Trainer()
    var succession = ModelSuccession()
    var schedule = TrainingSchedule()
    var card = Scorecard()
    var (published, refused, withdrawn) = (0, 0, 0)
    var first: Int?
    var above = [0, 0, 0, 0]
    var scored = 0
    for (number, example) in examples.enumerated() {
      if let model = succession.set.models.first {
        let scorer = succession.set.scorer
        var highest: Int32?
        PublicDataTests.score(example, scorer) { index, isAchieving in
          card.add(index, isAchieving: isAchieving)
          highest = max(highest ?? 0, Int32(model.below.shares[index]))
        }
        if let highest {
          scored += 1
          for (place, bound) in [5_000, 8_000, 9_000, 9_500].enumerated() where highest > bound {
            above[place] += 1
          }
        }
      }
      schedule.note(1)
      guard schedule.isDue else { continue }
      schedule.ran()
      let newest = examples[max(0, number + 1 - 40_000)...number]
      let results = succession.train(
        [outcome.predicted],
        on: PublicDataTests.window(outcome, Array(newest), trainer.settings), trainer, every: 1)
      switch results[0].decision {
      case .published: published += 1
      case .refused: refused += 1
      case .withdrawn: withdrawn += 1
      case .learning: break
      }
      if first == nil, published == 1 { first = number + 1 }
    }
    let shares = above.map { text(Double($0) / Double(max(scored, 1))) }.joined(separator: " ")
    print(
      "\(outcome.rawValue): first model after \(first ?? 0), \(published) published, \(refused) refused, \(withdrawn) withdrawn; AUC \(text(card.areaUnderCurve)); log loss \(text(card.logLoss)); ECE \(text(card.calibrationError)); O/E \(text(card.observedToExpected, 2)); above .5 .8 .9 .95: \(shares)"
    )
    #expect(try #require(first) <= 1_100)
    #expect(card.calibrationError <= 0.025)
    for (place, share) in [0.5, 0.2, 0.1, 0.05].enumerated() {
      #expect(abs(Double(above[place]) / Double(scored) - share) <= 0.03, "\(shares)")
    }
  }
}
