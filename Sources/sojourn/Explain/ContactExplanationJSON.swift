import Identity
import JourneyModel
import JourneyRules
import WireFormat

/// Why identifiers are one person, as one JSON object.
struct ContactExplanationJSON {
  let explanation: ContactExplanation

  private typealias Member = DefinitionValue.Member

  /// One line.
  var line: String {
    var bytes: [UInt8] = []
    value.appendJSON(to: &bytes, sorted: false)
    return String(decoding: bytes, as: UTF8.self)
  }

  private var value: DefinitionValue {
    let contact = explanation.contact
    return .object([
      Member("contact", text(contact.id.text)), Member("type", .string(contact.type.name)),
      Member("name", contact.name.map(text) ?? .null), Member("revision", number(explanation.revision)),
      Member("lane", number(explanation.root.lane.index)),
      Member("otherContacts", number(explanation.otherContacts)),
      Member("identifiers", .array(explanation.members.map(member))),
      Member("links", .array(explanation.links.map(link))),
      Member("segments", .array(contact.segments.map(segment))),
      Member("grants", .array(explanation.grants.map(grant))),
      Member(
        "suggestions",
        .array(
          contact.suggestions.map { suggestion in
            .object([
              Member("contact", text(suggestion.other.text)),
              Member("reason", .string(suggestion.reason.name)),
              Member("cause", text(suggestion.assertion.stamp.id)),
            ])
          })),
    ])
  }

  private func member(_ member: Identity.Member) -> DefinitionValue {
    var members = identifier(member.identifier)
    members.append(Member("verification", .string(member.strength.level)))
    if let created = member.created { members.append(Member("dateCreated", .string(created.iso8601))) }
    members += [
      Member("isCanonical", .bool(member.key == explanation.contact.canonical)),
      Member("isShared", .bool(explanation.shared.contains(member.key))),
    ]
    return .object(members)
  }

  private func link(_ link: ContactExplanation.Link) -> DefinitionValue {
    let assertion = link.decision.assertion
    var members = [
      Member("outcome", .string(outcome(link.decision.outcome))),
      Member("own", link.own.map { .object(identifier($0)) } ?? .null),
      Member("other", link.other.map { .object(identifier($0)) } ?? .null),
      Member("verification", .string(assertion.strength.level)), Member("cause", text(assertion.stamp.id)),
      Member("date", .string(assertion.stamp.time.iso8601)),
    ]
    if let contact = link.otherContact { members.append(Member("otherContact", text(contact.text))) }
    if case .refused(let reason) = link.decision.outcome {
      members.append(Member("reason", .string(reason.name)))
    }
    return .object(members)
  }

  private func outcome(_ outcome: LinkDecision.Outcome) -> String {
    switch outcome {
    case .joined: "joined"
    case .together: "together"
    case .refused: "refused"
    case .separated: "separated"
    case .separates: "separates"
    case .outdated: "outdated"
    case .unknownMember: "unknownMember"
    }
  }

  private func segment(_ segment: SegmentAssignment) -> DefinitionValue {
    var members = [
      Member("segment", text(segment.segment)), Member("assignment", text(segment.id)),
      Member("command", text(segment.stamp.id)), Member("dateAssigned", .string(segment.stamp.time.iso8601)),
    ]
    if let expires = segment.expires { members.append(Member("dateExpires", .string(expires.iso8601))) }
    return .object(members)
  }

  private func grant(_ grant: Grant) -> DefinitionValue {
    .object([
      Member("actionMap", text(grant.map)), Member("assignment", text(grant.assignment)),
      Member("session", text(grant.holder.id)), Member("date", .string(grant.holder.time.iso8601)),
    ])
  }

  private func identifier(_ identifier: Identifier) -> [Member] {
    var members = [Member("type", .string(identifier.type.name)), Member("value", text(identifier.value))]
    if !identifier.source.isEmpty { members.append(Member("externalSource", text(identifier.source))) }
    return members
  }

  private func text(_ bytes: [UInt8]) -> DefinitionValue { .string(String(decoding: bytes, as: UTF8.self)) }

  private func number(_ number: Int) -> DefinitionValue { .number(String(number)) }
}
