package import EventLog
package import JourneyModel
package import WireFormat

/// Everything one batch writes; it commits whole or not at all.
package struct LaneOutput: Sendable {
  /// Records for all topics.
  package var records: OutputBatch
  /// The batch's journal record, which also is in `records`.
  package var journal: JournalRecord
  /// When each stream's next timer may be due.
  package var nextTimers: StreamTimes
  /// The batch's time for each stream that had events of this lane in it.
  package var ownInput = StreamTimes()
  /// Whether values that were due for `state` had to stay behind: there is room for only so many in a batch.
  var isBehind = false
  /// Number of sessions held afterwards.
  package var sessionCount: Int
  /// Where they are.
  package var residency: ResidencyReport
  /// Records read and rejected, by topic.
  package var rejections = RejectionCounts()
  /// Snapshots that leave something out, because they would exceed `maxSnapshotBytes`.
  package var shortenedSnapshots = 0
  /// What rules gave.
  package var derived = DerivedCounts()
  /// The lane's file, if this batch completed one: visible only after the batch has committed.
  var file: LaneFileOutcome?
}
