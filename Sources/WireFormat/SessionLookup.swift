internal import JourneyModel
package import JourneyRules
internal import Sessionizer

/// `Lookup` mappings of flows: paths into a session as its snapshot shows it, such as `session.id` or
/// `session.lastUserDisposition.code`.
package enum SessionLookup {
  /// A snapshot is no document of definitions: its own bounds hold already.
  static let limits: DefinitionLimits = {
    var limits = DefinitionLimits()
    limits.maxDocumentBytes = .max
    limits.maxNodes = .max
    limits.maxDepth = 256
    return limits
  }()

  /// Who a session is and whose: paths for which no snapshot has to be made.
  enum Identity: String {
    case id, type, customerId, customerIdType

    /// `nil` for any other path.
    init?(path: String) {
      self.init(rawValue: path.hasPrefix("session.") ? String(path.dropFirst("session.".count)) : path)
    }

    func text(of session: Session) -> String {
      guard let slice = slice(session) else { return session.id.text }
      return session.identity.text(slice)
    }

    /// Appends it as a JSON string.
    func append(of session: Session, to bytes: inout [UInt8]) {
      if let slice = slice(session) {
        return JSONText.append(slice, of: session.identity.bytes, to: &bytes)
      }
      bytes.append(ASCII.quote)
      session.id.appendText(to: &bytes)
      bytes.append(ASCII.quote)
    }

    private func slice(_ session: Session) -> ByteSlice? {
      switch self {
      case .id: nil
      case .type: session.identity.type
      case .customerId: session.identity.customerID
      case .customerIdType: session.identity.customerIDType
      }
    }
  }

  /// What stands at a path; `nil` for nothing. `session.` in front may be left out. A number picks an element of an array.
  package static func find(_ path: String, in session: DefinitionValue) -> DefinitionValue? {
    var parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.first == "session" { parts.removeFirst() }
    var value = session
    var index = 0
    while index < parts.count {
      switch value {
      case .object:
        // Names of attributes may hold points: the longest one that is there counts.
        var end = parts.count
        var found: DefinitionValue?
        while end > index, found == nil {
          found = value[parts[index..<end].joined(separator: ".")]
          if found == nil { end -= 1 }
        }
        guard let found else { return nil }
        value = found
        index = end
      case .array(let elements):
        guard let place = Int(parts[index]), elements.indices.contains(place) else { return nil }
        value = elements[place]
        index += 1
      default: return nil
      }
    }
    return value
  }

  /// A value as JSON of a flow's type; `null` if it is none.
  package static func typed(_ value: DefinitionValue?, _ type: ActionMap.FlowInput.AttributeType) -> String {
    guard let value, let text = text(of: value) else { return "null" }
    switch type {
    case .string: return DefinitionValue.string(text).json
    case .boolean:
      return text == "true" || text == "false" ? text : "null"
    case .number: return isNumber(text) ? DerivedEventEncoder.number(text) : "null"
    case .integer: return DecimalNumber(text)?.integerText ?? "null"
    }
  }

  private static func text(of value: DefinitionValue) -> String? {
    switch value {
    case .string(let text): text
    case .number(let text): text
    case .bool(let flag): flag ? "true" : "false"
    case .null: nil
    case .array, .object: value.json
    }
  }

  /// Whether text is a number as JSON writes it, but for a plus sign and leading zeros.
  private static func isNumber(_ text: String) -> Bool {
    var rest = text.utf8[...]
    if rest.first == ASCII.hyphen || rest.first == ASCII.plus { rest = rest.dropFirst() }
    func digits() -> Bool {
      let count = rest.prefix { ASCII.digits.contains($0) }.count
      rest = rest.dropFirst(count)
      return count > 0
    }
    guard digits() else { return false }
    if rest.first == ASCII.point {
      rest = rest.dropFirst()
      guard digits() else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == ASCII.hyphen || rest.first == ASCII.plus { rest = rest.dropFirst() }
      guard digits() else { return false }
    }
    return rest.isEmpty
  }
}
