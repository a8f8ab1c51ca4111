package import EventLog
package import JourneyModel

/// Input that retention removed before the group had read it.
package struct LostInput: Sendable, Hashable {
  /// What to do about it.
  package enum Policy: String, Sendable, CaseIterable {
    /// Stop with the numbers: a person decides.
    case stop
    /// Go on from the earliest record that is left, and journal the gap.
    case earliest
  }

  /// The partition.
  package var partition: TopicPartition
  /// Offsets `[from, to)` that are gone; markers of transactions are among them, so it is at most so many
  /// records.
  package var offsets: Range<Int64>
  /// When the lane committed last: the lost records were written later, or not long before; `nil` if it never
  /// did.
  package var since: EventTime?
  /// When the first record that is left was written; `nil` if none is left.
  package var until: EventTime?
  /// Whether the group had never read the partition: then nothing was promised, and it begins at the earliest
  /// record.
  package var isFirstRead: Bool

  /// Creates a description.
  package init(
    partition: TopicPartition, offsets: Range<Int64>, since: EventTime?, until: EventTime?, isFirstRead: Bool
  ) {
    self.partition = partition
    self.offsets = offsets
    self.since = since
    self.until = until
    self.isFirstRead = isFirstRead
  }

  /// Number of offsets.
  package var count: Int64 { offsets.upperBound - offsets.lowerBound }
}

extension LostInput: CustomStringConvertible {
  /// `web[0]: 150 records, offsets 0 to 149, written after … and before …`.
  package var description: String {
    let times =
      switch (since, until) {
      case (let since?, let until?):
        ", written between \(since.iso8601) (the lane's last commit) and \(until.iso8601) (the first that is left)"
      case (let since?, nil): ", written after \(since.iso8601) (the lane's last commit); none is left"
      case (nil, let until?): ", written before \(until.iso8601) (the first that is left)"
      case (nil, nil): "; none is left"
      }
    return
      "\(partition): \(count) \(count == 1 ? "record" : "records"), offsets \(offsets.lowerBound) to "
      + "\(offsets.upperBound - 1)\(times)"
  }
}

extension LogError {
  /// The code of a stop because input is lost.
  package static let inputLost = "inputLost"

  /// Lost input over which a person has to decide.
  ///
  /// - Parameter listed: most partitions that are named; the others are counted.
  static func inputLost(_ lost: [LostInput], listed: Int = 20) -> LogError {
    let total = lost.reduce(0) { $0 + $1.count }
    let named = lost.prefix(listed).map(\.description).joined(separator: "; ")
    let rest = lost.count > listed ? "; and \(lost.count - listed) more partitions" : ""
    return LogError(
      .fatal, code: inputLost,
      "retention removed \(total) records that were not read: \(named)\(rest). "
        + "With lostInput=earliest the processor goes on from the earliest record that is left and journals the gap"
    )
  }
}
