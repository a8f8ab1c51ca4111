import Foundation
import JourneyModel
import JourneyRules
import Predictions
import SeededGenerator
import Testing

/// What the gate lets through.
@Suite struct GateTests {
  /// Windows with labels by chance: `PREDICTION_SEEDS`, else few enough for every run. The full count is 100,
  /// as `scripts/test --long` has it.
  private static let seeds =
    ProcessInfo.processInfo.environment["PREDICTION_SEEDS"].flatMap { Int($0) } ?? 20

  private func train(_ examples: [Example], _ current: Trainer.Current? = nil) -> TrainingResult {
    Trainer().train(Shop.purchase, on: Shop.window(examples), current: current)
  }

  private func refusals(seeds: Range<Int>, sessions: Int) -> Int {
    let refused = seeds.count { seed in
      var generator = SeededGenerator(seed: UInt64(seed) &* 7_919)
      return train(Shop.visits(sessions, .chance(percent: 35), &generator)).decision == .refused
    }
    print("labels by chance, \(sessions) sessions: \(refused) of \(seeds.count) refused")
    return refused
  }

  @Test func labelsByChanceAreRefused() {
    let seeds = GateTests.seeds
    #expect(refusals(seeds: 0..<seeds, sessions: 500) * 100 >= 88 * seeds)
  }

  @Test func andMoreSurelyWhereThereAreMore() {
    let seeds = GateTests.seeds
    #expect(refusals(seeds: 0..<seeds, sessions: 2_000) >= seeds - max(1, seeds * 3 / 100))
  }

  @Test func aModelOfAnotherTimeIsReplacedWithinTwoRuns() throws {
    var generator = SeededGenerator(seed: 3)
    let before = Shop.visits(1_000, .names(sign: 1), &generator)
    guard case .published(let old) = train(before).decision else { return #expect(Bool(false), "no model") }
    // What names mean turns around. The second run has seen nothing else.
    let after = Shop.visits(2_000, from: 1_000, .names(sign: -1), &generator)
    let first = train(Array((before + after.prefix(1_000)).suffix(1_400)), Trainer.Current(model: old))
    var current = Trainer.Current(model: old, failures: first.failures)
    if case .published(let model) = first.decision { current = Trainer.Current(model: model) }
    let second = train(Array(after.suffix(1_400)), current)
    guard case .published(let new) = second.decision else {
      return #expect(Bool(false), "still \(second.decision)")
    }
    let cart = Feature(.count, Mixing.digest("cart"), 0).token
    #expect(old.rows.first { $0.token == cart }?.weight ?? 0 > 0)
    #expect(new.rows.first { $0.token == cart }?.weight ?? 0 < 0)
  }

  @Test func aModelThatSaysNoMoreThanTheRateIsWithdrawnByTheSecondRun() throws {
    var generator = SeededGenerator(seed: 11)
    guard case .published(let old) = train(Shop.visits(1_000, .names(sign: 1), &generator)).decision else {
      return #expect(Bool(false), "no model")
    }
    let noise = Shop.visits(1_000, from: 1_000, .chance(percent: 35), &generator)
    let first = train(noise, Trainer.Current(model: old))
    #expect(first.decision == .refused)
    #expect(first.failures == 1)
    let second = train(noise, Trainer.Current(model: old, failures: first.failures))
    #expect(second.decision == .withdrawn)
    #expect(second.failures == 0)
  }

  @Test func aModelThatStillHoldsKeepsItsCount() {
    var generator = SeededGenerator(seed: 12)
    let examples = Shop.visits(1_000, .names(sign: 1), &generator)
    guard case .published(let old) = train(examples).decision else {
      return #expect(Bool(false), "no model")
    }
    #expect(train(examples, Trainer.Current(model: old, failures: 1)).failures == 0)
  }

  @Test func aModelOfAnotherDefinitionIsNotComparedWith() {
    var generator = SeededGenerator(seed: 13)
    let examples = Shop.visits(500, .names(sign: 1), &generator)
    let other = OutcomeModel.plain([], bias: 0)
    let result = train(examples, Trainer.Current(model: other, failures: 1))
    #expect(result.overCurrent == nil)
    #expect(result.currentOverBase == nil)
    #expect(result.failures == 0)
  }
}
