internal import Bytes

/// Where a value is in a JSON text, and what it is.
struct JSONValue: Hashable {
  enum Kind {
    case null, boolean, number, string, object, array
  }

  var kind: Kind
  /// Its bytes; those of a string with its quotes.
  var range: Range<Int>
}

/// Moves over JSON by the grammar of RFC 8259.
///
/// Without recursion: a level of nesting costs a byte of memory, however a body was made. Whether the text is
/// UTF-8 is not asked here.
struct JSONScanner {
  let bytes: [UInt8]
  var at: Int
  let end: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    at = range.lowerBound
    end = range.upperBound
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == ASCII.space || byte == ASCII.newline || byte == ASCII.carriageReturn || byte == ASCII.tab
  }

  mutating func skipBlanks() {
    while at < end, JSONScanner.isBlank(bytes[at]) { at += 1 }
  }

  /// Moves behind a byte, if it is the next one behind blanks.
  mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard at < end, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  /// Moves behind the next value; `nil` if there is none by the grammar.
  mutating func value() -> JSONValue? {
    skipBlanks()
    guard at < end else { return nil }
    let start = at
    let kind: JSONValue.Kind
    switch bytes[at] {
    case ASCII.openBrace: kind = .object
    case ASCII.openBracket: kind = .array
    case ASCII.quote: kind = .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): kind = .boolean
    case UInt8(ascii: "n"): kind = .null
    default: kind = .number
    }
    let isGood = kind == .object || kind == .array ? skipNested() : skipScalar()
    return isGood ? JSONValue(kind: kind, range: start..<at) : nil
  }

  /// Moves behind a member's name and its colon; the name is without its quotes.
  mutating func name() -> Range<Int>? {
    skipBlanks()
    let start = at + 1
    guard skipString() else { return nil }
    let name = start..<(at - 1)
    return take(ASCII.colon) ? name : nil
  }

  private mutating func skipNested() -> Bool {
    // Whether each open level is an object.
    var open: [Bool] = []
    repeat {
      skipBlanks()
      guard at < end else { return false }
      if bytes[at] == ASCII.openBrace {
        at += 1
        if !take(ASCII.closeBrace) {
          open.append(true)
          guard name() != nil else { return false }
          continue
        }
      } else if bytes[at] == ASCII.openBracket {
        at += 1
        if !take(ASCII.closeBracket) {
          open.append(false)
          continue
        }
      } else if !skipScalar() {
        return false
      }
      // A value has ended, and with it whatever ends with it.
      while let isObject = open.last {
        if take(ASCII.comma) {
          if isObject, name() == nil { return false }
          break
        }
        guard take(isObject ? ASCII.closeBrace : ASCII.closeBracket) else { return false }
        open.removeLast()
      }
    } while !open.isEmpty
    return true
  }

  private mutating func skipScalar() -> Bool {
    guard at < end else { return false }
    switch bytes[at] {
    case ASCII.quote: return skipString()
    case UInt8(ascii: "t"): return skipWord("true")
    case UInt8(ascii: "f"): return skipWord("false")
    case UInt8(ascii: "n"): return skipWord("null")
    default: return skipNumber()
    }
  }

  private mutating func skipWord(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard end - at >= count, bytes[at..<at + count].elementsEqual(word.description.utf8) else { return false }
    at += count
    return true
  }

  private mutating func skipString() -> Bool {
    guard at < end, bytes[at] == ASCII.quote else { return false }
    at += 1
    while at < end {
      let byte = bytes[at]
      at += 1
      if byte == ASCII.quote { return true }
      if byte < ASCII.space { return false }
      guard byte == ASCII.backslash else { continue }
      guard at < end else { return false }
      let letter = bytes[at]
      at += 1
      if letter == UInt8(ascii: "u") {
        guard end - at >= 4, bytes[at..<at + 4].allSatisfy({ Hex.value(of: $0) != nil }) else { return false }
        at += 4
      } else if letter != ASCII.quote, letter != ASCII.backslash, letter != ASCII.slash,
        JSONText.byte(escapedAs: letter) == nil
      {
        return false
      }
    }
    return false
  }

  private mutating func skipDigits() -> Bool {
    let start = at
    while at < end, ASCII.digits.contains(bytes[at]) { at += 1 }
    return at > start
  }

  private mutating func skipNumber() -> Bool {
    if at < end, bytes[at] == ASCII.hyphen { at += 1 }
    guard at < end else { return false }
    if bytes[at] == ASCII.zero {
      at += 1
    } else if !skipDigits() {
      return false
    }
    if at < end, bytes[at] == ASCII.point {
      at += 1
      guard skipDigits() else { return false }
    }
    if at < end, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < end, bytes[at] == ASCII.plus || bytes[at] == ASCII.hyphen { at += 1 }
      guard skipDigits() else { return false }
    }
    return true
  }
}
