/// Scores a session's features under the models of a table.
package struct Scorer: Sendable {
  /// What one model says.
  package struct Prediction: Sendable, Hashable, BitwiseCopyable {
    /// The sum of weights, in units of 2^-10 nat.
    package var sum: Int32
    /// Millionths, 1…999,999.
    package var probability: Int32
    /// The share of sessions whose highest probability is below it, in ten-thousandths.
    package var quantile: Int32
  }

  package let table: ModelTable

  package init(_ table: ModelTable) { self.table = table }

  /// The sums of all models for a set of tokens, each once. Exact, whatever their order: weights are of 16
  /// bits, and there are fewer than 2^15 of them.
  package func sums(_ tokens: borrowing [Token]) -> SIMD16<Int32> { table.sums(tokens) }

  /// What the model at a place of the table says.
  package func prediction(_ outcome: Int, _ sums: SIMD16<Int32>) -> Prediction {
    table.prediction(outcome, sums[outcome])
  }

  /// The share of sessions whose highest probability is below what a sum of one outcome says, in
  /// ten-thousandths.
  package func quantile(of sum: Int32, _ outcome: Int) -> Int32 {
    table.share(of: outcome, atIndex: Probability.index(of: sum))
  }

  /// What a token adds to the sum of one outcome.
  package func weight(of token: Token, _ outcome: Int) -> Int32 { table.weight(of: token, outcome) }
}
