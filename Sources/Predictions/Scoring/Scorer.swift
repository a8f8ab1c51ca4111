package import JourneyRules

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

  /// The sums of all models for a set of tokens, each once.
  package func sums(_ tokens: borrowing [Token]) -> OutcomeSums { table.sums(tokens) }

  /// What the model at a place of the table says.
  package func prediction(_ outcome: Int, _ sums: OutcomeSums) -> Prediction {
    table.prediction(outcome, sums[outcome])
  }

  /// Tells a session's scores what the models say of its sums; the score of an outcome without one lapses.
  ///
  /// - Parameters:
  ///   - sums: after the newest event.
  ///   - highest: the highest after any of the events that the scores do not tell of yet.
  ///   - models: where the models of the outcomes are in the table, -1 for none.
  ///   - count: how many outcomes there are.
  /// - Returns: whether the places of all scores are known, of which there are to be any.
  package func update(
    _ scores: inout SessionScores, at places: borrowing ScorePlaces, _ sums: OutcomeSums,
    highest: OutcomeSums, models: borrowing InlineArray<16, Int8>, count: Int
  ) -> Bool {
    var updates = InlineArray<16, SessionScores.Update>(
      repeating: SessionScores.Update(place: 0, probability: 0, quantile: 0))
    let (list, highest) = (sums.list, highest.list)
    var updated = 0
    var areKnown = true
    for outcome in 0..<count {
      let model = Int(models[outcome])
      let place = places.place(outcome)
      if place >= 0, model >= 0 {
        let prediction = table.prediction(model, list[model])
        updates[updated] = SessionScores.Update(
          place: place, probability: prediction.probability, quantile: prediction.quantile)
        if highest[model] > list[model] {
          let high = table.prediction(model, highest[model])
          updates[updated].maxProbability = high.probability
          updates[updated].maxQuantile = high.quantile
        }
        updated += 1
      } else if place >= 0 {
        scores.lapse(at: place)
      } else if places.isOpen(outcome, hasModel: model >= 0) {
        areKnown = false
      }
    }
    scores.update(updates.span.extracting(0..<updated))
    return areKnown
  }

  /// The share of sessions whose highest probability is below what a sum of one outcome says, in
  /// ten-thousandths.
  package func quantile(of sum: Int32, _ outcome: Int) -> Int32 {
    table.share(of: outcome, atIndex: Probability.index(of: sum))
  }

  /// What a token adds to the sum of one outcome.
  package func weight(of token: Token, _ outcome: Int) -> Int32 { table.weight(of: token, outcome) }
}
