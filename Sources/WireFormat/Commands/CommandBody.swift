internal import JourneyModel
internal import JourneyRules

/// A JSON object that becomes a command once the members are added that it leaves out.
package struct CommandBody: Sendable {
  private let bytes: [UInt8]
  private let members: [DefinitionValue.Member]

  /// - Throws: `malformedJSON`, `notAnObject`.
  package init(_ bytes: [UInt8]) throws(CommandProblemAt) {
    members = try IdentityCommandDecoder.members(of: bytes)
    self.bytes = bytes
  }

  package func has(_ name: String) -> Bool { members.contains { $0.name == name } }

  /// The text of a member; `nil` if it is missing or is something else.
  package func text(_ name: String) -> String? {
    guard case .string(let text)? = members.first(where: { $0.name == name })?.value else { return nil }
    return text
  }

  /// The object with these members before its own, those left out that it has itself. Its own bytes stay as
  /// they are.
  package func completed(_ added: [(name: String, value: String)]) -> [UInt8] {
    guard let brace = bytes.firstIndex(of: ASCII.openBrace) else { return bytes }
    var head: [UInt8] = [ASCII.openBrace]
    for (name, value) in added where !has(name) {
      if head.count > 1 { head.append(ASCII.comma) }
      JSONText.append(name, to: &head)
      head.append(ASCII.colon)
      JSONText.append(value, to: &head)
    }
    if head.count > 1, !members.isEmpty { head.append(ASCII.comma) }
    return head + bytes[(brace + 1)...]
  }
}
