internal import EventLog
internal import JourneyModel
internal import Processor
internal import SimulatedLog
internal import WireFormat

/// One owner a lane, no loss, no duplicate, as far as the journal shows: every lane's batches follow each
/// other without a gap, in sequence and in every input topic, and the last one ends where the group's offsets
/// are.
enum JournalCheck {
  /// - Returns: the journal of each lane.
  static func run(_ run: SimulationRun) throws -> [[JournalRecord]] {
    let lanes = run.settings.lanes
    let committed = run.log.committedOffsets(group: Simulation.group)
    var journals: [[JournalRecord]] = []
    for lane in LaneNumber.all(of: lanes.partitions) {
      var journal: [JournalRecord] = []
      var ends: [String: Int64] = [:]
      for stored in try run.log.committedRecords(TopicPartition(lanes.topics.journal, lane: lane)) {
        guard let value = stored.value else { continue }
        let record = try JournalRecord(decoding: value)
        let place = "lane \(lane), journal offset \(stored.offset), sequence \(record.sequence)"
        if record.sequence.value != journal.count + 1 {
          run.violate("\(place): follows sequence \(journal.count)")
        }
        for (topic, range) in record.ranges.sorted(by: { $0.key < $1.key }) {
          let end = ends[topic, default: 0]
          if let lost = record.lost[topic] {
            // Only a broker removes what nobody has read, and only from the inputs.
            if lost != end..<max(end, range.lowerBound) || run.log.retainsInputs
              || topic == lanes.topics.routed
            {
              run.violate("\(place): \(topic) says that \(lost) is lost, the batch before ended at \(end)")
            }
          } else if range.lowerBound != end {
            run.violate(
              "\(place): \(topic) starts at \(range.lowerBound), the batch before ended at \(ends[topic, default: 0])"
            )
          }
          ends[topic] = range.upperBound
        }
        let counts = record.counts
        if counts.read != counts.applied + counts.duplicates + counts.rejected + counts.ignored
          + counts.routed + counts.messages + counts.commands
        {
          run.violate("\(place): \(counts.read) read, but \(counts)")
        }
        journal.append(record)
      }
      for topic in lanes.topics.consumed {
        let partition = TopicPartition(topic, lane: lane)
        let stored = committed[partition]?.value ?? 0
        if stored != ends[topic, default: 0] {
          run.violate(
            "\(partition): the group's offset is \(stored), the journal ends at \(ends[topic, default: 0])")
        }
        if let last = run.log.lastRecord(partition), last.value >= stored {
          run.violate("\(partition): the last record \(last) was never taken, the offset is \(stored)")
        }
      }
      journals.append(journal)
    }
    return journals
  }
}
