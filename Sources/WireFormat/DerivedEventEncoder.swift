package import JourneyModel
package import JourneyRules
package import Sessionizer

/// Encodes what rules give as derived events, each one JSON object: the vendor's envelope and names, a deterministic id, and why.
///
/// What is the same each time is encoded once. A class, since it is handed out for every event.
package final class DerivedEventEncoder: Sendable {
  private let segments: [Template]
  private let outcomes: [Template]
  /// A copy of its own: docs/design/hot-path.md.
  private let visitFacts = DerivedEventEncoder.visitFacts.map { $0 }

  /// A definition's constant parts. A class, since it is reached for every event.
  private final class Template: Sendable {
    let id: String
    let version: Int
    let reference: [UInt8]
    let because: BecauseEncoder
    let isPositive: Bool
    let value: Outcome.AssociatedValueField?

    init(_ segment: Segment) {
      (id, version, isPositive, value) = (segment.id, segment.version, false, nil)
      reference = DerivedEventHead.reference(
        "segments", id: id, displayName: segment.displayName, version: version)
      because = BecauseEncoder(segment.rule)
    }

    init(_ outcome: Outcome) {
      (id, version, isPositive) = (outcome.id, outcome.version, outcome.isPositive)
      value = outcome.associatedValueField
      reference = DerivedEventHead.reference(
        "outcomes", id: id, displayName: outcome.displayName, version: version)
      because = BecauseEncoder(outcome.rule)
    }
  }

  package init(rules: CompiledRules) {
    segments = rules.segments.map { Template($0) }
    outcomes = rules.outcomes.map { Template($0) }
  }

  /// Appends a segment that was assigned or an outcome that was achieved: `schemas/segment-assignment.schema.json`,
  /// `schemas/outcome-achieved.schema.json`.
  ///
  /// - Parameter event: the id of the event that made it true.
  /// - Returns: the derived event's id; `nil`, and nothing appended, for an action map.
  @discardableResult
  package func encode(
    _ fired: Fired, of session: Session, event: String, heads: DerivedEventHeads, to bytes: inout [UInt8]
  ) -> DerivedEventID? {
    switch fired.kind {
    case .segment: segment(fired, segments[fired.definition], session, event, heads, &bytes)
    case .outcome: outcome(fired, outcomes[fired.definition], session, event, heads, &bytes)
    case .actionMap: nil
    }
  }

  private func segment(
    _ fired: Fired, _ segment: Template, _ session: Session, _ event: String, _ heads: DerivedEventHeads,
    _ bytes: inout [UInt8]
  ) -> DerivedEventID {
    let head = DerivedEventHead(
      session,
      .init(
        kind: "segments", subject: .definition(segment.id), version: segment.version, time: fired.time,
        cause: event), &bytes)
    head.append(
      of: session, time: fired.time, cause: event, eventType: "SegmentAssignmentEvent",
      member: "segmentAssignmentEvent", heads: heads, to: &bytes)
    bytes.append("{\"segment\":")
    bytes.append(all: segment.reference)
    bytes.append(",\"assignmentState\":\"Assigned\",\"dateAssigned\":")
    DerivedEventHead.date(fired.time, &bytes)
    if let expires = fired.expires {
      bytes.append(",\"dateForUnassignment\":")
      DerivedEventHead.date(expires, &bytes)
    }
    bytes.append(ASCII.closeBrace)
    segment.because.append(fired.because, to: &bytes)
    bytes.append(ASCII.closeBrace)
    return head.id
  }

  /// Appends a segment that is assigned no longer.
  ///
  /// - Returns: the derived event's id.
  @discardableResult
  package static func encode(
    unassigned assignment: RuleState.Assignment, of session: Session, at time: EventTime,
    heads: DerivedEventHeads,
    to bytes: inout [UInt8]
  ) -> DerivedEventID {
    let head = DerivedEventHead(
      session,
      .init(
        kind: "unassigned", subject: .definition(assignment.id), version: assignment.version, time: time,
        cause: nil), &bytes)
    head.append(
      of: session, time: time, cause: nil, eventType: "SegmentAssignmentEvent",
      member: "segmentAssignmentEvent", heads: heads, to: &bytes)
    bytes.append("{\"segment\":")
    DerivedEventHead.reference(
      "segments", id: assignment.id, displayName: nil, version: assignment.version, to: &bytes)
    bytes.append(",\"assignmentState\":\"Unassigned\",\"dateAssigned\":")
    DerivedEventHead.date(assignment.time, &bytes)
    bytes.append(",\"dateForUnassignment\":")
    DerivedEventHead.date(time, &bytes)
    // Time alone did it.
    bytes.append("},\"because\":[]}")
    return head.id
  }

  private func outcome(
    _ fired: Fired, _ outcome: Template, _ session: Session, _ event: String, _ heads: DerivedEventHeads,
    _ bytes: inout [UInt8]
  ) -> DerivedEventID {
    let head = DerivedEventHead(
      session,
      .init(
        kind: "outcomes", subject: .definition(outcome.id), version: outcome.version, time: fired.time,
        cause: event), &bytes)
    head.append(
      of: session, time: fired.time, cause: event, eventType: "OutcomeAchievedEvent",
      member: "outcomeAchievedEvent", heads: heads, to: &bytes)
    bytes.append("{\"outcome\":")
    bytes.append(all: outcome.reference)
    bytes.append(",\"isPositive\":")
    bytes.append(outcome.isPositive ? "true" : "false")
    if let value = fired.associatedValue, let field = outcome.value {
      bytes.append(",\"associatedValue\":{\"dataType\":")
      JSONText.append(field.dataType.rawValue, to: &bytes)
      bytes.append(",\"value\":")
      bytes.append(contentsOf: DerivedEventEncoder.number(value).utf8)
      bytes.append(ASCII.closeBrace)
    }
    bytes.append(",\"visitCreatedDate\":")
    DerivedEventHead.date(session.first, &bytes)
    DerivedEventHead.facts(of: session, visitFacts, to: &bytes)
    bytes.append(ASCII.closeBrace)
    outcome.because.append(fired.because, to: &bytes)
    bytes.append(ASCII.closeBrace)
    return head.id
  }

  private static let visitFacts: [(field: EventField, name: StaticString)] = [
    (.browser, "browser"), (.device, "device"), (.geolocation, "geolocation"), (.campaign, "mktCampaign"),
    (.referrer, "visitReferrer"), (.ipAddress, "ipAddress"), (.ipOrganization, "ipOrganization"),
    (.userAgent, "userAgentString"),
  ]

  /// A number as events may write it, the way JSON wants it: no plus sign and no leading zeros.
  static func number(_ text: String) -> String {
    var digits = text[...]
    let isNegative = digits.hasPrefix("-")
    if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
    while digits.hasPrefix("0"), let next = digits.dropFirst().first, next.isNumber {
      digits = digits.dropFirst()
    }
    return (isNegative ? "-" : "") + digits
  }
}
