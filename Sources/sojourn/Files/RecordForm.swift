import Bytes

/// How records are in a text: a line each, or as JSON that goes over lines.
enum RecordForm: Equatable {
  /// A record a line.
  case lines
  /// Objects over several lines, or the elements of an array.
  case values

  /// What the start of a text says.
  ///
  /// Lines, unless it begins with an array, or with an object that the first line leaves open and the second
  /// continues. So a line that was cut off does not make one record of a whole file of lines.
  ///
  /// - Parameter isWhole: whether nothing follows, or no more than this may be looked at.
  /// - Returns: `nil` if more has to be read to know.
  init?(_ start: some Collection<UInt8>, isWhole: Bool) {
    var open: [UInt8] = []
    var isArray = false
    var isClosed = false
    var isInString = false
    var isEscaped = false
    var isPastLine = false
    // The last byte that was no blank.
    var last: UInt8 = 0
    for byte in start {
      if isInString {
        if byte == ASCII.newline {
          // A string that a line end breaks is no JSON, whatever follows.
          self = .lines
          return
        }
        if isEscaped {
          isEscaped = false
        } else if byte == ASCII.backslash {
          isEscaped = true
        } else if byte == ASCII.quote {
          isInString = false
        }
        continue
      }
      if byte == ASCII.newline, !open.isEmpty { isPastLine = true }
      if byte == ASCII.space || byte == ASCII.tab || byte == ASCII.newline || byte == ASCII.carriageReturn {
        continue
      }
      if isClosed {
        // Behind an array: objects on lines of their own speak of lines, of which the first is a wrong one.
        self = byte == ASCII.openBrace ? .lines : .values
        return
      }
      if isPastLine {
        self = RecordForm.continues(open.last ?? 0, after: last, with: byte) ? .values : .lines
        return
      }
      last = byte
      switch byte {
      case ASCII.openBracket, ASCII.openBrace:
        if open.isEmpty { isArray = byte == ASCII.openBracket }
        open.append(byte)
      case ASCII.closeBracket, ASCII.closeBrace: _ = open.popLast()
      case ASCII.quote: isInString = true
      default: break
      }
      if open.isEmpty {
        guard isArray else {
          self = .lines
          return
        }
        isClosed = true
      }
    }
    guard isWhole else { return nil }
    self = isArray && (isClosed || isPastLine || open == [ASCII.openBracket]) ? .values : .lines
  }

  /// Whether a line that ends with `last` inside of an open bracket may go on with `next` in the line below.
  private static func continues(_ bracket: UInt8, after last: UInt8, with next: UInt8) -> Bool {
    switch last {
    case ASCII.openBrace: next == ASCII.quote || next == ASCII.closeBrace
    case ASCII.comma where bracket == ASCII.openBrace: next == ASCII.quote
    case ASCII.openBracket, ASCII.comma, ASCII.colon: next != ASCII.comma && next != ASCII.colon
    default:
      next == ASCII.comma || next == ASCII.closeBrace || next == ASCII.closeBracket || next == ASCII.colon
    }
  }
}
