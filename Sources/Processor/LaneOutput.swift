public import EventLog

/// Everything one batch writes; it commits whole or not at all.
public struct LaneOutput: Sendable {
  /// Records for all topics.
  public var records: OutputBatch
  /// The batch's journal record, which also stands in `records`.
  public var journal: JournalRecord
}
