package import EventLog
package import WireFormat

/// Reads the newest records of partitions. Reading blocks.
package enum JournalTail {
  /// The newest committed journal record of a lane; `nil` if it has none.
  package static func newest(
    _ journal: TopicPartition, _ reader: any PartitionReader, patience: Duration
  ) throws -> JournalRecord? {
    let bounds = try reader.bounds([journal])[journal]
    guard let newest = try reader.newestCommitted(journal, within: bounds, patience: patience) else {
      return nil
    }
    return try LogError.decoding(journal) { try JournalRecord(decoding: newest.bytes) }
  }
}
