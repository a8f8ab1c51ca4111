internal import Bytes

/// JSON that was scanned, looked at byte by byte.
enum CompactJSON {
  /// Without the blanks between its tokens.
  static func of(_ json: some Collection<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    walk(json) { byte, isText in if isText || !JSONScanner.isBlank(byte) { result.append(byte) } }
    return result
  }

  /// How many objects and arrays are in each other at most.
  static func depth(_ json: some Collection<UInt8>) -> Int {
    var (depth, deepest) = (0, 0)
    walk(json) { byte, isText in
      guard !isText else { return }
      if byte == ASCII.openBrace || byte == ASCII.openBracket {
        depth += 1
        deepest = max(deepest, depth)
      } else if byte == ASCII.closeBrace || byte == ASCII.closeBracket {
        depth -= 1
      }
    }
    return deepest
  }

  /// Each byte, and whether it is in a text; quotes are.
  private static func walk(_ json: some Collection<UInt8>, _ visit: (UInt8, Bool) -> Void) {
    var isText = false
    var isEscaped = false
    for byte in json {
      visit(byte, isText || byte == ASCII.quote)
      if isEscaped {
        isEscaped = false
      } else if isText, byte == ASCII.backslash {
        isEscaped = true
      } else if byte == ASCII.quote {
        isText.toggle()
      }
    }
  }
}
