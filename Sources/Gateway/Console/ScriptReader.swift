internal import Bytes

/// Takes a script apart.
struct ScriptReader {
  /// Templates within templates; none of ours has more than one.
  static let maxDepth = 8

  private let script: ArraySlice<UInt8>
  private var position: Int
  private(set) var tokens: [ScriptToken] = []
  /// The newest piece that is not between others.
  private var newest: ScriptToken?
  /// For each round bracket that is open, whether a condition is in it, after which a statement begins.
  private var brackets: [Bool] = []
  private var endsCondition = false
  private let depth: Int

  init(_ script: ArraySlice<UInt8>, depth: Int = 0) {
    (self.script, self.depth) = (script, depth)
    position = script.startIndex
  }

  /// Marks of more than one byte; each is read as long as it can be.
  private static let marks = Set(
    [
      "...", "=>", "==", "===", "!=", "!==", "<=", ">=", "&&", "||", "??", "&&=", "||=", "??=", "?.", "++",
      "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "**", "**=", "<<", ">>", ">>>", "<<=", ">>=",
      ">>>=",
    ].map { Array($0.utf8) })
  /// Words after which no value has ended, so that a slash begins a regular expression.
  private static let unfinished = [
    "return", "typeof", "case", "do", "else", "in", "instanceof", "of", "void", "delete", "throw", "new",
    "await", "yield",
  ]

  /// Whether these two would be one mark, or begin a comment, with nothing between them.
  static func wouldMerge(_ first: ArraySlice<UInt8>, _ second: ArraySlice<UInt8>) -> Bool {
    guard let next = second.first else { return false }
    let both = Array(first) + [next]
    return both == [ASCII.slash, ASCII.slash] || both == [ASCII.slash, 0x2a]
      || marks.contains { $0.starts(with: both) }
  }

  /// - Parameter inBraces: whether it ends before the brace that closes what is open already.
  mutating func read(inBraces: Bool = false) -> Bool {
    var braces = 0
    while let byte = peek() {
      if inBraces, byte == ASCII.closeBrace, braces == 0 { return true }
      let start = position
      guard let kind = step(byte) else { return false }
      let token = ScriptToken(kind: kind, bytes: script[start..<position])
      tokens.append(token)
      guard !token.isBetween else { continue }
      if token.isMark(["{"]) { braces += 1 }
      if token.isMark(["}"]) { braces -= 1 }
      note(token)
    }
    return !inBraces
  }

  private mutating func note(_ token: ScriptToken) {
    if token.isMark(["("]) { brackets.append(newest?.isWord(["if", "while", "for", "with"]) == true) }
    endsCondition = token.isMark([")"]) && brackets.popLast() == true
    newest = token
  }

  private func peek(_ after: Int = 0) -> UInt8? {
    position + after < script.endIndex ? script[position + after] : nil
  }

  /// Goes over one piece; `nil` if it cannot be told where it ends.
  private mutating func step(_ byte: UInt8) -> ScriptToken.Kind? {
    switch byte {
    case ASCII.space, ASCII.tab, ASCII.newline, ASCII.carriageReturn:
      skip { [ASCII.space, ASCII.tab, ASCII.newline, ASCII.carriageReturn].contains($0) }
      return .blank
    case ASCII.slash where peek(1) == ASCII.slash:
      skip { $0 != ASCII.newline }
      return .comment
    case ASCII.slash where peek(1) == 0x2a: return skipComment() ? .comment : nil
    case ASCII.quote, 0x27: return skipText(byte) ? .text : nil
    case 0x60: return skipTemplate() ? .text : nil
    case ASCII.digits:
      skipNumber()
      return .number
    case ASCII.point where peek(1).map(ASCII.digits.contains) == true:
      skipNumber()
      return .number
    case ASCII.slash: return skipSlash()
    case _ where ScriptReader.isOfWord(byte):
      skip(while: ScriptReader.isOfWord)
      return .word
    default:
      skipMark()
      return .mark
    }
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    ASCII.digits.contains(byte) || ASCII.capitals.contains(byte) || ASCII.smallLetters.contains(byte)
      || byte == ASCII.underscore || byte == 0x24 || byte == ASCII.backslash || byte >= 0x80
  }

  private mutating func skip(while isOfIt: (UInt8) -> Bool) {
    while let byte = peek(), isOfIt(byte) { position += 1 }
  }

  private mutating func skipComment() -> Bool {
    position += 2
    while let byte = peek() {
      position += 1
      guard byte == 0x2a, peek() == ASCII.slash else { continue }
      position += 1
      return true
    }
    return false
  }

  private mutating func skipText(_ quote: UInt8) -> Bool {
    position += 1
    while let byte = peek(), byte != ASCII.newline {
      position += byte == ASCII.backslash ? 2 : 1
      if byte == quote { return true }
    }
    return false
  }

  private mutating func skipTemplate() -> Bool {
    position += 1
    while let byte = peek() {
      position += byte == ASCII.backslash ? 2 : 1
      if byte == 0x60 { return true }
      guard byte == 0x24, peek() == ASCII.openBrace else { continue }
      guard depth < ScriptReader.maxDepth else { return false }
      var inner = ScriptReader(script[(position + 1)...], depth: depth + 1)
      guard inner.read(inBraces: true) else { return false }
      position = inner.position + 1
    }
    return false
  }

  private mutating func skipNumber() {
    let isHexadecimal = peek() == ASCII.zero && [0x58, 0x78].contains(peek(1))
    while let byte = peek(), ScriptReader.isOfWord(byte) || byte == ASCII.point {
      position += 1
      let isExponent = !isHexadecimal && (byte == 0x45 || byte == 0x65)
      if isExponent, let sign = peek(), sign == ASCII.plus || sign == ASCII.hyphen { position += 1 }
    }
  }

  /// A division, or a regular expression, by what is before it.
  private mutating func skipSlash() -> ScriptToken.Kind? {
    let divides: Bool
    switch newest?.kind {
    case nil: divides = false
    case .word: divides = newest?.isWord(ScriptReader.unfinished) == false
    case .mark where newest?.isMark(["}"]) == true: return nil
    case .mark: divides = newest?.isMark([")", "]"]) == true && !endsCondition
    default: divides = true
    }
    guard !divides else {
      skipMark()
      return .mark
    }
    var isInSet = false
    position += 1
    while let byte = peek(), byte != ASCII.newline {
      position += byte == ASCII.backslash ? 2 : 1
      if byte == ASCII.openBracket { isInSet = true }
      if byte == ASCII.closeBracket { isInSet = false }
      guard byte == ASCII.slash, !isInSet else { continue }
      skip(while: ScriptReader.isOfWord)
      return .regularExpression
    }
    return nil
  }

  private mutating func skipMark() {
    let isChoice = peek() == ASCII.question && peek(2).map(ASCII.digits.contains) == true
    for length in stride(from: 4, to: 1, by: -1) where position + length <= script.endIndex {
      guard ScriptReader.marks.contains(Array(script[position..<position + length])) else { continue }
      guard !(isChoice && length == 2 && peek(1) == ASCII.point) else { continue }
      position += length
      return
    }
    position += 1
  }
}
