package import EventLog

/// Reads the newest records of partitions. Reading blocks.
package enum JournalTail {
  /// Offsets that are looked at first, from the end.
  private static let firstStretch: Int64 = 64

  /// The newest committed journal record of a lane; `nil` if it has none.
  package static func newest(
    _ journal: TopicPartition, _ reader: any PartitionReader, patience: Duration
  ) throws -> JournalRecord? {
    let bounds = try reader.bounds([journal])[journal]
    guard let newest = try committed(journal, within: bounds, reader, patience: patience) else { return nil }
    return try LogError.decoding(journal) { try JournalRecord(decoding: newest.bytes) }
  }

  /// The newest committed record with a value, at or below which no transaction is open. Offsets near the end may belong to
  /// transaction markers or aborted batches, so the stretch that is searched grows until a record turns up.
  static func committed(
    _ partition: TopicPartition, within bounds: PartitionBounds?, _ reader: any PartitionReader,
    patience: Duration
  ) throws -> (bytes: [UInt8], offset: RecordOffset)? {
    guard let bounds, bounds.earliest < bounds.end else { return nil }
    var stretch = firstStretch
    while true {
      let from = max(bounds.end.value - stretch, bounds.earliest.value)
      var newest: (bytes: [UInt8], offset: RecordOffset)?
      try reader.read(partition, from: NextOffset(from), to: bounds.end, patience: patience) { chunk in
        if let entry = chunk.entries.last(where: { $0.value != nil }), let value = chunk.copy(entry.value) {
          newest = (value, entry.offset)
        }
        return true
      }
      if let newest { return newest }
      if from == bounds.earliest.value { return nil }
      stretch *= 4
    }
  }
}
