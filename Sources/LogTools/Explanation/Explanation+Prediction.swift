package import Predictions

extension Explanation {
  /// What was predicted of an outcome with the newest event that was scored, and why. Weights and sums are in
  /// units of 2^-10 nat and exact: bias and rows add up to the sum.
  package struct Prediction: Sendable {
    /// What a fact adds.
    package struct Row: Sendable, Hashable {
      /// The fact in words, with the texts of the session.
      package var text: String
      package var family: Feature.Family
      package var weight: Int32
    }

    /// A sum, and what it says.
    package struct Score: Sendable, Hashable {
      package var sum: Int32
      /// Millionths.
      package var probability: Int32
    }

    /// What an event has changed, both under the model of then. Rows add up to the difference.
    package struct Move: Sendable {
      package var moment: Hits.Moment
      /// The event's name.
      package var name: String
      package var before: Score
      package var after: Score
      package var rows: [Row]
      package var model: ModelHash
    }

    /// The model's name.
    package var model: ModelHash
    package var score: Score
    /// Ten-thousandths.
    package var quantile: Int32
    package var bias: Int32
    /// The largest first.
    package var rows: [Row]
    /// One for each event that was scored, in order of admission; of many the newest.
    package var moves: [Move]
    /// Earlier ones.
    package var omittedMoves: Int
  }
}
