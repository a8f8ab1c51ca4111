/// Names that are declared in the sources and appear nowhere else.
enum DeadDeclarations {
  private static let keywords: Set = [
    "func", "var", "let", "class", "struct", "enum", "protocol", "typealias", "actor", "case",
  ]

  struct Declaration {
    let name: SourceFile.Name
    /// Whether no other file can use it.
    let isPrivate: Bool
  }

  /// - Parameter except: names that somebody else calls, with the reason.
  static func offences(in files: [SourceFile], except: [String: String]) -> [Offence] {
    var uses: [String: Int] = [:]
    for file in files { for name in file.names { uses[name.text, default: 0] += 1 } }
    return files.filter(\.isSource).flatMap { file in
      let usesHere = file.names.reduce(into: [String: Int]()) { $0[$1.text, default: 0] += 1 }
      return declarations(in: file).filter {
        ($0.isPrivate ? usesHere : uses)[$0.name.text] == 1 && except[$0.name.text] == nil
      }.map { file.offence($0.name.line, "'\($0.name.text)' is declared and never used: remove it") }
    }
  }

  static func declarations(in file: SourceFile) -> [Declaration] {
    file.names.indices.dropLast().compactMap { index in
      guard keywords.contains(file.names[index].text) else { return nil }
      let (keyword, name) = (file.names[index], file.names[index + 1])
      // `let (a, b)`, `class func`, `case .some`: what follows directly must be the name.
      let isNext = keyword.following == name.text.utf8.first || keyword.following == UInt8(ascii: "`")
      guard isNext, keyword.preceding != UInt8(ascii: "."), !keywords.contains(name.text), name.text != "_",
        name.text.utf8.first.map({ !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) ?? false,
        keyword.text != "case" || !isPattern(keyword, in: file)
      else { return nil }
      let modifiers = file.names[max(0, index - 4)..<index].reversed().prefix { $0.line == keyword.line }
      return Declaration(
        name: name, isPrivate: modifiers.contains { ["private", "fileprivate"].contains($0.text) })
    }
  }

  /// Whether a `case` belongs to a `switch`: then a colon ends it, outside of all parentheses.
  private static func isPattern(_ keyword: SourceFile.Name, in file: SourceFile) -> Bool {
    var depth = 0
    let line = file.code[keyword.line - 1]
    for byte in line.utf8 {
      if byte == .openParenthesis { depth += 1 }
      if byte == .closeParenthesis { depth -= 1 }
      if byte == UInt8(ascii: ":"), depth == 0 { return true }
    }
    return false
  }
}
