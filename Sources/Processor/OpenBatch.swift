/// A batch between its first event and its end.
struct OpenBatch {
  /// What its journal record will say.
  var journal: JournalRecord
  /// Digest of the outputs encoded so far.
  var digest: OutputDigest
  /// Changes encoded so far.
  var changes: StateChanges
  /// Where snapshots go: index of the topic among the records'.
  let sessions: Int
  /// Number of sessions encoded so far.
  var touched = 0
}
