internal import JourneyModel
internal import JourneyRules
internal import Processor

/// Puts a session's history into findings about the patterns and criteria of a rule.
struct FindingReader {
  let parts: RuleParts
  let findings: SessionFindings
  let explanation: Explanation

  /// Findings about the context.
  var context: [Explanation.PatternFinding] {
    parts.rule.context.enumerated().map { number, pattern in
      let hits = hits(.context(number))
      let isComplete = hits.last != nil && hits.last == findings.events.last
      let criteria = pattern.criteria.enumerated().map { place, criterion in
        finding(criterion, .contextCriterion(number, place), isContext: true)
      }
      var why: String?
      if hits.count == 0 {
        why =
          criteria.contains { $0.hits.count == 0 }
          ? "not all of its criteria ever held" : "its criteria never held after the same event"
      } else if !isComplete, let last = hits.last {
        why = "no longer: held last after \(FindingReader.name(last))"
      }
      return Explanation.PatternFinding(
        number: number, pattern: nil, hits: hits, scope: findings.events, counted: hits.count,
        events: hits.newest.compactMap(\.event), isComplete: isComplete, criteria: criteria, why: why)
    }
  }

  /// Findings about the journey.
  var journey: [Explanation.PatternFinding] {
    let evidence = evidence
    var isReached = true
    return parts.rule.journey.enumerated().map { number, pattern in
      let hits = hits(.journey(number))
      let scope = self.hits(.scope(number))
      let criteria = pattern.criteria.enumerated().map { place, criterion in
        finding(criterion, .journeyCriterion(number, place), isContext: false)
      }
      let (counted, events) = counted(evidence?[number], number, pattern, hits)
      let isComplete = counted >= pattern.count
      let why =
        isComplete
        ? nil : why(pattern, number, hits, scope, criteria, counted: counted, isReached: isReached)
      if parts.rule.isOrdered, !isComplete { isReached = false }
      return Explanation.PatternFinding(
        number: number, pattern: pattern, hits: hits, scope: scope, counted: counted, events: events,
        isComplete: isComplete, criteria: criteria, why: why)
    }
  }

  private func counted(
    _ told: (count: Int, events: [String])?, _ number: Int, _ pattern: JourneyPattern, _ hits: Hits
  ) -> (Int, [String]) {
    if let told { return told }
    guard let counts = findings.counts else {
      return (min(hits.count, pattern.count), hits.newest.compactMap(\.event))
    }
    return (counts[number]?.count ?? 0, counts[number]?.events ?? [])
  }

  private func hits(_ part: RuleParts.Part) -> Hits { findings.hits[part] ?? Hits() }

  /// The counts that were emitted when it fired; `nil` if it has not.
  private var evidence: [Int: (count: Int, events: [String])]? {
    let words = SessionHistory.firingWords
    guard let told = explanation.happenings.first(where: { words.contains($0.word) }),
      case .array(let causes) = told.because
    else { return nil }
    var evidence: [Int: (count: Int, events: [String])] = [:]
    for cause in causes {
      guard case .number(let number) = cause["journey"], let place = Int(number),
        case .number(let count) = cause["count"], case .array(let events) = cause["events"]
      else { continue }
      let ids = events.compactMap { if case .string(let id) = $0 { id } else { nil } }
      evidence[place] = (Int(count) ?? 0, ids)
    }
    return evidence
  }

  private func why(
    _ pattern: JourneyPattern, _ number: Int, _ hits: Hits, _ scope: Hits,
    _ criteria: [Explanation.CriterionFinding], counted: Int, isReached: Bool
  ) -> String {
    let place = self.hits(.place(number))
    let subject = explanation.subject
    if place.count == 0 {
      if pattern.stream != subject.stream {
        return "asks for \(pattern.stream.streamType) events; this is a \(subject.stream.streamType) session"
      }
      return "asks for sessions of type '\(pattern.sessionType)'; this one's is '\(subject.type)'"
    }
    if scope.count == 0, let name = pattern.eventName {
      let names = subject.names.prefix(5).map { "\($0.name) (\($0.count))" }.joined(separator: ", ")
      return "the session has no event named '\(name)'; it has \(names)"
    }
    if hits.count == 0 {
      if criteria.contains(where: { $0.hits.count == 0 }) {
        return "no event satisfied all of its criteria: some never held"
      }
      return "no event satisfied all of its criteria together, though each held for some"
    }
    if !isReached {
      return
        "the rule is ordered and waits at an earlier pattern: \(FindingReader.events(hits.count)) of this kind came too early to count"
    }
    if counted < hits.count {
      return
        "\(counted) of \(pattern.count) events; \(FindingReader.events(hits.count - counted)) of this kind came before its turn"
    }
    return "\(counted) of \(pattern.count) events"
  }

  private func finding(
    _ criterion: Criterion, _ part: RuleParts.Part, isContext: Bool
  ) -> Explanation.CriterionFinding {
    let hits = hits(part)
    let seen = findings.seen[part] ?? SeenValues()
    return Explanation.CriterionFinding(
      criterion: criterion, hits: hits, seen: seen,
      why: hits.count > 0 ? nil : why(criterion, part, seen, isContext: isContext))
  }

  private func why(
    _ criterion: Criterion, _ part: RuleParts.Part, _ seen: SeenValues, isContext: Bool
  ) -> String {
    if let impossible = criterion.impossibility(isContext: isContext) { return impossible }
    if seen.asked == 0 { return "no event to ask" }
    let kind = isContext ? "after every event" : "in every event"
    if seen.missing == seen.asked {
      return "'\(criterion.key)' is missing \(kind) (\(seen.asked))"
    }
    if let folded = findings.hits[.ignoringCase(part)]?.first {
      return "differs in upper and lower case only, in \(FindingReader.name(folded))"
    }
    let missing = seen.missing > 0 ? ", missing in \(seen.missing) of \(seen.asked)" : ""
    return "other values" + missing
  }

  /// `event w1`, or `a timer`.
  static func name(_ moment: Hits.Moment) -> String { moment.event.map { "event \($0)" } ?? "a timer" }

  static func events(_ count: Int) -> String { count == 1 ? "1 event" : "\(count) events" }
}
