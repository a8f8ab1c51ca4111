internal import EventLog
internal import Processor
internal import SimulatedLog

/// Readers of committed records never see a part of a batch: whenever one looks, what it sees of a lane's topics belongs to
/// the same batches.
///
/// Except while a transaction that nobody has ended yet, such as that of a process that hangs, holds one of the topics
/// back: of each partition a reader sees what is below the first open transaction there, and others may have committed since.
enum AtomicityCheck {
  /// What was to be seen at one moment, by lane.
  struct Glance {
    struct Lane {
      var batches: Int
      var redo: Int
      var rejected: Int
    }
    /// `nil` for a lane of which something is held back.
    var lanes: [Lane?]
  }

  static func glance(at log: SimulatedLog, _ settings: LaneSettings) throws -> Glance {
    let topics = settings.topics
    return Glance(
      lanes: try (0..<settings.partitions).map { lane in
        let partitions = [topics.journal, topics.redo, topics.rejected].map { TopicPartition($0, lane) }
        if try partitions.contains(where: { try isHeldBack($0, log) }) { return nil }
        let counts = try partitions.map { try log.committedRecords($0).count }
        return Glance.Lane(batches: counts[0], redo: counts[1], rejected: counts[2])
      })
  }

  private static func isHeldBack(_ partition: TopicPartition, _ log: SimulatedLog) throws -> Bool {
    guard let last = log.lastRecord(partition) else { return false }
    return try log.lastStableOffset(partition).value <= last.value
  }

  static func run(_ run: SimulationRun, _ glances: [Glance], _ journals: [[JournalRecord]]) throws {
    let topics = run.settings.lanes.topics
    for (lane, journal) in journals.enumerated() {
      var redoUpTo = [0]
      var rejectedUpTo = [0]
      var bySequence: [Int: Int] = [:]
      for record in try run.log.committedRecords(TopicPartition(topics.redo, Int32(lane))) {
        guard let value = record.value else { continue }
        bySequence[try LaneMachine.redoSequence(of: value), default: 0] += 1
      }
      for record in journal {
        redoUpTo.append((redoUpTo.last ?? 0) + (bySequence[record.sequence] ?? 0))
        rejectedUpTo.append((rejectedUpTo.last ?? 0) + record.counts.rejected)
      }
      for (number, glance) in glances.enumerated() {
        guard let seen = glance.lanes[lane] else { continue }
        run.count(.seenByReader)
        guard seen.batches < redoUpTo.count else {
          run.violate(
            "lane \(lane), glance \(number): \(seen.batches) batches seen, \(journal.count) at the end")
          continue
        }
        if seen.redo != redoUpTo[seen.batches] || seen.rejected != rejectedUpTo[seen.batches] {
          run.violate(
            "lane \(lane), glance \(number): with \(seen.batches) batches \(seen.redo) redo and \(seen.rejected) rejected records were visible, not \(redoUpTo[seen.batches]) and \(rejectedUpTo[seen.batches])"
          )
        }
      }
    }
  }
}
