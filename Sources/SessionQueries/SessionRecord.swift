package import EventLog

/// One record of the sessions topic.
package struct SessionRecord: Sendable {
  /// The session id.
  package var key: String
  /// The snapshot; `nil` removes the session.
  package var value: [UInt8]?

  package init(key: String, value: [UInt8]?) {
    self.key = key
    self.value = value
  }

  /// The records of a chunk.
  package static func all(in chunk: RecordChunk) -> [SessionRecord] {
    chunk.entries.compactMap { entry in
      guard let key = chunk.copy(entry.key) else { return nil }
      return SessionRecord(key: String(decoding: key, as: UTF8.self), value: chunk.copy(entry.value))
    }
  }
}
