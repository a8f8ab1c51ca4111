internal import Bytes

/// Goes over JSON in place: which members an object has and where their values are. What nobody asks for is
/// stepped over and not looked at, so a snapshot is read in one pass.
///
/// What is no JSON ends a walk; nothing traps.
struct JSONWalk {
  /// Levels that are stepped into; deeper ones are no JSON of ours.
  static let maxDepth = 64

  let bytes: [UInt8]

  /// Hands over each member of an object, its name without quotes as it is written.
  ///
  /// - Returns: whether the range is an object.
  @discardableResult
  func members(_ range: Range<Int>, _ body: (Range<Int>, Range<Int>) -> Void) -> Bool {
    var at = blanks(range.lowerBound, range.upperBound)
    guard at < range.upperBound, bytes[at] == ASCII.openBrace else { return false }
    at = blanks(at + 1, range.upperBound)
    if at < range.upperBound, bytes[at] == ASCII.closeBrace { return true }
    while true {
      guard let name = string(at, range.upperBound) else { return false }
      at = blanks(name.upperBound, range.upperBound)
      guard at < range.upperBound, bytes[at] == ASCII.colon else { return false }
      at = blanks(at + 1, range.upperBound)
      guard let end = value(at, range.upperBound) else { return false }
      body(name.lowerBound + 1..<name.upperBound - 1, at..<end)
      at = blanks(end, range.upperBound)
      guard at < range.upperBound else { return false }
      if bytes[at] == ASCII.closeBrace { return true }
      guard bytes[at] == ASCII.comma else { return false }
      at = blanks(at + 1, range.upperBound)
    }
  }

  /// Hands over each element of an array.
  ///
  /// - Returns: whether the range is an array.
  @discardableResult
  func elements(_ range: Range<Int>, _ body: (Range<Int>) -> Void) -> Bool {
    var at = blanks(range.lowerBound, range.upperBound)
    guard at < range.upperBound, bytes[at] == ASCII.openBracket else { return false }
    at = blanks(at + 1, range.upperBound)
    if at < range.upperBound, bytes[at] == ASCII.closeBracket { return true }
    while true {
      guard let end = value(at, range.upperBound) else { return false }
      body(at..<end)
      at = blanks(end, range.upperBound)
      guard at < range.upperBound else { return false }
      if bytes[at] == ASCII.closeBracket { return true }
      guard bytes[at] == ASCII.comma else { return false }
      at = blanks(at + 1, range.upperBound)
    }
  }

  /// The value of a member; `nil` if there is none.
  func member(_ name: StaticString, of range: Range<Int>) -> Range<Int>? {
    var found: Range<Int>?
    members(range) { if found == nil, self.is($0, name) { found = $1 } }
    return found
  }

  /// Whether a range is this text.
  func `is`(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    // The literal's own bytes; a StaticString offers them by pointer only.
    return bytes[range].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: range.count))
  }

  /// The text of a string without its escapes; `nil` for other values.
  func text(_ range: Range<Int>) -> String? {
    guard range.count >= 2, bytes[range.lowerBound] == ASCII.quote else { return nil }
    return unescaped(range.lowerBound + 1..<range.upperBound - 1)
  }

  /// The text of a name, or of the inside of a string, without its escapes.
  func unescaped(_ inside: Range<Int>) -> String {
    guard bytes[inside].contains(ASCII.backslash) else {
      return String(decoding: bytes[inside], as: UTF8.self)
    }
    var text: [UInt8] = []
    var at = inside.lowerBound
    while at < inside.upperBound {
      guard bytes[at] == ASCII.backslash, at + 1 < inside.upperBound else {
        text.append(bytes[at])
        at += 1
        continue
      }
      guard let first = unit(at, inside.upperBound) else {
        text.append(JSONText.byte(escapedAs: bytes[at + 1]) ?? bytes[at + 1])
        at += 2
        continue
      }
      at += 6
      var scalar = first
      if (0xd800..<0xdc00).contains(first), let low = unit(at, inside.upperBound),
        (0xdc00..<0xe000).contains(low)
      {
        scalar = 0x1_0000 + (first - 0xd800) << 10 + (low - 0xdc00)
        at += 6
      }
      text += Array(String(Unicode.Scalar(scalar) ?? "\u{fffd}").utf8)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The code unit of an escape of six characters.
  private func unit(_ at: Int, _ end: Int) -> UInt32? {
    guard at + 6 <= end, bytes[at] == ASCII.backslash, bytes[at + 1] == UInt8(ascii: "u") else { return nil }
    var unit: UInt32 = 0
    for digit in bytes[at + 2..<at + 6] {
      guard let value = Hex.value(of: digit) else { return nil }
      unit = unit << 4 | UInt32(value)
    }
    return unit
  }

  /// A whole number; `nil` for other values.
  func integer(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }

  // MARK: Tokens

  private func blanks(_ start: Int, _ end: Int) -> Int {
    var at = start
    while at < end, bytes[at] == ASCII.space || (ASCII.tab...ASCII.carriageReturn).contains(bytes[at]) {
      at += 1
    }
    return at
  }

  /// A string with its quotes.
  private func string(_ start: Int, _ end: Int) -> Range<Int>? {
    guard start < end, bytes[start] == ASCII.quote else { return nil }
    var at = start + 1
    while at < end {
      switch bytes[at] {
      case ASCII.quote: return start..<at + 1
      case ASCII.backslash: at += 2
      default: at += 1
      }
    }
    return nil
  }

  /// Where a value ends; `nil` if none stands there.
  private func value(_ start: Int, _ end: Int) -> Int? {
    guard start < end else { return nil }
    switch bytes[start] {
    case ASCII.quote: return string(start, end)?.upperBound
    case ASCII.openBrace, ASCII.openBracket: return nested(start, end)
    default:
      var at = start
      while at < end {
        switch bytes[at] {
        case ASCII.comma, ASCII.closeBrace, ASCII.closeBracket, ASCII.space, ASCII.tab...ASCII.carriageReturn:
          return at > start ? at : nil
        default: at += 1
        }
      }
      return at > start ? at : nil
    }
  }

  /// Where an object or array ends, by its brackets and quotes alone.
  private func nested(_ start: Int, _ end: Int) -> Int? {
    var closing: UInt64 = 0
    var depth = 0
    var at = start
    while at < end {
      switch bytes[at] {
      case ASCII.quote:
        guard let text = string(at, end) else { return nil }
        at = text.upperBound
        continue
      case ASCII.openBrace, ASCII.openBracket:
        guard depth < JSONWalk.maxDepth else { return nil }
        closing = closing << 1 | (bytes[at] == ASCII.openBrace ? 1 : 0)
        depth += 1
      case ASCII.closeBrace, ASCII.closeBracket:
        guard closing & 1 == (bytes[at] == ASCII.closeBrace ? 1 : 0) else { return nil }
        closing >>= 1
        depth -= 1
        if depth == 0 { return at + 1 }
      default: break
      }
      at += 1
    }
    return nil
  }
}
