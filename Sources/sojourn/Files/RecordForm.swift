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
        if byte == 0x0a {
          // A string that a line end breaks is no JSON, whatever follows.
          self = .lines
          return
        }
        if isEscaped {
          isEscaped = false
        } else if byte == 0x5c {
          isEscaped = true
        } else if byte == 0x22 {
          isInString = false
        }
        continue
      }
      if byte == 0x0a, !open.isEmpty { isPastLine = true }
      if byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { continue }
      if isClosed {
        // Behind an array: objects on lines of their own speak of lines, of which the first is a wrong one.
        self = byte == 0x7b ? .lines : .values
        return
      }
      if isPastLine {
        self = RecordForm.continues(open.last ?? 0, after: last, with: byte) ? .values : .lines
        return
      }
      last = byte
      switch byte {
      case 0x5b, 0x7b:
        if open.isEmpty { isArray = byte == 0x5b }
        open.append(byte)
      case 0x5d, 0x7d: _ = open.popLast()
      case 0x22: isInString = true
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
    self = isArray && (isClosed || isPastLine || open == [0x5b]) ? .values : .lines
  }

  /// Whether a line that ends with `last` inside of an open bracket may go on with `next` in the line below.
  private static func continues(_ bracket: UInt8, after last: UInt8, with next: UInt8) -> Bool {
    switch last {
    case 0x7b: next == 0x22 || next == 0x7d
    case 0x2c where bracket == 0x7b: next == 0x22
    case 0x5b, 0x2c, 0x3a: next != 0x2c && next != 0x3a
    default: next == 0x2c || next == 0x7d || next == 0x5d || next == 0x3a
    }
  }
}
