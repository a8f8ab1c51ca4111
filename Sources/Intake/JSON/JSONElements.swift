internal import Bytes

/// The elements of an array, told apart by brackets, commas and quotes alone: one that is no JSON does not
/// keep the others from being read.
enum JSONElements {
  /// The ranges of the elements, without the blanks around them; `nil` if the range is no array.
  static func ranges(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>]? {
    var scanner = JSONScanner(bytes, range)
    guard scanner.take(ASCII.openBracket) else { return nil }
    var elements: [Range<Int>] = []
    if !scanner.take(ASCII.closeBracket) {
      repeat {
        scanner.skipBlanks()
        let start = scanner.at
        guard let end = endOfElement(bytes, from: start, to: scanner.end), end > start else { return nil }
        scanner.at = end
        elements.append(start..<withoutBlanks(bytes, start, end))
      } while scanner.take(ASCII.comma)
      guard scanner.take(ASCII.closeBracket) else { return nil }
    }
    scanner.skipBlanks()
    return scanner.at == range.upperBound ? elements : nil
  }

  /// Names, without their quotes, and values of the members of an object, told apart in the same way; `nil`
  /// if the range is no object.
  static func members(
    _ bytes: [UInt8], _ range: Range<Int>
  ) -> [(name: Range<Int>, value: Range<Int>)]? {
    var scanner = JSONScanner(bytes, range)
    guard scanner.take(ASCII.openBrace) else { return nil }
    var members: [(name: Range<Int>, value: Range<Int>)] = []
    if !scanner.take(ASCII.closeBrace) {
      repeat {
        guard let name = scanner.name() else { return nil }
        scanner.skipBlanks()
        let start = scanner.at
        guard let end = endOfElement(bytes, from: start, to: scanner.end, isMember: true), end > start else {
          return nil
        }
        scanner.at = end
        members.append((name, start..<withoutBlanks(bytes, start, end)))
      } while scanner.take(ASCII.comma)
      guard scanner.take(ASCII.closeBrace) else { return nil }
    }
    scanner.skipBlanks()
    return scanner.at == range.upperBound ? members : nil
  }

  /// The ranges of lines that are not blank.
  static func lines(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let end = bytes[start..<range.upperBound].firstIndex(of: ASCII.newline) ?? range.upperBound
      var first = start
      while first < end, JSONScanner.isBlank(bytes[first]) { first += 1 }
      if first < end { lines.append(first..<withoutBlanks(bytes, first, end)) }
      start = end + 1
    }
    return lines
  }

  private static func withoutBlanks(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
    var last = end
    while last > start, JSONScanner.isBlank(bytes[last - 1]) { last -= 1 }
    return last
  }

  /// Where an element or a member's value ends: at the comma or bracket that is of the array or object and of
  /// nothing in it; `nil` if none is, or if brackets do not match.
  private static func endOfElement(
    _ bytes: [UInt8], from start: Int, to end: Int, isMember: Bool = false
  ) -> Int? {
    let outer = isMember ? ASCII.closeBrace : ASCII.closeBracket
    var closing: [UInt8] = []
    var at = start
    while at < end {
      let byte = bytes[at]
      switch byte {
      case ASCII.quote:
        at += 1
        while at < end, bytes[at] != ASCII.quote { at += bytes[at] == ASCII.backslash ? 2 : 1 }
        guard at < end else { return nil }
      case ASCII.openBrace: closing.append(ASCII.closeBrace)
      case ASCII.openBracket: closing.append(ASCII.closeBracket)
      case ASCII.closeBrace, ASCII.closeBracket:
        guard let expected = closing.popLast() else { return byte == outer ? at : nil }
        guard byte == expected else { return nil }
      case ASCII.comma where closing.isEmpty: return at
      default: break
      }
      at += 1
    }
    return nil
  }
}
