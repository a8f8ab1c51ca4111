import Foundation

/// One text file of the repository.
struct SourceFile {
  /// Path from the repository's root, with `/`.
  let path: String
  let lines: [String]
  /// The same lines with code alone, and with comments alone. Empty for what is no Swift.
  let code: [String]
  let comments: [String]
  /// Names in the order of the code.
  let names: [Name]

  /// A name, or a keyword, in the code.
  struct Name {
    let text: String
    /// Line, from 1.
    let line: Int
    /// Offset of its first byte in the code.
    let start: Int
    /// The first byte behind it that is no blank; 0 at the end.
    let following: UInt8
    /// The byte before it; 0 at the beginning.
    let preceding: UInt8
  }

  init(path: String, text: String) {
    self.path = path
    lines = text.components(separatedBy: "\n")
    guard path.hasSuffix(".swift") else {
      (code, comments, names) = ([], [], [])
      return
    }
    let source = SourceText(text)
    code = String(decoding: source.code, as: UTF8.self).components(separatedBy: "\n")
    comments = String(decoding: source.comments, as: UTF8.self).components(separatedBy: "\n")
    names = SourceFile.names(of: source.code)
  }

  /// `Sources/<module>/…` or `Tests/<module>/…`; empty elsewhere.
  var module: String {
    let parts = path.split(separator: "/")
    return parts.count > 2 && (parts[0] == "Sources" || parts[0] == "Tests") ? String(parts[1]) : ""
  }

  var isSource: Bool { path.hasPrefix("Sources/") && path.hasSuffix(".swift") }
  var isTest: Bool { path.hasPrefix("Tests/") && path.hasSuffix(".swift") }

  func offence(_ line: Int, _ message: String) -> Offence {
    Offence(path: path, line: line, message: message)
  }

  private static func names(of code: [UInt8]) -> [Name] {
    var names: [Name] = []
    var line = 1
    var at = 0
    while at < code.count {
      let byte = code[at]
      guard byte.isName else {
        if byte == .lineFeed { line += 1 }
        at += 1
        continue
      }
      let start = at
      while at < code.count, code[at].isName { at += 1 }
      var following = at
      while following < code.count, code[following] == .blank || code[following] == .lineFeed {
        following += 1
      }
      names.append(
        Name(
          text: String(decoding: code[start..<at], as: UTF8.self), line: line, start: start,
          following: following < code.count ? code[following] : 0, preceding: start > 0 ? code[start - 1] : 0)
      )
    }
    return names
  }
}
