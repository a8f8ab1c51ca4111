internal import GRDB

/// The texts that one transaction changes, written at its end: each session's once and in the order of rows.
/// The index gathers what comes in that order, and writes a piece of its own for every row that does not.
///
/// Texts mostly grow by a line: that line alone is written, in a row behind those that are there.
final class TextNotes {
  private struct Note {
    /// Whether the index had rows of it before.
    var isKnown: Bool
    /// What it has to have; `nil` for nothing.
    var text: SnapshotFacts.SearchText?
  }

  private var notes: [Int64: Note] = [:]

  /// - Parameter isKnown: whether the session had rows, as far as the caller knows.
  func note(_ text: SnapshotFacts.SearchText?, at number: Int64, isKnown: Bool) {
    notes[number] = Note(isKnown: notes[number]?.isKnown ?? isKnown, text: text)
  }

  func write(_ database: Database) throws {
    for (number, note) in notes.sorted(by: { $0.key < $1.key }) {
      guard note.isKnown else {
        if let text = note.text { try TextNotes.insert(text, at: number, database) }
        continue
      }
      guard let text = note.text else {
        try TextNotes.remove(number, database)
        continue
      }
      let (old, rows) = try TextNotes.text(at: number, database)
      if rows < SessionNumber.parts, let more = TextNotes.added(to: old, by: text) {
        if more != SnapshotFacts.SearchText() { try TextNotes.insert(more, at: number + rows, database) }
      } else {
        try TextNotes.remove(number, database)
        try TextNotes.insert(text, at: number, database)
      }
    }
    notes = [:]
  }

  /// What the index has of a session, and in how many rows.
  private static func text(
    at number: Int64, _ database: Database
  ) throws -> (text: SnapshotFacts.SearchText, rows: Int64) {
    let range = SessionNumber.rows(of: number)
    let rows = try Row.fetchAll(
      try database.cachedStatement(
        sql: """
          SELECT ids, events, attributes FROM search WHERE rowid >= ? AND rowid < ? ORDER BY rowid
          """), arguments: [range.lowerBound, range.upperBound])
    func joined(_ column: Int) -> String {
      rows.map { $0[column] as String }.filter { !$0.isEmpty }.joined(separator: "\n")
    }
    let text = SnapshotFacts.SearchText(ids: joined(0), events: joined(1), attributes: joined(2))
    return (text, Int64(rows.count))
  }

  /// The lines that a text has behind those of an older one; `nil` if it does not begin with them.
  static func added(
    to old: SnapshotFacts.SearchText, by new: SnapshotFacts.SearchText
  ) -> SnapshotFacts.SearchText? {
    guard let ids = added(to: old.ids, by: new.ids), let events = added(to: old.events, by: new.events),
      let attributes = added(to: old.attributes, by: new.attributes)
    else { return nil }
    return SnapshotFacts.SearchText(ids: ids, events: events, attributes: attributes)
  }

  private static func added(to old: String, by new: String) -> String? {
    if old.isEmpty { return new }
    guard new.utf8.starts(with: old.utf8) else { return nil }
    let rest = new.utf8.dropFirst(old.utf8.count)
    guard let first = rest.first else { return "" }
    return first == 0x0a ? String(rest.dropFirst()) : nil
  }

  private static func insert(
    _ text: SnapshotFacts.SearchText, at row: Int64, _ database: Database
  ) throws {
    try database.cachedStatement(
      sql: "INSERT INTO search (rowid, ids, events, attributes) VALUES (?, ?, ?, ?)"
    ).execute(arguments: [row, text.ids, text.events, text.attributes])
  }

  private static func remove(_ number: Int64, _ database: Database) throws {
    let rows = SessionNumber.rows(of: number)
    try database.cachedStatement(sql: "DELETE FROM search WHERE rowid >= ? AND rowid < ?")
      .execute(arguments: [rows.lowerBound, rows.upperBound])
  }
}
