public import JourneyModel

/// What one transaction did in one lane.
public struct LaneReport: Sendable {
  /// The lane.
  public var lane: Int32
  /// What became of its records.
  public var counts: BatchCounts
  /// The rejected ones by reason.
  public var rejections: [RejectionReason: Int]
  /// Highest admitted event time of each stream that has had an event.
  public var highest: [JourneyModel.Stream: EventTime]
  /// Sessions held afterwards.
  public var sessions: Int
  /// When the next timer may be due; `nil` if none is set.
  public var nextTimer: EventTime?
  /// Sessions that left memory for the local store.
  public var passivated = 0
  /// Sessions that came back from there.
  public var activated = 0

  /// Creates a report.
  public init(
    lane: Int32, counts: BatchCounts = BatchCounts(), rejections: [RejectionReason: Int] = [:],
    highest: [JourneyModel.Stream: EventTime] = [:], sessions: Int = 0, nextTimer: EventTime? = nil
  ) {
    self.lane = lane
    self.counts = counts
    self.rejections = rejections
    self.highest = highest
    self.sessions = sessions
    self.nextTimer = nextTimer
  }

  /// The report of a lane's output.
  init(_ lane: Int32, _ output: LaneOutput) {
    self.init(
      lane: lane, counts: output.journal.counts, rejections: output.rejections.byReason,
      highest: output.journal.highest, sessions: output.sessionCount, nextTimer: output.nextTimer)
    passivated = output.passivated
    activated = output.activated
  }
}
