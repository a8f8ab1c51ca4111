internal import Bytes

/// Leaves out of sessions and events what somebody may not see. Pure: bytes in, bytes out.
package struct Redaction: Sendable {
  /// What becomes of a member.
  enum Rule {
    /// It is there with these permissions, all of them.
    case needs(ViewPermissions)
    /// Without the permission, only that there is a customer, and its end.
    case masked
    /// An object, of which each member has a rule of its own.
    case members([String: Rule], others: ViewPermissions)
    /// Without the permission, what anybody may know about the session's type.
    case ofType([String: [String: String]], ViewPermissions)
  }

  package let permissions: ViewPermissions

  package init(_ permissions: ViewPermissions) { self.permissions = permissions }

  /// A snapshot; `nil` without `journey:session:view`.
  ///
  /// - Parameter type: the session's type.
  package func session(_ snapshot: [UInt8], type: String) -> [UInt8]? {
    guard permissions.contains(.session) else { return nil }
    return object(snapshot, Redaction.sessionRules, others: .all, type)
  }

  /// An event of a session; `nil` if it may not be seen at all.
  package func event(_ event: SessionEvent) -> [UInt8]? {
    guard permissions.contains([.session, .event]) else { return nil }
    let (needed, rules) = Redaction.eventRules[event.kind] ?? ([], [:])
    guard permissions.contains(needed) else { return nil }
    return object(event.json, rules.merging(Redaction.envelopeRules) { own, _ in own }, others: .all, "")
  }

  /// A contact: who it is needs `journey:customer:view`.
  package func contact(_ contact: [UInt8]) -> [UInt8] {
    object(contact, Redaction.contactRules, others: .all, "")
  }

  // MARK: Walking

  private func object(
    _ bytes: [UInt8], _ rules: [String: Rule], others: ViewPermissions, _ type: String
  ) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    append(JSONWalk(bytes: bytes), 0..<bytes.count, rules, others, type, &output)
    return output
  }

  private func append(
    _ walk: JSONWalk, _ range: Range<Int>, _ rules: [String: Rule], _ others: ViewPermissions, _ type: String,
    _ output: inout [UInt8]
  ) {
    output.append(ASCII.openBrace)
    var isFirst = true
    walk.members(range) { name, value in
      let text = walk.unescaped(name)
      var json: [UInt8] = []
      // A member that no table knows is nobody's who may not see everything.
      guard append(walk, value, rules[text] ?? .needs(others), text, type, &json) else { return }
      if !isFirst { output.append(ASCII.comma) }
      isFirst = false
      output.append(ASCII.quote)
      output += walk.bytes[name]
      output += [ASCII.quote, ASCII.colon]
      output += json
    }
    output.append(ASCII.closeBrace)
  }

  /// - Returns: whether the member is there.
  private func append(
    _ walk: JSONWalk, _ value: Range<Int>, _ rule: Rule, _ name: String, _ type: String,
    _ output: inout [UInt8]
  ) -> Bool {
    switch rule {
    case .needs(let needed):
      guard permissions.contains(needed) else { return false }
      output += walk.bytes[value]
    case .masked:
      if permissions.contains(.customer) {
        output += walk.bytes[value]
      } else {
        JSONText.append(Redaction.masked(walk.text(value) ?? ""), to: &output)
      }
    case .members(let rules, let others):
      guard walk.bytes[value.lowerBound] == ASCII.openBrace else {
        output += walk.bytes[value]
        return permissions.contains(.all)
      }
      append(walk, value, rules, others, type, &output)
      return output.count > 2
    case .ofType(let texts, let needed):
      if permissions.contains(needed) || type == "conversation" {
        output += walk.bytes[value]
      } else {
        JSONText.append(texts[type]?[name] ?? texts[""]?[name] ?? "", to: &output)
      }
    }
    return true
  }

  /// Four dots and the last four characters; nothing of a text that has no more than those.
  static func masked(_ text: String) -> String { "••••" + (text.count > 4 ? String(text.suffix(4)) : "") }
}
