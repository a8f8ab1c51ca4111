import Foundation
import JourneyModel
import JourneyRules
import Predictions
import SeededGenerator
import Testing

/// What fitting finds, beside what is known.
@Suite struct FitTests {
  private func published(_ examples: [Example], _ settings: TrainingSettings) -> OutcomeModel? {
    let result = Trainer(settings).train(
      Shop.purchase, on: Shop.window(examples, settings), current: nil)
    if case .published(let model) = result.decision { return model }
    return nil
  }

  @Test func findsTheOptimumThatNewtonsMethodFinds() throws {
    var generator = SeededGenerator(seed: 21)
    let examples = Shop.visits(400, .names(sign: 3), &generator)
    var settings = TrainingSettings()
    settings.tolerance = 1e-9
    settings.maxIterations = 2_000
    settings.maxTokens = 60
    let model = try #require(published(examples, settings))
    // The samples, and how many sessions have each token: counted anew.
    var samples: [(tokens: Set<UInt32>, label: Bool)] = []
    var sessions: [UInt32: Set<Int>] = [:]
    for (number, example) in examples.enumerated() {
      example.sets.forEach { position, tokens in
        guard settings.positions.contains(position) else { return }
        var spelled = Set<UInt32>()
        for index in tokens.indices {
          let token = tokens[index]
          for bucket in 0...(token.isCount ? token.bucket : 0) {
            spelled.insert(token.isCount ? token.with(bucket: bucket).bits : token.bits)
          }
        }
        for token in spelled { sessions[token, default: []].insert(number) }
        samples.append((spelled, example.achievedAt[0] > 0))
      }
    }
    let vocabulary = sessions.filter { $0.value.count >= 8 }.sorted {
      ($1.value.count, $0.key) < ($0.value.count, $1.key)
    }.prefix(60).map(\.key)
    let oracle = NewtonOracle(samples, vocabulary: vocabulary, regularization: settings.regularization)
    #expect(abs(Double(model.bias) / 1_024 - oracle.bias) < 0.002)
    var compared = 0
    for row in model.rows {
      var expected = 0.0
      for bucket in 0...(row.token.isCount ? row.token.bucket : 0) {
        let token = row.token.isCount ? row.token.with(bucket: bucket) : row.token
        expected += oracle.weights[token.bits] ?? 0
      }
      #expect(abs(Double(row.weight) / 1_024 - expected) < 0.002, "\(row)")
      compared += 1
    }
    #expect(compared >= 50)
    // And the other way round: no weight of the oracle's is missing.
    let known = Set(model.rows.map(\.token.bits))
    for (token, weight) in oracle.weights where !known.contains(token) && token >> 31 == 0 {
      #expect(abs(weight) < 0.001)
    }
  }

  /// Where fitting ends is no worse than its minimum.
  @Test func theToleranceCostsNothing() throws {
    var generator = SeededGenerator(seed: 22)
    let examples = Shop.visits(2_000, .names(sign: 1), &generator)
    var exact = TrainingSettings()
    exact.tolerance = 1e-7
    exact.maxIterations = 2_000
    let (usual, best) = (
      try #require(published(examples, TrainingSettings())).quality,
      try #require(published(examples, exact)).quality
    )
    #expect(abs(usual.areaUnderCurve - best.areaUnderCurve) <= 2_000, "\(usual), \(best)")
    #expect(abs(usual.logLoss - best.logLoss) * 1_000 <= 5 * best.logLoss, "\(usual), \(best)")
  }

  /// Most steps are a bound, and not where fitting usually ends.
  @Test func fittingEndsByItsTolerance() throws {
    var generator = SeededGenerator(seed: 23)
    let examples = Shop.visits(2_000, .names(sign: 1), &generator)
    var patient = TrainingSettings()
    patient.maxIterations *= 2
    let (usual, longer) = (published(examples, TrainingSettings()), published(examples, patient))
    #expect(try #require(usual).bytes == longer?.bytes)
  }

  /// Twelve facts of known log-odds, a rate of about 7 %.
  @Test func findsTheTruth() throws {
    let truth = [1.2, -0.9, 0.7, 0.5, -1.5, 0.9, -0.4, 0.3, 1.6, -0.6, 0.2, -0.3]
    var (ownAreas, truthAreas, errors) = (0.0, 0.0, 0.0)
    for seed in UInt64(0)..<8 {
      var generator = SeededGenerator(seed: seed &+ 100)
      var positives = [Int](repeating: 0, count: truth.count)
      var scored: [(index: Double, label: Bool)] = []
      let examples = (0..<16_000).map { number in
        var log = -3.1
        var facts: [Token] = []
        for (fact, weight) in truth.enumerated() where generator.chance(30) {
          log += weight
          facts.append(Feature(.fact, UInt32(fact), 77).token)
        }
        let isAchieving = generator.unit() < 1 / (1 + exp(-log))
        if isAchieving {
          for (fact, _) in truth.enumerated() where facts.contains(Feature(.fact, UInt32(fact), 77).token) {
            positives[fact] += 1
          }
        }
        if number >= 12_800 { scored.append((log, isAchieving)) }
        var sets = SetsWriter()
        sets.append(facts.sorted())
        let start = Int64(number) * 1_000
        return Example(
          startedAt: time(start), closedAt: time(start + 500), achievedAt: [isAchieving ? 2 : 0],
          sets: sets.sets)
      }
      var settings = TrainingSettings()
      settings.positions = [1]
      let model = try #require(published(examples, settings))
      ownAreas += Double(model.quality.areaUnderCurve) / 1_000_000
      truthAreas += area(scored)
      errors += Double(model.quality.calibrationError) / 1_000_000
      let weights = Dictionary(uniqueKeysWithValues: model.rows.map { ($0.token, Double($0.weight) / 1_024) })
      for (fact, weight) in truth.enumerated() where positives[fact] >= 200 {
        let found = weights[Feature(.fact, UInt32(fact), 77).token] ?? 0
        #expect(abs(found - weight) < 0.25, "seed \(seed), fact \(fact): \(found) for \(weight)")
      }
    }
    #expect(abs(ownAreas - truthAreas) / 8 < 0.005, "\(ownAreas / 8) for \(truthAreas / 8)")
    #expect(errors / 8 <= 0.02)
  }

  /// The area under the curve by sorting; ties half.
  private func area(_ scored: [(index: Double, label: Bool)]) -> Double {
    let positive = scored.filter(\.label).map(\.index)
    let negative = scored.filter { !$0.label }.map(\.index).sorted()
    var sum = 0.0
    for value in positive {
      let below = lowerBound(negative, value)
      let through = lowerBound(negative, value.nextUp)
      sum += Double(below) + Double(through - below) / 2
    }
    return sum / Double(positive.count * negative.count)
  }

  private func lowerBound(_ sorted: [Double], _ value: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
