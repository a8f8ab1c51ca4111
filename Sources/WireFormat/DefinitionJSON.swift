internal import Bytes
public import JourneyRules

/// Text that is no document of definitions: where, and what was expected.
public struct DefinitionSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
  /// From 1.
  public var line: Int
  /// In bytes, from 1.
  public var column: Int
  /// What was expected there.
  public var expected: String

  /// Creates an error.
  public init(line: Int, column: Int, expected: String) {
    self.line = line
    self.column = column
    self.expected = expected
  }

  /// `3:14: expected ':'`.
  public var description: String { "\(line):\(column): expected \(expected)" }
}

/// Reads JSON (RFC 8259) into the tree that definitions are read from.
///
/// Not the event decoder's walk: a definition is read once and not a million times, and what counts here is that numbers
/// keep their text, that repeated members are refused, and that an error has a place. It is bounded in bytes, depth and values.
public struct DefinitionJSON {
  private let bytes: [UInt8]
  private let limits: DefinitionLimits
  private var at = 0
  private var nodes = 0

  /// Reads one JSON text in UTF-8.
  public static func read(_ bytes: [UInt8], limits: DefinitionLimits = DefinitionLimits())
    throws(DefinitionSyntaxError) -> DefinitionValue
  {
    var reader = DefinitionJSON(bytes, limits)
    guard bytes.count <= limits.maxDocumentBytes else {
      throw reader.error("at most \(limits.maxDocumentBytes) bytes (maxDocumentBytes)")
    }
    // Editors put it there; it says nothing.
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { reader.at = 3 }
    reader.skipBlanks()
    let value = try reader.value(depth: 1)
    reader.skipBlanks()
    guard reader.at == bytes.count else { throw reader.error("the end after one value") }
    return value
  }

  private init(_ bytes: [UInt8], _ limits: DefinitionLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func value(depth: Int) throws(DefinitionSyntaxError) -> DefinitionValue {
    guard depth <= limits.maxDepth else { throw error("at most \(limits.maxDepth) levels (maxDepth)") }
    nodes += 1
    guard nodes <= limits.maxNodes else { throw error("at most \(limits.maxNodes) values (maxNodes)") }
    switch byte {
    case ASCII.openBrace: return try object(depth)
    case ASCII.openBracket: return try array(depth)
    case ASCII.quote: return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case ASCII.hyphen?, ASCII.digits?: return .number(try number())
    default: throw error("a value")
    }
  }

  private mutating func object(_ depth: Int) throws(DefinitionSyntaxError) -> DefinitionValue {
    var members: [DefinitionValue.Member] = []
    var names: Set<[UInt8]> = []
    at += 1
    skipBlanks()
    if take(ASCII.closeBrace) { return .object([]) }
    while true {
      let start = at
      guard byte == ASCII.quote else { throw error("the name of a member, in double quotes") }
      let name = try string()
      guard names.insert(Array(name.utf8)).inserted else {
        throw error("every member once: '\(name)' stands here again", at: start)
      }
      skipBlanks()
      guard take(ASCII.colon) else { throw error("':'") }
      skipBlanks()
      members.append(.init(name, try value(depth: depth + 1)))
      skipBlanks()
      if take(ASCII.closeBrace) { return .object(members) }
      guard take(ASCII.comma) else { throw error("',' or '}'") }
      skipBlanks()
    }
  }

  private mutating func array(_ depth: Int) throws(DefinitionSyntaxError) -> DefinitionValue {
    var values: [DefinitionValue] = []
    at += 1
    skipBlanks()
    if take(ASCII.closeBracket) { return .array([]) }
    while true {
      values.append(try value(depth: depth + 1))
      skipBlanks()
      if take(ASCII.closeBracket) { return .array(values) }
      guard take(ASCII.comma) else { throw error("',' or ']'") }
      skipBlanks()
    }
  }

  private mutating func literal(_ word: String, _ value: DefinitionValue) throws(DefinitionSyntaxError)
    -> DefinitionValue
  {
    guard bytes[at...].starts(with: word.utf8) else { throw error("a value") }
    at += word.utf8.count
    return value
  }

  private mutating func number() throws(DefinitionSyntaxError) -> String {
    let start = at
    _ = take(ASCII.hyphen)
    if take(ASCII.zero) {
      if let byte, ASCII.digits.contains(byte) { throw error("no digit after a leading zero") }
    } else {
      try digits()
    }
    if take(ASCII.point) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(ASCII.plus) { _ = take(ASCII.hyphen) }
      try digits()
    }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func digits() throws(DefinitionSyntaxError) {
    let start = at
    while let byte, ASCII.digits.contains(byte) { at += 1 }
    guard at > start else { throw error("a digit") }
  }

  private mutating func string() throws(DefinitionSyntaxError) -> String {
    let start = at
    at += 1
    var text: [UInt8] = []
    while let byte, byte != ASCII.quote {
      guard byte >= ASCII.space else { throw error("no control character in a text: write it as \\u00XX") }
      at += 1
      if byte == ASCII.backslash { try escape(&text) } else { text.append(byte) }
    }
    guard take(ASCII.quote) else { throw error("the closing quote of a text", at: start) }
    guard let valid = String(validating: text, as: UTF8.self) else {
      throw error("a text in UTF-8", at: start)
    }
    return valid
  }

  private mutating func escape(_ text: inout [UInt8]) throws(DefinitionSyntaxError) {
    guard let byte else { throw error("an escape") }
    at += 1
    switch byte {
    case ASCII.quote, ASCII.backslash, ASCII.slash: text.append(byte)
    case UInt8(ascii: "u"):
      let start = at - 2
      var scalar = try unit()
      if (0xd800..<0xdc00).contains(scalar), take(0x5c), take(0x75) {
        let low = try unit()
        guard (0xdc00..<0xe000).contains(low) else { throw error("the second half of a pair", at: start) }
        scalar = 0x1_0000 + (scalar - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let valid = Unicode.Scalar(scalar) else { throw error("no half of a pair alone", at: start) }
      text.append(contentsOf: String(Character(valid)).utf8)
    case let letter:
      if let byte = JSONText.byte(escapedAs: letter) { return text.append(byte) }
      throw error("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", at: at - 2)
    }
  }

  private mutating func unit() throws(DefinitionSyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte, let digit = Hex.value(of: byte) else {
        throw error("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      at += 1
    }
    return value
  }

  private mutating func take(_ expected: UInt8) -> Bool {
    guard byte == expected else { return false }
    at += 1
    return true
  }

  private mutating func skipBlanks() {
    while let byte,
      byte == ASCII.space || byte == ASCII.newline || byte == ASCII.carriageReturn || byte == ASCII.tab
    { at += 1 }
  }

  private func error(_ expected: String, at place: Int? = nil) -> DefinitionSyntaxError {
    let end = min(place ?? at, bytes.count)
    let line = bytes[..<end].reduce(1) { $0 + ($1 == ASCII.newline ? 1 : 0) }
    let column = end - (bytes[..<end].lastIndex(of: ASCII.newline) ?? -1)
    return DefinitionSyntaxError(line: line, column: column, expected: expected)
  }
}
