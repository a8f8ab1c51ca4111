import SeededGenerator

/// A JSON value as a test made it: what the oracle reads, and what is written for the decoder.
indirect enum ModelValue: Equatable, Sendable {
  case null
  case bool(Bool)
  /// As written.
  case number(String)
  case string(String)
  case array([ModelValue])
  case object([Member])

  struct Member: Equatable, Sendable {
    var name: String
    var value: ModelValue
  }

  /// The member of an object.
  subscript(name: String) -> ModelValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  /// Writes JSON. With a generator, some characters are escaped though they need not be.
  func write(to text: inout String, _ generator: inout SeededGenerator) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let written): text += written
    case .string(let string): ModelValue.write(string, to: &text, &generator)
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += ", " }
        element.write(to: &text, &generator)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        // The decoder's own table knows its members by their bytes: an escaped name is another one there.
        if ["id", "name", "code"].contains(member.name) {
          text += "\"\(member.name)\""
        } else {
          ModelValue.write(member.name, to: &text, &generator)
        }
        text += ": "
        member.value.write(to: &text, &generator)
      }
      text += "}"
    }
  }

  private static func write(_ string: String, to text: inout String, _ generator: inout SeededGenerator) {
    text += "\""
    for scalar in string.unicodeScalars {
      if scalar == "\"" || scalar == "\\" {
        text += "\\"
        text.unicodeScalars.append(scalar)
      } else if scalar.value < 0x20 || generator.chance(3) {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16, uppercase: generator.chance(50))
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

/// An event as a test made it.
struct ModelEvent {
  var id: String
  var name: String
  /// Milliseconds after 2026-01-05T08:00:00Z.
  var time: Int64
  /// Members of the event besides its envelope.
  var members: [ModelValue.Member]

  /// A member; an explicit null says as much as a missing one.
  subscript(name: String) -> ModelValue? {
    let value = ModelValue.object(members)[name]
    return value == .null ? nil : value
  }
}
