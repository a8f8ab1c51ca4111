extension ActionMap {
  /// Whether an Architect flow is started by visitor activity alone: then on every matching event, not once
  /// per session.
  public var repeats: Bool {
    action.mediaType == .architectFlow && triggerWithSegments.isEmpty && !triggerWithEventConditions.isEmpty
  }

  /// Whether conditions on events can trigger it.
  ///
  /// - Parameter predicted: outcomes that have a predictor.
  func isTriggeredByEvents(_ predicted: Set<String>) -> Bool {
    canQualify(predicted) && triggerWithSegments.isEmpty && !triggerWithEventConditions.isEmpty
  }

  /// Whether segments can trigger it.
  func isTriggeredBySegments(_ predicted: Set<String>) -> Bool {
    canQualify(predicted) && !triggerWithSegments.isEmpty
  }

  /// Whether predictions alone can trigger it.
  func isTriggeredByScores(_ predicted: Set<String>) -> Bool {
    canQualify(predicted) && triggerWithSegments.isEmpty && triggerWithEventConditions.isEmpty
      && !triggerWithOutcomeConditions.isEmpty
  }

  /// Conditions on outcomes that nobody predicts stay false.
  private func canQualify(_ predicted: Set<String>) -> Bool {
    isActive && triggerWithOutcomeConditions.allSatisfy { predicted.contains($0.outcomeID) }
  }

  /// Its event conditions as a rule: those on the same stream, session type and event name hold for one
  /// event, and every such group for some event of the session, in any order.
  public var eventRule: Rule {
    var patterns: [JourneyPattern] = []
    for condition in triggerWithEventConditions {
      let known = patterns.firstIndex {
        $0.stream == condition.stream && $0.sessionType == condition.sessionType
          && $0.eventName == condition.eventName
      }
      if let known {
        patterns[known].criteria.append(condition.criterion)
      } else {
        patterns.append(
          JourneyPattern(
            criteria: [condition.criterion], stream: condition.stream, sessionType: condition.sessionType,
            eventName: condition.eventName))
      }
    }
    return Rule(journey: patterns)
  }
}
