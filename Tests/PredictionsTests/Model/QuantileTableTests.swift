import Predictions
import SeededGenerator
import Testing

/// Quantiles, beside counting.
@Suite struct QuantileTableTests {
  @Test func isTheShareOfSmallerMaxima() {
    for seed in UInt64(0)..<100 {
      var generator = SeededGenerator(seed: seed)
      let most = generator.pick([Int64(0), 3, 4_095])
      let maxima = (0..<Int(generator.pick(1...400))).map { _ in Int(generator.pick(0...most)) }
      let shares = QuantileTable(maxima: maxima).shares
      #expect(shares.count == Probability.indexCount)
      for index in 0..<Probability.indexCount {
        let below = maxima.count { $0 < index }
        #expect(Int(shares[index]) == 10_000 * below / maxima.count)
      }
    }
  }

  @Test func withoutSessionsEveryShareIsZero() {
    #expect(QuantileTable(maxima: []).shares.allSatisfy { $0 == 0 })
    #expect(QuantileTable(maxima: []).runs.isEmpty)
  }

  @Test func equalMaximaAreBelowNoneOfThem() {
    let shares = QuantileTable(maxima: [7, 7, 7]).shares
    #expect(shares[6] == 0)
    #expect(shares[7] == 0)
    #expect(shares[8] == 10_000)
  }

  @Test func storedRunsAscend() {
    func run(_ index: UInt16, _ share: UInt16) -> QuantileTable.Run { .init(index: index, share: share) }
    #expect(QuantileTable(runs: [run(1, 1), run(4_095, 10_000)]) != nil)
    #expect(QuantileTable(runs: [run(0, 1)]) == nil)
    #expect(QuantileTable(runs: [run(1, 0)]) == nil)
    #expect(QuantileTable(runs: [run(4_096, 1)]) == nil)
    #expect(QuantileTable(runs: [run(1, 10_001)]) == nil)
    #expect(QuantileTable(runs: [run(2, 1), run(2, 2)]) == nil)
    #expect(QuantileTable(runs: [run(2, 2), run(3, 2)]) == nil)
  }
}
