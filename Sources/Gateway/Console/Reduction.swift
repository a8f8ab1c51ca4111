internal import Bytes

/// The console's files as they are sent: without comments, and without white space that only their readers
/// need. What is written stays as it is written, and nothing has to be built.
enum Reduction {
  // MARK: Scripts

  /// A script that has the same pieces in the same order; one that cannot be told apart is left as it is.
  static func script(_ source: [UInt8]) -> [UInt8] {
    guard let tokens = ScriptToken.tokens(of: source) else { return source }
    var reduced: [UInt8] = []
    var before: ScriptToken?
    var (isApart, hasBreak) = (false, false)
    for token in tokens {
      guard !token.isBetween else {
        (isApart, hasBreak) = (true, hasBreak || token.hasBreak)
        continue
      }
      if let before, isApart, let byte = between(before, token, hasBreak: hasBreak) { reduced.append(byte) }
      reduced += token.bytes
      before = token
      (isApart, hasBreak) = (false, false)
    }
    return pieces(of: reduced) == tokens.filter { !$0.isBetween } ? reduced : source
  }

  /// What a script consists of, but for what is between.
  static func pieces(of script: [UInt8]) -> [ScriptToken]? {
    ScriptToken.tokens(of: script)?.filter { !$0.isBetween }
  }

  /// What has to stay between two pieces that were apart.
  ///
  /// The end of a line ends a statement unless what is before it or what follows wants more.
  private static func between(_ first: ScriptToken, _ second: ScriptToken, hasBreak: Bool) -> UInt8? {
    let wantsMore = first.kind == .mark && !first.isMark([")", "]", "}", "++", "--"])
    let goesOn = second.isMark([")", "]", "}", ".", "?.", "?", ":", ",", ";", "&&", "||", "??", "="])
    if hasBreak, !wantsMore, !goesOn { return ASCII.newline }
    switch (first.kind, second.kind) {
    case (.word, .word), (.word, .number), (.number, .word), (.number, .number): return ASCII.space
    case (.regularExpression, .word), (.regularExpression, .number): return ASCII.space
    case (.number, .mark): return second.bytes.first == ASCII.point ? ASCII.space : nil
    case (.mark, .number):
      let beginsWithPoint = second.bytes.first == ASCII.point
      return first.bytes.last == ASCII.point || first.isMark(["?"]) && beginsWithPoint ? ASCII.space : nil
    case (.mark, .mark), (.mark, .regularExpression):
      return ScriptReader.wouldMerge(first.bytes, second.bytes) ? ASCII.space : nil
    default: return nil
    }
  }

  // MARK: Style sheets

  /// A style sheet with the same rules: comments and line ends go, blanks stay where they mean something. One
  /// with a comment between two words that no blank parts is left as it is.
  static func sheet(_ source: [UInt8]) -> [UInt8] {
    var reduced: [UInt8] = []
    var isApart = false
    var index = 0
    func append(_ bytes: ArraySlice<UInt8>) {
      if isApart, let last = reduced.last, let first = bytes.first, !noneAfter.contains(last),
        !noneBefore.contains(first)
      {
        reduced.append(ASCII.space)
      }
      isApart = false
      // Between a block's declarations, and not behind the last one.
      if bytes.first == ASCII.closeBrace, reduced.last == ASCII.semicolon,
        reduced.dropLast().last != ASCII.backslash
      {
        reduced.removeLast()
      }
      reduced += bytes
      index += bytes.count
    }
    while index < source.count {
      let byte = source[index]
      switch byte {
      case ASCII.space, ASCII.tab, ASCII.newline, ASCII.carriageReturn:
        isApart = true
        index += 1
      case ASCII.slash where index + 1 < source.count && source[index + 1] == 0x2a:
        guard let end = endOfComment(source, index), isApart || reduced.isEmpty || endsLine(source, end)
        else {
          return source
        }
        isApart = true
        index = end
      case ASCII.quote, 0x27:
        guard let end = endOfString(source, index) else { return source }
        append(source[index..<end])
      case ASCII.backslash: append(source[index..<min(index + 2, source.count)])
      default: append(source[index...index])
      }
    }
    return reduced
  }

  /// Marks after which, and before which, a blank says nothing: none ends or begins a compound selector.
  private static let noneAfter = Set("{};,:(>".utf8)
  private static let noneBefore = Set("{};,)>".utf8)

  private static func endsLine(_ sheet: [UInt8], _ end: Int) -> Bool {
    end == sheet.count || sheet[end] == ASCII.newline
  }

  private static func endOfComment(_ sheet: [UInt8], _ start: Int) -> Int? {
    var index = start + 2
    while index + 1 < sheet.count {
      if sheet[index] == 0x2a, sheet[index + 1] == ASCII.slash { return index + 2 }
      index += 1
    }
    return nil
  }

  private static func endOfString(_ sheet: [UInt8], _ start: Int) -> Int? {
    var index = start + 1
    while index < sheet.count {
      if sheet[index] == sheet[start] { return index + 1 }
      index += sheet[index] == ASCII.backslash ? 2 : 1
    }
    return nil
  }
}
