public import JourneyModel

extension ActionMap {
  /// A comparison with an event; upper and lower case count as the same.
  public struct EventCondition: Sendable, Hashable {
    /// What is compared; `shouldIgnoreCase` is `true`.
    public var criterion: Criterion
    /// The stream of the event.
    public var stream: Stream
    /// The type of the session.
    public var sessionType: String
    /// Only events of this name; `nil` for any.
    public var eventName: String?

    /// Creates a condition.
    public init(criterion: Criterion, stream: Stream, sessionType: String, eventName: String? = nil) {
      self.criterion = criterion
      self.stream = stream
      self.sessionType = sessionType
      self.eventName = eventName
    }
  }

  /// A comparison of the page's URL with values; upper and lower case count as the same.
  public struct PageURLCondition: Sendable, Hashable {
    /// What it is compared with: as the operator says, so of `containsAll` every one, of most others any.
    public var values: [String]
    /// How it is compared.
    public var `operator`: CriterionOperator

    /// Creates a condition.
    public init(values: [String], operator: CriterionOperator) {
      self.values = values
      self.operator = `operator`
    }
  }

  /// A comparison with the prediction of an outcome. False as long as there are no predictions.
  public struct OutcomeCondition: Sendable, Hashable {
    /// The outcome.
    public var outcomeID: String
    /// What is compared.
    public var measure: Measure
    /// The session's maximum must reach it (`probability`: ≥, others: >). 0…1, percentile 0…100.
    public var maximum: Double
    /// The current value must not exceed it (`probability`: ≤, others: <); `nil` for no such condition.
    public var fallback: Double?

    /// What is compared, which is also the order in which conditions are listed.
    public enum Measure: UInt8, Sendable, Hashable, CaseIterable {
      /// `triggerWithOutcomeProbabilityConditions`.
      case probability
      /// `triggerWithOutcomePercentileConditions`.
      case percentile
      /// `triggerWithOutcomeQuantileConditions`.
      case quantile
    }

    /// Creates a condition.
    public init(outcomeID: String, measure: Measure, maximum: Double, fallback: Double? = nil) {
      self.outcomeID = outcomeID
      self.measure = measure
      self.maximum = maximum
      self.fallback = fallback
    }
  }
}
