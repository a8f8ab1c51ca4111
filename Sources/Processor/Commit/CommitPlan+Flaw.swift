package import EventLog
package import JourneyModel
package import WireFormat

/// What has to hold of a transaction.
extension CommitPlan {
  /// What is wrong with the plan; `nil` if nothing is.
  ///
  /// - Parameters:
  ///   - lanes: the worker's lanes.
  ///   - topics: the topics that each of them reads.
  ///   - journals: what the lanes that take part have journalled.
  ///   - committed: the positions that are known to be committed.
  package func flaw(
    lanes: some Sequence<LaneNumber>, topics: [String], journals: [JournalRecord],
    committed: [TopicPartition: NextOffset]
  ) -> String? {
    for lane in lanes {
      for topic in topics where positions[TopicPartition(topic, lane: lane)] == nil {
        // A stale owner would not be fenced by it.
        return "it leaves out \(TopicPartition(topic, lane: lane))"
      }
    }
    for (partition, position) in positions {
      if let before = committed[partition], position < before {
        return "\(partition) goes back from \(before) to \(position)"
      }
    }
    for journal in journals {
      for (topic, range) in journal.ranges {
        // The next restore compares them.
        guard positions[TopicPartition(topic, lane: journal.lane)]?.value == range.upperBound else {
          return "the journal of lane \(journal.lane) ends \(topic) at \(range.upperBound), its position is "
            + (positions[TopicPartition(topic, lane: journal.lane)]?.description ?? "none")
        }
      }
    }
    return nil
  }
}
