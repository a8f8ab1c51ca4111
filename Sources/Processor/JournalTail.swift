package import EventLog

/// Reads how far lanes have come from their journals. Reading blocks.
package enum JournalTail {
  /// The newest committed journal record of a lane; `nil` if it has none.
  ///
  /// Offsets near the end may belong to transaction markers or aborted batches, so the stretch that is searched grows until a record
  /// turns up.
  package static func newest(
    _ journal: TopicPartition, _ reader: any PartitionReader, patience: Duration
  ) throws -> JournalRecord? {
    guard let bounds = try reader.bounds([journal])[journal], bounds.earliest < bounds.end else { return nil }
    var stretch: Int64 = 8
    while true {
      let from = max(bounds.end.value - stretch, bounds.earliest.value)
      var newest: [UInt8]?
      try reader.read(journal, from: NextOffset(from), to: bounds.end, patience: patience) { chunk in
        if let value = chunk.entries.last(where: { $0.value != nil })?.value { newest = chunk.copy(value) }
        return true
      }
      if let newest { return try LogError.decoding(journal) { try JournalRecord(decoding: newest) } }
      if from == bounds.earliest.value { return nil }
      stretch *= 8
    }
  }
}
