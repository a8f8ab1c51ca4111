package import JourneyRules

extension Explanation {
  /// A prediction that an action map asks for.
  package struct TriggerPrediction: Sendable, Hashable {
    package var condition: ActionMap.OutcomeCondition
    /// The outcome's name; `nil` if no such outcome is defined.
    package var displayName: String?
    /// Whether it held: when the map qualified, else after the session's newest event.
    package var held: Bool
    /// What was said then; `nil` if nothing was.
    package var said: Said?
    /// Whether the outcome was achieved: from then on no map asks.
    package var isAchieved: Bool

    /// The numbers that are compared, in the condition's measure: 0…1, percentiles 0…100.
    package struct Said: Sendable, Hashable {
      package var newest: Double
      package var highest: Double

      package init(newest: Double, highest: Double) {
        (self.newest, self.highest) = (newest, highest)
      }
    }

    /// - Parameters:
    ///   - because: what the map's qualification cited; `nil` if it has not qualified.
    ///   - scores: what is predicted after the session's newest event.
    init(
      _ condition: ActionMap.OutcomeCondition, displayName: String?, because: DefinitionValue?,
      scores: SessionScores
    ) {
      self.condition = condition
      self.displayName = displayName
      let score = scores[condition.outcomeID]
      isAchieved = score?.state == .achieved
      let cited = because.flatMap { Said(condition, because: $0) }
      said = cited ?? score.map { Said(condition.measure, $0) }
      held = cited != nil || condition.holds(scores)
    }
  }
}

extension Explanation.TriggerPrediction.Said {
  fileprivate init(_ measure: ActionMap.OutcomeCondition.Measure, _ score: OutcomeScore) {
    switch measure {
    case .probability:
      self.init(newest: Double(score.probability) / 1e6, highest: Double(score.maxProbability) / 1e6)
    case .quantile:
      self.init(newest: Double(score.quantile) / 1e4, highest: Double(score.maxQuantile) / 1e4)
    case .percentile: self.init(newest: Double(score.percentile), highest: Double(score.maxPercentile))
    }
  }

  /// As `because` of a derived event has it.
  fileprivate init?(_ condition: ActionMap.OutcomeCondition, because: DefinitionValue) {
    guard case .array(let causes) = because else { return nil }
    let (newest, highest) =
      switch condition.measure {
      case .probability: ("probability", "sessionMaxProbability")
      case .quantile: ("quantile", "sessionMaxQuantile")
      case .percentile: ("percentile", "sessionMaxPercentile")
      }
    for cause in causes {
      guard let prediction = cause["prediction"], prediction["outcome"]?.asText == condition.outcomeID,
        case .number(let one)? = prediction[newest], case .number(let other)? = prediction[highest],
        let one = Double(one), let other = Double(other)
      else { continue }
      self.init(newest: one, highest: other)
      return
    }
    return nil
  }
}
