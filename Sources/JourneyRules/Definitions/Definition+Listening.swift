internal import JourneyModel

extension Definition {
  /// What it reacts to, in one line for people; empty if it reacts to nothing by itself.
  public var listensTo: String {
    switch self {
    case .segment(let segment): segment.scope == .customer ? "requests" : segment.rule.listensTo
    case .outcome(let outcome): outcome.rule.listensTo
    case .predictor(let predictor): "outcome \(predictor.outcomeID)"
    case .actionMap(let map): map.listensTo
    case .scheduleGroup(let group): "clock of \(group.timeZone)"
    case .sessionType(let type): "\(type.stream.streamType) sessions of type \(type.type)"
    case .eventType(let type):
      "\(type.stream.map { $0.streamType + " " } ?? "")\(type.eventName)"
    case .actionTemplate, .actionTarget, .frequencyCap, .schedule, .emergencyGroup, .timeZone: ""
    }
  }
}

extension Rule {
  /// `Web page_viewed ×3, then Web form_submitted; session browser.family`.
  var listensTo: String {
    var parts: [String] = []
    if !journey.isEmpty {
      parts.append(journey.map(\.listensTo).joined(separator: isOrdered ? ", then " : ", "))
    }
    if !context.isEmpty {
      parts.append("session \(context.flatMap { $0.criteria.map(\.key) }.joined(separator: ", "))")
    }
    return parts.joined(separator: "; ")
  }
}

extension JourneyPattern {
  /// `Web page_viewed ×3`.
  var listensTo: String {
    "\(EventScope.text(stream, sessionType, eventName))\(count > 1 ? " ×\(count)" : "")"
  }
}

extension EventScope {
  /// `Web page_viewed`, `Custom delivery any event`.
  static func text(_ stream: Stream, _ sessionType: String, _ eventName: String?) -> String {
    "\(stream.streamType)\(stream.profile.sessionType == nil ? " " + sessionType : "") \(eventName ?? "any event")"
  }
}

extension ActionMap {
  /// Segments by OR, events by AND, predictions.
  var listensTo: String {
    var parts: [String] = []
    if !triggerWithSegments.isEmpty {
      parts.append("segment \(triggerWithSegments.joined(separator: " or "))")
    }
    if !triggerWithEventConditions.isEmpty {
      parts.append(
        triggerWithEventConditions.map {
          "\(EventScope.text($0.stream, $0.sessionType, $0.eventName)) \($0.criterion.key)"
        }.joined(separator: " and "))
    }
    var outcomes: [String] = []
    for condition in triggerWithOutcomeConditions where !outcomes.contains(condition.outcomeID) {
      outcomes.append(condition.outcomeID)
    }
    if !outcomes.isEmpty { parts.append("predictions of \(outcomes.joined(separator: ", "))") }
    return parts.joined(separator: "; ")
  }
}
