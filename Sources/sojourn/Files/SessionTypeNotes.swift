/// Types of custom sessions that differ by case only: each is a type of its own, which hardly anybody means.
struct SessionTypeNotes {
  /// Most types that are looked at; others are not compared.
  static let maxTypes = 1_000

  private struct Spelling {
    var text: String
    var line: Int64
  }

  /// The first spelling of each type, and the first other one.
  private var found: [String: (first: Spelling, other: Spelling?)] = [:]

  /// Looks at the type of one event.
  mutating func look(at type: String, line: Int64) {
    let plain = type.lowercased()
    guard let known = found[plain] else {
      if found.count < SessionTypeNotes.maxTypes { found[plain] = (Spelling(text: type, line: line), nil) }
      return
    }
    if known.other == nil, known.first.text != type { found[plain]?.other = Spelling(text: type, line: line) }
  }

  /// One text a type, in order of lines.
  var notes: [String] {
    found.values.compactMap { entry in entry.other.map { (entry.first, $0) } }.sorted {
      $0.1.line < $1.1.line
    }
    .map { first, other in
      "\(other.line): note: sessionType '\(other.text)' differs from '\(first.text)' in line \(first.line) by case only: they are two types"
    }
  }
}
