import Bytes

/// Cuts a text into JSON values: objects behind each other, however many lines they take, and the elements of
/// arrays.
///
/// What is no value is cut out as well, so that it is rejected and not lost. Goes on where it was with each
/// further piece of the text.
struct ValueSplitter {
  /// A value's place in the bytes, and the line on which it begins.
  struct Value: Equatable {
    var start: Int
    var end: Int
    var line: Int64
  }

  private var line: Int64 = 1
  private var depth = 0
  private var isInArray = false
  private var isInString = false
  private var isEscaped = false
  /// Where a value has begun.
  private var start: Int?
  private var startLine: Int64 = 1

  /// The line that the text has come to.
  var currentLine: Int64 { line }

  /// Where the value that has begun is; `nil` between values.
  var openValue: Int? { start }

  /// Says that the bytes were moved: the value that has begun now begins at the first one.
  mutating func moveToStart() { if start != nil { start = 0 } }

  /// Scans on from `from`, and closes what is open if nothing follows.
  mutating func scan(_ bytes: UnsafeRawBufferPointer, from: Int, isAtEnd: Bool) -> [Value] {
    var values: [Value] = []
    for at in from..<max(from, bytes.count) { step(bytes[at], at, &values) }
    if isAtEnd { close(bytes.count, &values) }
    return values
  }

  private mutating func step(_ byte: UInt8, _ at: Int, _ values: inout [Value]) {
    if byte == ASCII.newline {
      line += 1
      // No string goes over a line end: the rest of the text shall not be taken for one.
      isInString = false
      isEscaped = false
    }
    if isInString {
      if isEscaped {
        isEscaped = false
      } else if byte == ASCII.backslash {
        isEscaped = true
      } else if byte == ASCII.quote {
        isInString = false
      }
      return
    }
    switch byte {
    case ASCII.quote:
      begin(at)
      isInString = true
    case ASCII.openBracket where depth == 0 && !isInArray:
      close(at, &values)
      isInArray = true
    case ASCII.openBracket, ASCII.openBrace:
      if depth == 0 { close(at, &values) }
      begin(at)
      depth += 1
    case ASCII.closeBracket, ASCII.closeBrace:
      if depth > 0 {
        depth -= 1
        if depth == 0 { close(at + 1, &values) }
      } else if byte == ASCII.closeBracket, isInArray {
        close(at, &values)
        isInArray = false
      } else {
        begin(at)
      }
    case ASCII.comma where depth == 0 && isInArray: close(at, &values)
    case ASCII.space, ASCII.tab, ASCII.newline, ASCII.carriageReturn:
      if depth == 0 { close(at, &values) }
    default: begin(at)
    }
  }

  private mutating func begin(_ at: Int) {
    guard start == nil else { return }
    start = at
    startLine = line
  }

  private mutating func close(_ end: Int, _ values: inout [Value]) {
    guard let start else { return }
    values.append(Value(start: start, end: end, line: startLine))
    self.start = nil
    depth = 0
  }
}
