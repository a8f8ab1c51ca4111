/// A batch between its first event and its end.
package struct OpenBatch {
  /// What its journal record will say.
  package var journal: JournalRecord
  /// Digest of the outputs encoded so far.
  package var digest: OutputDigest
  /// Changes encoded so far.
  package var changes: StateChanges
  /// Where snapshots go: index of the topic among the records'.
  package let sessions: Int
  /// Number of sessions encoded so far.
  package var touched = 0
}
