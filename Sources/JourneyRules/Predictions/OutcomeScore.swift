/// What is predicted of one outcome in one session: integers, so that a comparison gives the same everywhere.
public struct OutcomeScore: Sendable, Hashable {
  /// Whether the score may be acted on.
  public enum State: UInt8, Sendable, Hashable, CaseIterable {
    /// The newest event was scored.
    case current = 0
    /// It was not: there is no model for the outcome now. What was highest stays.
    case lapsed = 1
    /// The outcome is achieved, and nothing changes any more: nobody is asked to do what is done.
    case achieved = 2
  }

  /// The outcome's id.
  public var outcome: String
  /// Whether the score may be acted on.
  public internal(set) var state: State
  /// After the newest event that was scored, in millionths; 0 if none was.
  public internal(set) var probability: Int32
  /// The highest that was said in the session, by whatever model was in force.
  public internal(set) var maxProbability: Int32
  /// The share of sessions whose highest probability is below this one's, in ten-thousandths.
  public internal(set) var quantile: Int32
  /// The highest that was said in the session.
  public internal(set) var maxQuantile: Int32

  /// The share in whole hundredths, rounded down.
  public var percentile: Int32 { quantile / 100 }
  /// The highest in whole hundredths, rounded down.
  public var maxPercentile: Int32 { maxQuantile / 100 }

  /// Creates a score.
  ///
  /// - Parameters:
  ///   - probability: millionths, 0…1,000,000.
  ///   - quantile: ten-thousandths, 0…10,000.
  public init(outcome: String, probability: Int32, quantile: Int32) {
    self.outcome = outcome
    state = .current
    self.probability = probability
    maxProbability = probability
    self.quantile = quantile
    maxQuantile = quantile
  }

  /// Takes what is predicted after one more event; nothing if the outcome is achieved.
  mutating func take(probability: Int32, quantile: Int32) {
    take(SessionScores.Update(place: 0, probability: probability, quantile: quantile))
  }

  /// Takes what is predicted after one or more events; nothing if the outcome is achieved.
  mutating func take(_ update: SessionScores.Update) {
    guard state != .achieved else { return }
    state = .current
    probability = update.probability
    quantile = update.quantile
    maxProbability = max(maxProbability, update.maxProbability)
    maxQuantile = max(maxQuantile, update.maxQuantile)
  }

  /// Takes over the highest of a session that is merged into this one's; what either has achieved is
  /// achieved.
  mutating func merge(_ other: OutcomeScore) {
    maxProbability = max(maxProbability, other.maxProbability)
    maxQuantile = max(maxQuantile, other.maxQuantile)
    if other.state == .achieved { state = .achieved }
  }
}
