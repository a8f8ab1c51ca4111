internal import JourneyModel
internal import JourneyRules
internal import Processor

/// What concerns a definition as a whole: why it did not hold though its parts did, or could not hold at all.
struct ExplanationNotes {
  private let explanation: Explanation
  private let trigger: Rule

  init(_ explanation: Explanation, trigger: Rule) {
    self.explanation = explanation
    self.trigger = trigger
  }

  /// One sentence each.
  var lines: [String] {
    if case .actionMap(let map) = explanation.definition { return lines(map) }
    guard !explanation.held else { return [] }
    if !explanation.definition.isActive { return ["it is not active, so it is assigned to no session"] }
    if case .segment(let segment) = explanation.definition, segment.scope == .customer {
      return ["its scope is Customer: no rule assigns it, only a request does"]
    }
    if trigger.isEmpty { return ["it has neither context nor journey, and so never holds"] }
    if trigger.journey.isEmpty, trigger.context.allSatisfy(\.criteria.isEmpty) {
      return ["it has no criteria, and so never holds"]
    }
    return together
  }

  /// Where every part held, but not when it was needed.
  private var together: [String] {
    let (context, journey) = (explanation.context, explanation.journey)
    guard context.allSatisfy({ $0.hits.count > 0 }) else { return [] }
    if journey.isEmpty {
      return context.count > 1 ? ["its context patterns never held after the same event"] : []
    }
    guard !context.isEmpty, journey.allSatisfy(\.isComplete) else { return [] }
    return [
      "the journey is complete, but the context did not hold after the event that completed it, nor since"
    ]
  }

  private func lines(_ map: ActionMap) -> [String] {
    let words = Set(explanation.happenings.map(\.word))
    if !map.isActive, words.isEmpty { return ["it is not active, so it does not qualify"] }
    var lines: [String] = []
    if !words.contains(where: { $0.hasPrefix("qualified") }) {
      if !map.triggerWithOutcomeConditions.isEmpty {
        lines.append("it has conditions on predictions, which never held together with what else it asks")
      } else if map.triggerWithSegments.isEmpty, map.triggerWithEventConditions.isEmpty {
        lines.append("it names neither segments nor event conditions, and so never qualifies")
      }
      if let start = map.startDate, explanation.subject.first < start {
        lines.append("it qualifies from \(start.iso8601) on")
      }
      if let end = map.endDate, end <= explanation.subject.last {
        lines.append("it qualifies before \(end.iso8601) only")
      }
      return lines
    }
    guard !explanation.held else { return lines }
    if words.contains("expired") {
      lines.append("when it would have been offered, its event was too old to act on (maxTriggerAge)")
    } else {
      switch map.activation {
      case .onNextVisit: lines.append("it is offered when the customer comes back (on-next-visit)")
      case .onNextSession: lines.append("it is offered in the customer's next session (on-next-session)")
      case .delay(let seconds):
        if !words.contains("blocked") {
          lines.append(
            "it is offered \(seconds) s after it has qualified; its time has not come in these events")
        }
      case .immediate: break
      }
    }
    return lines
  }
}
