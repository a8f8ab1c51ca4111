internal import Bytes

extension DefinitionValue {
  /// Appends compact JSON. With members sorted by the bytes of their names, equal values have equal bytes.
  public func appendJSON(to bytes: inout [UInt8], sorted: Bool = true) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let text): bytes.append(contentsOf: text.utf8)
    case .string(let text): JSONText.append(text, to: &bytes)
    case .array(let values):
      bytes.append(ASCII.openBracket)
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(ASCII.comma) }
        value.appendJSON(to: &bytes, sorted: sorted)
      }
      bytes.append(ASCII.closeBracket)
    case .object(let members):
      let ordered = sorted ? members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } : members
      bytes.append(ASCII.openBrace)
      for (index, member) in ordered.enumerated() {
        if index > 0 { bytes.append(ASCII.comma) }
        JSONText.append(member.name, to: &bytes)
        bytes.append(ASCII.colon)
        member.value.appendJSON(to: &bytes, sorted: sorted)
      }
      bytes.append(ASCII.closeBrace)
    }
  }

  /// The same value with the members of every object sorted by the bytes of their names, so that equal
  /// contents are equal.
  public var sorted: DefinitionValue {
    switch self {
    case .object(let members):
      .object(
        members.map { Member($0.name, $0.value.sorted) }
          .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
    case .array(let values): .array(values.map(\.sorted))
    default: self
    }
  }

  /// Compact JSON with sorted members.
  public var json: String {
    var bytes: [UInt8] = []
    appendJSON(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
