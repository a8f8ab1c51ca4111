internal import Bytes

/// A piece of a script: as much of the language as one has to know to tell white space from what is between
/// quotes.
struct ScriptToken: Equatable, Sendable {
  enum Kind: Sendable {
    case word, number, mark
    /// Within quotes; with all that is in its braces if it is a template.
    case text
    case regularExpression
    case blank, comment
  }

  let kind: Kind
  let bytes: ArraySlice<UInt8>

  /// Whether a reader of the program does without it.
  var isBetween: Bool { kind == .blank || kind == .comment }
  /// Whether a line ends in it.
  var hasBreak: Bool { isBetween && bytes.contains(ASCII.newline) }

  func isMark(_ texts: [String]) -> Bool {
    kind == .mark && texts.contains { bytes.elementsEqual($0.utf8) }
  }

  func isWord(_ texts: [String]) -> Bool {
    kind == .word && texts.contains { bytes.elementsEqual($0.utf8) }
  }

  /// - Returns: the script in pieces, all bytes of it; `nil` for one that cannot be told apart for certain:
  ///   something has no end, or after a `}` stands what could begin a regular expression as well as divide.
  static func tokens(of script: [UInt8]) -> [ScriptToken]? {
    var reader = ScriptReader(script[...])
    return reader.read() ? reader.tokens : nil
  }
}
