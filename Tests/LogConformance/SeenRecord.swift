internal import EventLog

/// A record as it was handed over.
struct SeenRecord: Hashable {
  var source: TopicPartition
  var offset: Int64
  var timestamp: Int64
  var key: [UInt8]?
  var value: [UInt8]?
  var headers: [UInt8]?

  /// The value as text.
  var text: String { value.map { String(decoding: $0, as: UTF8.self) } ?? "(null)" }

  /// Bytes of key, value and headers.
  var size: Int { (key?.count ?? 0) + (value?.count ?? 0) + (headers?.count ?? 0) }

  /// The records of a chunk. Throws if the chunk breaks its own promises.
  static func records(of chunk: RecordChunk) throws -> [SeenRecord] {
    var records: [SeenRecord] = []
    var end = 0
    for entry in chunk.entries {
      if let last = records.last {
        try expect(
          entry.offset.value > last.offset, "\(chunk.source): offset \(entry.offset) after \(last.offset)")
      }
      for range in [entry.key, entry.value, entry.headers] { end = max(end, range?.indices.upperBound ?? 0) }
      records.append(
        SeenRecord(
          source: chunk.source, offset: entry.offset.value, timestamp: entry.timestamp,
          key: chunk.copy(entry.key), value: chunk.copy(entry.value), headers: chunk.copy(entry.headers)))
    }
    try expect(
      chunk.bytes.count - end >= RecordChunk.padding,
      "\(chunk.source): the arena is not padded behind its records")
    if let last = records.last {
      try expect(
        chunk.next.value > last.offset,
        "\(chunk.source): position \(chunk.next) is not past offset \(last.offset)")
    }
    return records
  }
}
