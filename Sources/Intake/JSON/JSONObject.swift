internal import Bytes

/// An object in a JSON text: where its members are. What is in them is looked at when it is asked for.
struct JSONObject {
  struct Member {
    /// Without its quotes, as it is written.
    var name: Range<Int>
    var value: JSONValue
  }

  let bytes: [UInt8]
  /// From its brace to its brace.
  let range: Range<Int>
  private(set) var members: [Member] = []

  /// Reads an object.
  ///
  /// - Returns: `nil` unless the range is one JSON object, with blanks around it.
  init?(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    var scanner = JSONScanner(bytes, range)
    scanner.skipBlanks()
    let start = scanner.at
    guard scanner.take(ASCII.openBrace) else { return nil }
    if !scanner.take(ASCII.closeBrace) {
      repeat {
        guard let name = scanner.name(), let value = scanner.value() else { return nil }
        members.append(Member(name: name, value: value))
      } while scanner.take(ASCII.comma)
      guard scanner.take(ASCII.closeBrace) else { return nil }
    }
    self.range = start..<scanner.at
    scanner.skipBlanks()
    guard scanner.at == range.upperBound else { return nil }
  }

  /// Reads an object that is all of an array.
  init?(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

  /// All members of a name that are not null, in their order.
  func all(_ name: String) -> [JSONValue] {
    members.compactMap { $0.value.kind != .null && isNamed($0, name) ? $0.value : nil }
  }

  /// The last member of a name that is not null: the one that counts, as the processor reads events.
  subscript(name: String) -> JSONValue? {
    members.last { $0.value.kind != .null && isNamed($0, name) }?.value
  }

  /// The last member of a name that is an object.
  func object(_ name: String) -> JSONObject? {
    members.last { $0.value.kind == .object && isNamed($0, name) }.flatMap {
      JSONObject(bytes, $0.value.range)
    }
  }

  /// The text of a member that is a string, or a number as it is written; `nil` for others and for an empty
  /// one.
  func text(_ name: String) -> [UInt8]? {
    guard let value = self[name], value.kind == .string || value.kind == .number else { return nil }
    let text = JSONObject.text(of: value, in: bytes)
    return text.isEmpty ? nil : text
  }

  /// Its own bytes, as they are.
  var raw: ArraySlice<UInt8> { bytes[range] }

  /// A value's bytes, as they are.
  func raw(_ value: JSONValue) -> ArraySlice<UInt8> { bytes[value.range] }

  /// Whether a member of this text has a name.
  func isNamed(_ member: Member, _ name: String) -> Bool {
    guard member.name.count == name.utf8.count else { return false }
    var at = member.name.lowerBound
    for byte in name.utf8 {
      if bytes[at] != byte { return false }
      at += 1
    }
    return true
  }

  /// A text, if it is a number of JSON.
  static func number(_ text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    var scanner = JSONScanner(bytes, 0..<bytes.count)
    guard let value = scanner.value(), value.kind == .number, value.range == 0..<bytes.count else {
      return nil
    }
    return bytes
  }

  /// A string without quotes and escapes; any other value as it is written. Half of a surrogate pair becomes
  /// U+FFFD.
  static func text(of value: JSONValue, in bytes: [UInt8]) -> [UInt8] {
    guard value.kind == .string else { return Array(bytes[value.range]) }
    return unescaped(bytes[value.range.lowerBound + 1..<value.range.upperBound - 1])
  }

  /// The inside of a string that was scanned, without its escapes.
  static func unescaped(_ inside: ArraySlice<UInt8>) -> [UInt8] {
    guard inside.contains(ASCII.backslash) else { return Array(inside) }
    var text: [UInt8] = []
    var at = inside.startIndex
    func unit() -> UInt32? {
      guard inside.endIndex - at >= 6, inside[at] == ASCII.backslash, inside[at + 1] == UInt8(ascii: "u")
      else {
        return nil
      }
      return inside[at + 2..<at + 6].reduce(0) { $0 << 4 | UInt32(Hex.value(of: $1) ?? 0) }
    }
    while at < inside.endIndex {
      guard inside[at] == ASCII.backslash, at + 1 < inside.endIndex else {
        text.append(inside[at])
        at += 1
        continue
      }
      guard let first = unit() else {
        text.append(JSONText.byte(escapedAs: inside[at + 1]) ?? inside[at + 1])
        at += 2
        continue
      }
      at += 6
      var point = first
      if (0xd800...0xdbff).contains(first), let second = unit(), (0xdc00...0xdfff).contains(second) {
        at += 6
        point = 0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)
      }
      text.append(contentsOf: String(Unicode.Scalar(point) ?? "\u{fffd}").utf8)
    }
    return text
  }
}
