import JourneyModel
import JourneyRules
import LogTools
import Presentation
import Processor

/// An explanation as lines for people: the verdict, then each part with a mark, when it held, or why not.
struct ExplanationReport {
  let explanation: Explanation
  let terminal: Terminal

  /// Width of a criterion's text before its finding goes to a line of its own.
  private static let criterionWidth = 44

  /// The lines.
  var lines: [String] {
    let moves = explanation.prediction.map { PredictionReport(prediction: $0).lines } ?? []
    return head + explanation.context.flatMap(context) + explanation.journey.flatMap(journey) + triggers
      + predictions + pages + happenings + moves
  }

  // MARK: - Head

  private var head: [String] {
    let definition = explanation.definition
    let subject = explanation.subject
    let state = subject.isOpen ? "open" : "ended"
    var lines = [
      terminal.styled(
        "\(definition.kind.rawValue) \(clean(definition.displayName)) (\(clean(definition.id)), version \(definition.version))",
        .bold),
      "session \(subject.id): \(clean(subject.type)) session of \(clean(subject.customer.id)) (\(clean(subject.customer.idType))), "
        + "\(CheckCommand.count(subject.eventCount, "event")) from \(subject.first.iso8601) to \(subject.last.iso8601), \(state)",
    ]
    if let asked = subject.asked {
      lines.append("session \(asked) was merged into it")
    } else if !subject.merged.isEmpty {
      lines.append("merged into it: \(subject.merged.joined(separator: ", "))")
    }
    lines.append(terminal.styled(verdict, .bold))
    lines += explanation.notes.map { "  note: \(clean($0))" }
    return lines
  }

  private var verdict: String {
    let words =
      switch explanation.definition.kind {
      case .segment: ("ASSIGNED", "NOT ASSIGNED")
      case .outcome: ("ACHIEVED", "NOT ACHIEVED")
      default: ("OFFERED", qualified ? "QUALIFIED, NOT OFFERED" : "NOT QUALIFIED")
      }
    guard explanation.held else { return words.1 }
    var text = words.0 + (explanation.moment.map { " \(moment($0))" } ?? "")
    if let expires = explanation.expires {
      text += explanation.isExpired ? ", unassigned \(expires.iso8601)" : ", until \(expires.iso8601)"
    }
    if let worth = explanation.happenings.first(where: { $0.word == "achieved" })?.detail["associatedValue"],
      case .number(let number) = worth["value"]
    {
      text += ", worth \(number)"
    }
    return text
  }

  private var qualified: Bool { explanation.happenings.contains { $0.word.hasPrefix("qualified") } }

  // MARK: - Patterns

  private func context(_ finding: Explanation.PatternFinding) -> [String] {
    var text = "context \(finding.number + 1)"
    if finding.hits.count > 0, finding.criteria.count > 1 || !finding.isComplete {
      text += ": \(held(finding.hits, of: finding.scope.count))"
    }
    if let why = finding.why { text += finding.hits.count == 0 ? ": \(clean(why))" : "; \(clean(why))" }
    return [mark(finding.hits.count > 0) + text] + finding.criteria.flatMap(criterion)
  }

  private func journey(_ finding: Explanation.PatternFinding) -> [String] {
    guard let pattern = finding.pattern else { return [] }
    var text = "journey \(finding.number + 1)"
    if explanation.isOrdered, finding.number > 0 { text += " (then)" }
    text += ": \(pattern.stream.streamType) events of '\(clean(pattern.sessionType))' sessions"
    if let name = pattern.eventName { text += " named '\(clean(name))'" }
    text += ", \(finding.counted) of \(pattern.count)"
    if !finding.events.isEmpty { text += " (\(finding.events.map(clean).joined(separator: ", ")))" }
    var lines = [mark(finding.isComplete) + text]
    if let why = finding.why, why != "\(finding.counted) of \(pattern.count) events" {
      lines.append("    \(clean(why))")
    }
    return lines + finding.criteria.flatMap(criterion)
  }

  private func criterion(_ finding: Explanation.CriterionFinding) -> [String] {
    let criterion = finding.criterion
    var asks = "\(criterion.key) \(criterion.operator.rawValue) \(list(criterion.values))"
    if !criterion.shouldIgnoreCase, !criterion.operator.isNumeric { asks += " (case counts)" }
    asks = clean(asks)
    let result = finding.why ?? held(finding.hits, of: finding.seen.asked)
    let start = "  " + mark(finding.hits.count > 0)
    var lines: [String]
    if DisplayText.width(asks) > ExplanationReport.criterionWidth {
      lines = [start + asks, "      " + clean(result)]
    } else {
      lines = [start + DisplayText.fit(asks, to: ExplanationReport.criterionWidth) + "  " + clean(result)]
    }
    if finding.hits.count == 0 { lines += seen(finding.seen, indent: "      ") }
    return lines
  }

  /// The newest values, newest first.
  private func seen(_ seen: SeenValues, indent: String) -> [String] {
    guard !seen.kept.isEmpty else { return [] }
    let values = seen.kept.reversed().map { one in
      let times = one.count == 1 ? "" : ", \(one.count) times"
      return "\(list(one.values)) (\(one.last.event.map { "event \($0)" } ?? one.last.time.iso8601)\(times))"
    }
    let more = seen.omitted > 0 ? ", and \(seen.omitted) older" : ""
    return [indent + clean("seen: \(values.joined(separator: ", "))\(more)")]
  }

  private func held(_ hits: Hits, of total: Int) -> String {
    guard let first = hits.first else { return "never" }
    return "held first \(moment(first)), for \(hits.count) of \(CheckCommand.count(total, "event"))"
  }

  // MARK: - Actions

  private var triggers: [String] {
    explanation.segments.map { segment in
      let name = segment.displayName.map { "\(clean($0)) (\(clean(segment.id)))" } ?? clean(segment.id)
      var result = segment.displayName == nil ? "is not defined" : "not assigned"
      if let time = segment.assigned {
        result = "assigned \(time.iso8601)" + (segment.isExpired ? ", expired" : "")
      }
      return mark(segment.assigned != nil) + "trigger: segment \(name): \(result)"
    }
  }

  private var predictions: [String] {
    let when = qualified ? "when it qualified" : "now"
    return explanation.predictions.map { prediction in
      let condition = prediction.condition
      let id = clean(condition.outcomeID)
      let name = prediction.displayName.map { "\(clean($0)) (\(id))" } ?? id
      var text = "trigger: \(condition.measure) of outcome \(name) "
      text += condition.measure == .quantile ? "above" : "at least"
      text += " \(condition.maximum) at its highest"
      if let fallback = condition.fallback {
        text += condition.measure == .quantile ? ", below" : ", at most"
        text += " \(fallback) at its newest"
      }
      text += ": "
      if let said = prediction.said {
        text += "highest \(said.highest), newest \(said.newest) \(when)"
        if prediction.isAchieved, !prediction.held { text += "; it is achieved, and asked no more" }
      } else {
        text += prediction.displayName == nil ? "no such outcome is defined" : "nothing is predicted of it"
      }
      return mark(prediction.held) + text
    }
  }

  private var pages: [String] {
    guard case .actionMap(let map) = explanation.definition, !map.pageURLConditions.isEmpty else { return [] }
    let asks = map.pageURLConditions.map { "\($0.operator.rawValue) \(list($0.values))" }
    return [clean("  page.url \(asks.joined(separator: " and "))")]
      + seen(explanation.pages, indent: "      ")
  }

  private var happenings: [String] {
    guard explanation.definition.kind == .actionMap, !explanation.happenings.isEmpty else { return [] }
    return ["what was emitted:"]
      + explanation.happenings.map { happening in
        var text = happening.word
        if let reason = happening.reason { text += " \(reason)" }
        if let map = happening.detail["blockingActionMap"]?["id"], case .string(let id) = map {
          text += " (action map \(id))"
        }
        if let first = happening.hits.first { text += ", \(moment(first))" }
        if happening.hits.count > 1, let last = happening.hits.last {
          text += ", \(happening.hits.count) times, last \(moment(last))"
        }
        return "  " + clean(text)
      }
  }

  // MARK: - Words

  private func mark(_ isGood: Bool) -> String { isGood ? "✓ " : "✗ " }

  private func moment(_ moment: Hits.Moment) -> String {
    moment.time.iso8601 + (moment.event.map { " by event \(clean($0))" } ?? " by time")
  }

  private func list(_ values: [String]) -> String {
    values.map { "'\($0)'" }.joined(separator: ", ")
  }

  private func clean(_ text: String) -> String { DisplayText(text).text }
}
