internal import JourneyModel
internal import WireFormat

/// What became of records lately, by the time at which their batches were taken. Pure and bounded.
package struct BatchHistory: Sendable, Hashable {
  /// Seconds that are counted together.
  package static let intervalSeconds = 5
  /// Intervals that are kept: 15 minutes.
  package static let maxIntervals = 180
  /// Sources that are counted apart; the others share one, `other`.
  package static let maxSources = 100

  /// One interval.
  package struct Interval: Sendable, Hashable {
    /// When it began, in milliseconds since 1970-01-01T00:00:00Z.
    package var start: Int64
    package var read = 0
    package var applied = 0
    package var duplicates = 0
    package var rejected = 0
    package var ignored = 0
    package var routed = 0
    /// Applied events by the source that sent them.
    package var sources: [String: Int] = [:]

    init(start: Int64) { self.start = start }
  }

  /// The oldest first; none for a time in which no batch was taken.
  package private(set) var intervals: [Interval] = []

  package init() {}

  /// Counts a batch.
  mutating func note(_ record: JournalRecord) {
    let width = Int64(BatchHistory.intervalSeconds) * 1_000
    let start = record.takenAt.milliseconds / width * width
    var place = intervals.count
    while place > 0, intervals[place - 1].start > start { place -= 1 }
    if place == 0 || intervals[place - 1].start < start {
      // Lanes are read one after the other, so a batch may be older than what is there; not than all of it.
      guard place > 0 || intervals.count < BatchHistory.maxIntervals else { return }
      intervals.insert(Interval(start: start), at: place)
      if intervals.count > BatchHistory.maxIntervals { intervals.removeFirst() } else { place += 1 }
      return note(record.counts, record.usage, at: max(0, place - 1))
    }
    note(record.counts, record.usage, at: place - 1)
  }

  private mutating func note(_ counts: BatchCounts, _ usage: UsageCounts, at place: Int) {
    intervals[place].read += counts.read
    intervals[place].applied += counts.applied
    intervals[place].duplicates += counts.duplicates
    intervals[place].rejected += counts.rejected
    intervals[place].ignored += counts.ignored
    intervals[place].routed += counts.routed
    for (source, streams) in usage.counts {
      let events = streams.values.reduce(0) { $0 + $1.events }
      let isTold =
        intervals[place].sources[source] != nil
        || intervals[place].sources.count < BatchHistory.maxSources
      intervals[place].sources[isTold ? source : "other", default: 0] += events
    }
  }

  /// The intervals that began at a time or later.
  package func since(_ time: Int64) -> [Interval] { intervals.filter { $0.start >= time } }
}
