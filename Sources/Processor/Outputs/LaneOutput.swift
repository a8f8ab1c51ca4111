public import EventLog
public import JourneyModel

/// Everything one batch writes; it commits whole or not at all.
public struct LaneOutput: Sendable {
  /// Records for all topics.
  public var records: OutputBatch
  /// The batch's journal record, which also stands in `records`.
  public var journal: JournalRecord
  /// When each stream's next timer may be due.
  public var nextTimers: StreamTimes
  /// The batch's time for each stream that had events of this lane in it.
  public var ownInput = StreamTimes()
  /// Number of sessions held afterwards.
  public var sessionCount: Int
  /// Where they are.
  public var residency: ResidencyReport
  /// Records read and rejected, by topic.
  public var rejections = RejectionCounts()
  /// Snapshots that leave something out, because they would exceed `maxSnapshotBytes`.
  public var shortenedSnapshots = 0
  /// What rules gave.
  public var derived = DerivedCounts()
  /// The lane's file, if this batch completed one: visible only after the batch has committed.
  var file: LaneFileOutcome?
}
