package import JourneyModel
package import WireFormat

/// What one transaction did in one lane.
package struct LaneReport: Sendable {
  /// The lane.
  package var lane: LaneNumber
  /// What became of its records.
  package var counts: BatchCounts
  /// Highest admitted event time of each stream that has had an event.
  package var highest: [JourneyModel.Stream: EventTime]
  /// Sessions held afterwards.
  package var sessions: Int
  /// When the next timer may be due; `nil` if none is set.
  package var nextTimer: EventTime?
  /// Where its sessions are.
  package var residency: ResidencyReport

  /// Creates a report.
  package init(
    lane: LaneNumber, counts: BatchCounts = BatchCounts(), highest: [JourneyModel.Stream: EventTime] = [:],
    sessions: Int = 0, nextTimer: EventTime? = nil, residency: ResidencyReport = ResidencyReport()
  ) {
    self.lane = lane
    self.counts = counts
    self.highest = highest
    self.sessions = sessions
    self.nextTimer = nextTimer
    self.residency = residency
  }

  /// The report of a lane's output.
  init(_ lane: LaneNumber, _ output: LaneOutput) {
    self.init(
      lane: lane, counts: output.journal.counts, highest: output.journal.highest,
      sessions: output.sessionCount, nextTimer: output.nextTimers.earliest, residency: output.residency)
  }
}
