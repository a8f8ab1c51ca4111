internal import JourneyModel

extension ActionMap.EventCondition {
  init(_ reader: MemberReader) {
    let scope = EventScope(reader)
    let key = Criterion.key(reader, CriterionKeys.events(of: scope.stream))
    let operation = reader.choice("operator", CriterionOperator.self) ?? .equal
    self.init(
      criterion: Criterion(
        key: key, values: Criterion.values(reader, operation), operator: operation, shouldIgnoreCase: true),
      stream: scope.stream ?? .web, sessionType: scope.sessionType, eventName: scope.eventName)
    reader.finish()
  }
}

extension ActionMap.PageURLCondition {
  init?(_ reader: MemberReader) {
    let operation = reader.requiredChoice("operator", CriterionOperator.self)
    let values = Criterion.values(reader, operation ?? .equal)
    if let operation {
      if operation.isNumeric {
        reader.error("operator", .string(operation.rawValue), "an operator of texts: a URL is no number")
      }
      if operation == .equal || operation == .startsWith {
        for value in values where value.utf8.firstIndex(of: ASCII.colon) == nil {
          reader.warn(
            "values", .string(value), "a URL with its protocol, because the operator is \(operation.rawValue)"
          )
        }
      }
    }
    reader.finish()
    guard let operation else { return nil }
    self.init(values: values, operator: operation)
  }
}

extension ActionMap.OutcomeCondition.Measure {
  /// The member that lists conditions of this measure.
  var member: String {
    switch self {
    case .probability: "triggerWithOutcomeProbabilityConditions"
    case .percentile: "triggerWithOutcomePercentileConditions"
    case .quantile: "triggerWithOutcomeQuantileConditions"
    }
  }
}

extension ActionMap.OutcomeCondition {
  init(_ reader: MemberReader, _ measure: Measure) {
    let names: (maximum: String, fallback: String)
    switch measure {
    case .probability: names = ("maximumProbability", "probability")
    case .percentile: names = ("maximumPercentile", "fallbackPercentile")
    case .quantile: names = ("maxQuantileThreshold", "fallbackQuantileThreshold")
    }
    let range: ClosedRange<Double> = measure == .percentile ? 0...100 : 0...1
    self.init(
      outcomeID: reader.requiredIdentifier("outcomeId"), measure: measure,
      maximum: reader.requiredDecimal(names.maximum, in: range),
      fallback: reader.decimal(names.fallback, in: range))
    reader.finish()
  }
}
