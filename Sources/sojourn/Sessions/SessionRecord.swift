import EventLog

/// One record of the sessions topic.
struct SessionRecord: Sendable {
  /// The session id.
  var key: String
  /// The snapshot; `nil` removes the session.
  var value: [UInt8]?

  /// The records of a chunk.
  static func all(in chunk: RecordChunk) -> [SessionRecord] {
    chunk.entries.compactMap { entry in
      guard let key = chunk.copy(entry.key) else { return nil }
      return SessionRecord(key: String(decoding: key, as: UTF8.self), value: chunk.copy(entry.value))
    }
  }
}
