import Identity
import JourneyModel
import Presentation
import WireFormat

/// Why identifiers are one person, as lines for people.
struct ContactExplanationReport {
  let explanation: ContactExplanation
  let terminal: Terminal

  /// The lines.
  var lines: [String] {
    head + part("identifiers", explanation.members.map(member)) + part("joined by", joining)
      + part("not joined", refused) + part("segments", segments) + part("may also be", suggestions)
      + part("devices", devices)
  }

  private var head: [String] {
    let contact = explanation.contact
    let name = contact.name.map(clean) ?? "Unknown"
    let others =
      explanation.otherContacts == 0
      ? ""
      : ", beside \(CheckCommand.count(explanation.otherContacts, "other contact")) that something names with it"
    return [
      terminal.styled(
        "\(name) (\(contact.type.name), \(contact.strength.level)), \(clean(contact.id.text))", .bold),
      "known from \(contact.created.iso8601) to \(contact.last.iso8601); changed \(explanation.revision) times, "
        + "kept in lane \(explanation.root.lane)\(others)",
    ]
  }

  private func part(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : [terminal.styled(title, .bold)] + lines.map { "  " + $0 }
  }

  private func member(_ member: Member) -> String {
    var text = "\(self.text(member.identifier)): \(member.strength.level)"
    if let created = member.created { text += ", since \(created.iso8601)" }
    if member.key == explanation.contact.canonical { text += ", names the contact" }
    if explanation.shared.contains(member.key) {
      text += ", used by several people: it joins nothing any more"
    }
    return text
  }

  private var joining: [String] {
    explanation.links.compactMap { link in
      switch link.decision.outcome {
      case .joined: "\(ends(link)): \(said(link))"
      case .together: "\(ends(link)): \(said(link)); they were together already"
      default: nil
      }
    }
  }

  private var refused: [String] {
    explanation.links.compactMap { link in
      guard let why = reason(link) else { return nil }
      let contact = link.otherContact.map { " of \(clean($0.text))" } ?? ""
      return "\(ends(link))\(contact): \(said(link)); \(why)"
    }
  }

  private func reason(_ link: ContactExplanation.Link) -> String? {
    switch link.decision.outcome {
    case .joined, .together: nil
    case .separated: "somebody has separated the two since or before"
    case .separates: "this keeps them apart"
    case .outdated: "a newer decision about the two has replaced it"
    case .unknownMember: "the other one is not known here"
    case .refused(let reason): self.reason(reason)
    }
  }

  private func reason(_ reason: RefusalReason) -> String {
    switch reason {
    case .cannot: "refused, as somebody has separated identifiers of the two contacts"
    case .limits(let type): "refused, as one contact would have too many of type \(type.name)"
    case .conflict(let type): "refused, as it was only typed and both contacts have a \(type.name) and more"
    case .full: "refused, as one contact would have too many identifiers"
    case .shared: "refused, as several people use one of the two"
    }
  }

  private var segments: [String] {
    explanation.contact.segments.flatMap { segment in
      let end = segment.expires.map { " until \($0.iso8601)" } ?? ""
      let grants = explanation.grants.filter { $0.assignment == segment.id }.map { grant in
        "  action map \(clean(grant.map)) has acted on it in session \(clean(grant.holder.id)), \(grant.holder.time.iso8601)"
      }
      return [
        "\(clean(segment.segment)) since \(segment.stamp.time.iso8601)\(end), by command \(clean(segment.stamp.id))"
      ] + grants
    }
      + explanation.grants.filter { explanation.segment(of: $0) == nil }.map { grant in
        "action map \(clean(grant.map)) has acted on an assignment that is over, in session \(clean(grant.holder.id)), "
          + grant.holder.time.iso8601
      }
  }

  private var suggestions: [String] {
    explanation.contact.suggestions.map { "\(clean($0.other.text)): \(reason($0.reason))" }
  }

  private var devices: [String] {
    let left = explanation.contact.devicesLeftOut
    return explanation.contact.devices.map { use in
      let times = use.intervals.map { interval in
        "\(interval.from?.iso8601 ?? "the beginning") to \(interval.to?.iso8601 ?? "now")"
      }
      return "\(text(use.device)): \(times.joined(separator: ", "))"
    } + (left > 0 ? ["and \(left) older ones"] : [])
  }

  private func ends(_ link: ContactExplanation.Link) -> String {
    "\(link.own.map(text) ?? "an identifier") and \(link.other.map(text) ?? "another")"
  }

  private func said(_ link: ContactExplanation.Link) -> String {
    let assertion = link.decision.assertion
    let kind = assertion.strength == .curated ? "command" : "event"
    return
      "\(assertion.strength.level) by \(kind) \(clean(assertion.stamp.id)), \(assertion.stamp.time.iso8601)"
  }

  private func text(_ identifier: Identifier) -> String {
    let source = identifier.source.isEmpty ? "" : "@\(clean(identifier.source))"
    return "\(identifier.type.name)\(source) \(clean(identifier.value))"
  }

  private func clean(_ bytes: [UInt8]) -> String { DisplayText(String(decoding: bytes, as: UTF8.self)).text }
}
