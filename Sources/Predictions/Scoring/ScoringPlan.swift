package import JourneyRules

/// By what sessions are scored, from one change of models or outcomes to the next. Immutable.
package final class ScoringPlan: Sendable {
  /// What tells plans apart: two that are equal in it score the same.
  package struct Name: Sendable, Hashable {
    var models: DefinitionHash
    var predictors: UInt64
  }

  package let models: ModelSet
  /// The digest of what is predicted.
  package let predictors: UInt64
  /// Where the models of the outcomes are in the scorer's table; -1 for none. As many as there can be
  /// predictors.
  private let places: InlineArray<16, Int8>
  /// How many outcomes there are.
  private let count: Int
  /// Whether any of them has a model.
  package let hasModels: Bool

  /// - Parameter outcomes: what is predicted, in the order of examples.
  package init(_ outcomes: [PredictedOutcome], _ models: ModelSet) {
    self.models = models
    predictors = outcomes.digest
    count = outcomes.count
    var places = InlineArray<16, Int8>(repeating: -1)
    for index in outcomes.indices { places[index] = Int8(models.place(of: outcomes[index]) ?? -1) }
    hasModels = outcomes.indices.contains { places[$0] >= 0 }
    self.places = places
  }

  package var name: Name { Name(models: models.hash, predictors: predictors) }

  /// Where the model of an outcome is in the scorer's table; `nil` if it has none.
  package func place(of outcome: Int) -> Int? { places[outcome] < 0 ? nil : Int(places[outcome]) }

  /// Tells a session's scores what the models say of its sums; the score of an outcome without one lapses.
  ///
  /// - Parameters:
  ///   - sums: after the newest event.
  ///   - highest: the highest after any of the events that the scores do not tell of yet.
  /// - Returns: whether the places of all scores are known, of which there are to be any.
  package func update(
    _ scores: inout SessionScores, at scorePlaces: borrowing ScorePlaces, _ sums: OutcomeSums,
    highest: OutcomeSums
  ) -> Bool {
    models.scorer.update(&scores, at: scorePlaces, sums, highest: highest, models: places, count: count)
  }
}
