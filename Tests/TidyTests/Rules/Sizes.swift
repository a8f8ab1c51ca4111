/// How wide lines and how long files and functions may be.
enum Sizes {
  static let columns = 110
  static let fileLines = 400
  static let functionLines = 70
  static let readmeLines = 250

  /// Lines with a comment that are too wide. Code is the formatter's affair.
  static func wideComments(in files: [SourceFile]) -> [Offence] {
    files.flatMap { file in
      file.lines.indices.filter { index in
        index < file.comments.count && file.lines[index].utf8.count > columns
          && file.lines[index].count > columns
          && file.comments[index].utf8.contains { $0 != .blank }
      }.map {
        file.offence($0 + 1, "a comment of \(file.lines[$0].count) columns: at most \(columns)")
      }
    }
  }

  /// - Parameter except: the length that a file may have, by path, with the reason.
  static func longFiles(in files: [SourceFile], except: [String: (lines: Int, reason: String)]) -> [Offence] {
    files.compactMap { file in
      let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
      guard count >= (except[file.path]?.lines ?? fileLines) else { return nil }
      return file.offence(
        0, "\(count) lines: under \(except[file.path]?.lines ?? fileLines), so split it by what it decides")
    }
  }

  struct Function {
    let name: String
    let line: Int
    let length: Int
  }

  /// - Parameter except: names of functions as `path name`, with the reason.
  static func longFunctions(in files: [SourceFile], except: [String: String]) -> [Offence] {
    files.flatMap { file in
      functions(of: file).filter { $0.length > functionLines && except["\(file.path) \($0.name)"] == nil }.map
      {
        file.offence(
          $0.line, "\($0.name) has \($0.length) lines: at most \(functionLines), or list it with a reason")
      }
    }
  }

  /// The functions and initializers that have a body, with their lengths from the first to the last line.
  static func functions(of file: SourceFile) -> [Function] {
    let code = Array(file.code.joined(separator: "\n").utf8)
    return file.names.indices.compactMap { index in
      let keyword = file.names[index]
      guard keyword.text == "func" || keyword.text == "init" && keyword.preceding != UInt8(ascii: "."),
        let start = body(after: keyword.start + keyword.text.utf8.count, in: code)
      else { return nil }
      let isNamed = keyword.text == "func" && index + 1 < file.names.count
      return Function(
        name: isNamed ? file.names[index + 1].text : "init", line: keyword.line,
        length: 1 + code[keyword.start..<end(of: start, in: code)].count { $0 == .lineFeed })
    }
  }

  /// Where a function's body begins; `nil` for one that has none.
  private static func body(after start: Int, in code: [UInt8]) -> Int? {
    var depth = 0
    var at = start
    while at < code.count {
      switch code[at] {
      case .openParenthesis, UInt8(ascii: "["): depth += 1
      case .closeParenthesis, UInt8(ascii: "]"): depth -= 1
      case .openBrace where depth == 0: return at
      case .closeBrace where depth == 0: return nil
      case _ where depth == 0 && code[at].isName && !code[at - 1].isName:
        var end = at
        while end < code.count, code[end].isName { end += 1 }
        if endsRequirement.contains(String(decoding: code[at..<end], as: UTF8.self)) { return nil }
        at = end
        continue
      default: break
      }
      at += 1
    }
    return nil
  }

  /// What follows a requirement of a protocol, which has no body.
  private static let endsRequirement: Set = [
    "func", "var", "let", "init", "static", "mutating", "associatedtype", "struct", "class", "enum",
    "extension",
    "protocol", "public", "package", "private", "fileprivate", "internal", "subscript", "deinit",
  ]

  /// Where the brace that opens at `start` closes.
  private static func end(of start: Int, in code: [UInt8]) -> Int {
    var depth = 0
    for index in start..<code.count {
      if code[index] == .openBrace { depth += 1 }
      if code[index] == .closeBrace { depth -= 1 }
      if depth == 0 { return index }
    }
    return code.count
  }
}
