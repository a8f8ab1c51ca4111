internal import EventLog
internal import WireFormat

/// A record that is about to be written, in a form that mutations can take out or move.
struct BatchRecord {
  var topic: String
  var partition: Int32
  var key: [UInt8]?
  var value: [UInt8]?
  var headers: [UInt8]?

  /// Whether it is a message of a lane.
  var isMessage: Bool { HeaderBlock(bytes: headers ?? []).text(LaneMessage.header) != nil }
}

extension OutputBatch {
  /// The same records after a change.
  func rewritten(_ change: ([BatchRecord]) throws -> [BatchRecord]) rethrows -> OutputBatch {
    func copy(_ range: ByteSlice?) -> [UInt8]? { range.map { Array(bytes[$0.indices]) } }
    let records = entries.map { entry in
      BatchRecord(
        topic: topics[entry.topic], partition: entry.partition, key: copy(entry.key),
        value: copy(entry.value), headers: copy(entry.headers))
    }
    var batch = OutputBatch()
    for record in try change(records) {
      batch.append(
        record.topic, partition: record.partition, key: record.key, value: record.value,
        headers: record.headers.map { HeaderBlock(bytes: $0) })
    }
    return batch
  }
}
