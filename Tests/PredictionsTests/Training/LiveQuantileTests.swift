import JourneyModel
import Predictions
import SeededGenerator
import Testing

/// Of the sessions that come after those that a model was fitted to, as many are above a quantile as it says.
@Suite struct LiveQuantileTests {
  @Test func sharesAreThoseThatQuantilesPromise() throws {
    var generator = SeededGenerator(seed: 31)
    let before = Shop.visits(5_000, .names(sign: 1), &generator)
    let result = Trainer().train(Shop.purchase, on: Shop.window(before), current: nil)
    guard case .published(let model) = result.decision else {
      Issue.record("\(result.decision)")
      return
    }
    let scorer = Scorer(ModelTable([model]))
    var highest: [Int32] = []
    for example in Shop.visits(5_000, from: 5_000, .names(sign: 1), &generator) {
      var most: Int32 = 0
      example.sets.forEach { _, tokens in
        most = max(most, scorer.prediction(0, scorer.sums(tokens)).quantile)
      }
      highest.append(most)
    }
    for bound in [Int32(5_000), 8_000, 9_000, 9_500] {
      let share = Double(highest.count { $0 > bound }) / Double(highest.count)
      #expect(abs(share - Double(10_000 - bound) / 10_000) <= 0.03, "\(share) above \(bound)")
    }
  }
}
