internal import GRDB

/// The texts that one transaction changes, written at its end: each session's once and in the order of rows.
/// The index gathers what comes in that order, and writes a piece of its own for every row that does not.
final class TextNotes {
  private struct Note {
    /// Whether the index had the row before.
    var isKnown: Bool
    /// What it has to have; `nil` for nothing.
    var text: SnapshotFacts.SearchText?
  }

  private var notes: [Int64: Note] = [:]

  /// - Parameter isKnown: whether the session had a row, as far as the caller knows.
  func note(_ text: SnapshotFacts.SearchText?, at number: Int64, isKnown: Bool) {
    notes[number] = Note(isKnown: notes[number]?.isKnown ?? isKnown, text: text)
  }

  func write(_ database: Database) throws {
    for (number, note) in notes.sorted(by: { $0.key < $1.key }) {
      if note.isKnown {
        try database.cachedStatement(sql: "DELETE FROM search WHERE rowid = ?").execute(arguments: [number])
      }
      guard let text = note.text else { continue }
      try database.cachedStatement(
        sql: "INSERT INTO search (rowid, ids, events, attributes) VALUES (?, ?, ?, ?)"
      ).execute(arguments: [number, text.ids, text.events, text.attributes])
    }
    notes = [:]
  }
}
