/// What the compiler no longer checks: each use needs a reason beside it, and there may be no more than the
/// table says.
enum UnsafeCode {
  /// `@unchecked Sendable`, `nonisolated(unsafe)` and casts by bits: each needs a comment on its line or
  /// right above.
  static func isMark(_ name: SourceFile.Name) -> Bool {
    switch name.text {
    case "unchecked": name.preceding == UInt8(ascii: "@")
    case "unsafe": name.preceding == .openParenthesis
    case "unsafeBitCast", "unsafeDowncast": true
    default: false
    }
  }

  /// Everything that is counted: the marks, and whatever holds a pointer.
  static func isCounted(_ name: SourceFile.Name) -> Bool {
    isMark(name) || ["Unmanaged", "assumingMemoryBound"].contains(name.text) || name.text.hasPrefix("Unsafe")
      || name.text.hasPrefix("withUnsafe")
  }

  static func withoutReason(in files: [SourceFile]) -> [Offence] {
    files.flatMap { file in
      file.names.filter { isMark($0) && !isExplained($0.line - 1, file) }.map {
        file.offence($0.line, "'\($0.text)' without a reason: say in a comment right above why it is safe")
      }
    }
  }

  /// Whether the line has a comment, or the statement that it is part of has one right above it.
  private static func isExplained(_ line: Int, _ file: SourceFile) -> Bool {
    func hasComment(_ line: Int) -> Bool { file.comments[line].utf8.contains { $0 != .blank } }
    if hasComment(line) { return true }
    // A statement that is broken over several lines, and attributes before a declaration.
    for above in stride(from: line - 1, through: max(0, line - 3), by: -1) {
      if hasComment(above) { return true }
      if file.code[above].utf8.contains(where: { $0 == .closeBrace || $0 == .openBrace }) { return false }
    }
    return false
  }

  /// - Parameter counts: how many a module has.
  static func growth(in files: [SourceFile], counts: [String: Int]) -> [Offence] {
    var found: [String: Int] = [:]
    for file in files where !file.module.isEmpty {
      found[file.module, default: 0] += file.names.count { isCounted($0) }
    }
    return Set(found.keys).union(counts.keys).sorted().compactMap { module in
      let (count, known) = (found[module] ?? 0, counts[module] ?? 0)
      guard count != known else { return nil }
      return Offence(
        path: "Sources/\(module)", line: 0,
        message: "\(count) unsafe names where the table has \(known): "
          + (count > known
            ? "do without, or raise the number and say why in the commit"
            : "lower the number, so that they cannot come back"))
    }
  }
}
