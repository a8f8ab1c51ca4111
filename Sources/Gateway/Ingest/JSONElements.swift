internal import Bytes

/// Where the elements of a body lie: an array's elements, the lines of NDJSON, or the body itself.
///
/// It only tells elements apart; whether each is an event is the decoder's business.
enum JSONElements {
  /// The elements of a JSON body: those of an array, or the one value; `nil` if an array does not end where
  /// the body does.
  static func of(_ body: [UInt8]) -> [Range<Int>]? {
    let whole = trimmed(body, 0..<body.count)
    guard let first = whole.first, body[first] == ASCII.openBracket else { return [whole] }
    return array(body, whole)
  }

  /// The lines that are not blank.
  static func lines(_ body: [UInt8]) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = 0
    while start < body.count {
      let end = body[start...].firstIndex(of: ASCII.newline) ?? body.count
      let line = trimmed(body, start..<end)
      if !line.isEmpty { lines.append(line) }
      start = end + 1
    }
    return lines
  }

  private static func array(_ body: [UInt8], _ whole: Range<Int>) -> [Range<Int>]? {
    var elements: [Range<Int>] = []
    var depth = 0
    var start = whole.lowerBound + 1
    var at = whole.lowerBound
    while at < whole.upperBound {
      switch body[at] {
      case ASCII.quote:
        at += 1
        while at < whole.upperBound, body[at] != ASCII.quote { at += body[at] == ASCII.backslash ? 2 : 1 }
      case ASCII.openBracket, ASCII.openBrace: depth += 1
      case ASCII.closeBracket, ASCII.closeBrace:
        depth -= 1
        guard depth == 0 else { break }
        guard body[at] == ASCII.closeBracket, at + 1 == whole.upperBound else { return nil }
        let last = trimmed(body, start..<at)
        if !last.isEmpty || !elements.isEmpty { elements.append(last) }
        return elements
      case ASCII.comma where depth == 1:
        elements.append(trimmed(body, start..<at))
        start = at + 1
      default: break
      }
      at += 1
    }
    return nil
  }

  /// Without the blanks around it, and without the mark that some write before UTF-8.
  private static func trimmed(_ body: [UInt8], _ range: Range<Int>) -> Range<Int> {
    func isBlank(_ byte: UInt8) -> Bool {
      byte == ASCII.space || byte == ASCII.newline || byte == ASCII.carriageReturn || byte == ASCII.tab
    }
    var range = range
    if range.lowerBound == 0, body.starts(with: [0xef, 0xbb, 0xbf]) { range = 3..<max(3, range.upperBound) }
    while let first = range.first, isBlank(body[first]) { range.removeFirst() }
    while let last = range.last, isBlank(body[last]) { range.removeLast() }
    return range
  }
}
