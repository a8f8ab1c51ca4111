internal import JourneyModel
package import JourneyRules
package import Sessionizer

/// Encodes what fired as derived events, each one JSON object: the vendor's names, a deterministic id, and why.
package struct DerivedEventEncoder: Sendable {
  private static let namespace = UUIDVersion5.bytes(
    namespace: UUIDVersion5.urlNamespace, name: Array("https://sojourn.dev/derived-event".utf8))

  private let rules: CompiledRules

  package init(rules: CompiledRules) { self.rules = rules }

  /// Appends the derived event.
  package func encode(_ fired: Fired, of session: Session, to bytes: inout [UInt8]) {
    let definition = definition(of: fired)
    bytes.append("{\"id\":\"")
    appendID(fired, definition, session, to: &bytes)
    bytes.append("\",\"session\":{\"id\":\"")
    bytes.append(contentsOf: session.idText)
    bytes.append("\",\"selfUri\":\"/api/v2/journey/sessions/")
    bytes.append(contentsOf: session.idText)
    bytes.append("\",\"type\":")
    text(session, session.identity.type, &bytes)
    bytes.append("},\"customerId\":")
    text(session, session.identity.customerID, &bytes)
    bytes.append(",\"customerIdType\":")
    text(session, session.identity.customerIDType, &bytes)
    bytes.append(",\"createdDate\":")
    date(fired.time, &bytes)
    switch fired.kind {
    case .segment: segment(fired, definition, &bytes)
    case .outcome: outcome(fired, definition, &bytes)
    }
    because(fired, definition.rule, &bytes)
    bytes.append(0x7d)
  }

  private struct Definition {
    var path: StaticString
    var id: String
    var version: Int
    var displayName: String
    var rule: Rule
  }

  private func definition(of fired: Fired) -> Definition {
    switch fired.kind {
    case .segment:
      let segment = rules.segments[fired.definition]
      return Definition(
        path: "segments", id: segment.id, version: segment.version, displayName: segment.displayName,
        rule: segment.rule)
    case .outcome:
      let outcome = rules.outcomes[fired.definition]
      return Definition(
        path: "outcomes", id: outcome.id, version: outcome.version, displayName: outcome.displayName,
        rule: outcome.rule)
    }
  }

  /// Derived from session, definition, version and the last event that made it true: a second run gives the same.
  private func appendID(
    _ fired: Fired, _ definition: Definition, _ session: Session, to bytes: inout [UInt8]
  ) {
    var name: [UInt8] = session.idText
    for part in ["\(definition.path)", definition.id, "\(definition.version)", "\(fired.time.milliseconds)"] {
      name.append(0)
      name.append(contentsOf: part.utf8)
    }
    for cause in fired.because {
      name.append(0)
      name.append(contentsOf: (cause.events.last ?? "").utf8)
    }
    let id = UUIDVersion5.bytes(namespace: DerivedEventEncoder.namespace, name: name)
    var high: UInt64 = 0
    var low: UInt64 = 0
    for index in 0..<8 {
      high = high << 8 | UInt64(id[index])
      low = low << 8 | UInt64(id[index + 8])
    }
    SessionID(high: high, low: low).appendText(to: &bytes)
  }

  private func segment(_ fired: Fired, _ definition: Definition, _ bytes: inout [UInt8]) {
    bytes.append(",\"segment\":")
    reference(definition, &bytes)
    bytes.append(",\"assignmentState\":\"Assigned\",\"dateAssigned\":")
    date(fired.time, &bytes)
    if let expires = fired.expires {
      bytes.append(",\"dateForUnassignment\":")
      date(expires, &bytes)
    }
  }

  private func outcome(_ fired: Fired, _ definition: Definition, _ bytes: inout [UInt8]) {
    bytes.append(",\"outcome\":")
    reference(definition, &bytes)
    let outcome = rules.outcomes[fired.definition]
    bytes.append(",\"isPositive\":")
    bytes.append(contentsOf: (outcome.isPositive ? "true" : "false").utf8)
    if let value = fired.associatedValue, let field = outcome.associatedValueField {
      bytes.append(",\"associatedValue\":{\"dataType\":")
      JSONText.append(field.dataType.rawValue, to: &bytes)
      bytes.append(",\"value\":")
      bytes.append(contentsOf: DerivedEventEncoder.number(value).utf8)
      bytes.append(0x7d)
    }
  }

  private func reference(_ definition: Definition, _ bytes: inout [UInt8]) {
    bytes.append("{\"id\":")
    JSONText.append(definition.id, to: &bytes)
    bytes.append(",\"selfUri\":")
    JSONText.append("/api/v2/journey/\(definition.path)/\(definition.id)", to: &bytes)
    bytes.append(",\"displayName\":")
    JSONText.append(definition.displayName, to: &bytes)
    bytes.append(",\"version\":")
    JSONText.append(definition.version, to: &bytes)
    bytes.append(0x7d)
  }

  /// Which parts of the rule held, what they ask, and by which events.
  private func because(_ fired: Fired, _ rule: Rule, _ bytes: inout [UInt8]) {
    bytes.append(",\"because\":[")
    for (index, cause) in fired.because.enumerated() {
      if index > 0 { bytes.append(0x2c) }
      switch cause.part {
      case .context(let number):
        bytes.append("{\"context\":")
        JSONText.append(number, to: &bytes)
        criteria(rule.context[number].criteria, &bytes)
      case .journey(let number):
        bytes.append("{\"journey\":")
        JSONText.append(number, to: &bytes)
        criteria(rule.journey[number].criteria, &bytes)
      }
      bytes.append(",\"count\":")
      JSONText.append(cause.count, to: &bytes)
      bytes.append(",\"events\":[")
      for (index, event) in cause.events.enumerated() {
        if index > 0 { bytes.append(0x2c) }
        JSONText.append(event, to: &bytes)
      }
      bytes.append("]}")
    }
    bytes.append(0x5d)
  }

  private func criteria(_ criteria: [Criterion], _ bytes: inout [UInt8]) {
    bytes.append(",\"criteria\":[")
    for (index, criterion) in criteria.enumerated() {
      if index > 0 { bytes.append(0x2c) }
      bytes.append("{\"key\":")
      JSONText.append(criterion.key, to: &bytes)
      bytes.append(",\"operator\":")
      JSONText.append(criterion.operator.rawValue, to: &bytes)
      bytes.append(",\"values\":[")
      for (index, value) in criterion.values.enumerated() {
        if index > 0 { bytes.append(0x2c) }
        JSONText.append(value, to: &bytes)
      }
      bytes.append("]}")
    }
    bytes.append(0x5d)
  }

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

  private func text(_ session: Session, _ slice: ByteSlice, _ bytes: inout [UInt8]) {
    JSONText.append(session.identity.bytes[slice.indices], to: &bytes)
  }

  private func date(_ time: EventTime, _ bytes: inout [UInt8]) {
    bytes.append(0x22)
    time.appendISO8601(to: &bytes)
    bytes.append(0x22)
  }
}
