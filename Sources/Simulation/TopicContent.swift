internal import EventLog
internal import SimulatedLog

extension SimulatedLog {
  /// One committed record.
  struct CommittedRecord {
    var offset: RecordOffset
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [UInt8]?
  }

  /// The committed records of a partition below its last stable offset, as any subscriber saw them: those
  /// that retention has removed since are among them.
  func committedRecords(_ partition: TopicPartition) throws -> [CommittedRecord] {
    let reader = try makeReader()
    defer { reader.close() }
    guard let bounds = try reader.bounds([partition])[partition] else { return [] }
    let end = min(bounds.end, try lastStableOffset(partition))
    var records = try removedRecords(partition).map {
      CommittedRecord(
        offset: $0.offset, key: $0.stored.key, value: $0.stored.value, headers: $0.stored.headers)
    }
    try reader.read(partition, from: bounds.earliest, to: end, patience: .zero) { chunk in
      for entry in chunk.entries {
        records.append(
          CommittedRecord(
            offset: entry.offset, key: chunk.copy(entry.key), value: chunk.copy(entry.value),
            headers: chunk.copy(entry.headers)))
      }
      return true
    }
    return records
  }
}
