internal import EventLog
internal import GRDB
internal import GRDBSQLite

/// Copies a range of one partition from SQLite's pages straight into a chunk.
struct RecordScan {
  /// The chunk's bounds in one scan.
  struct Limits {
    /// Most records.
    var records: Int
    /// Most bytes of keys, values and headers.
    var bytes: Int
    /// Whether the first record passes whatever its size.
    var admitsOversize: Bool
  }

  let partition: TopicPartition
  let topic: StoredTopic

  /// Reads from `from` until `to` (exclusive) or a limit. The chunk's position is `to` unless a limit stopped
  /// it.
  func chunk(from: Int64, to: Int64, limits: Limits, in database: Database) throws -> RecordChunk {
    // What is wanted may be far more than the byte limit lets pass: the rest of the capacity grows as needed.
    var chunk = RecordChunk(
      source: partition, next: NextOffset(from), recordCapacity: min(limits.records, Int(to - from), 4_096))
    let statement = try database.cachedStatement(
      sql: """
        SELECT offset, timestamp, key, value, headers FROM records
        WHERE topic = ? AND partition = ? AND offset >= ? AND offset < ? ORDER BY offset
        """)
    let handle = statement.sqliteStatement
    sqlite3_reset(handle)
    defer { sqlite3_reset(handle) }
    sqlite3_bind_int64(handle, 1, topic.id)
    sqlite3_bind_int64(handle, 2, Int64(partition.partition))
    sqlite3_bind_int64(handle, 3, from)
    sqlite3_bind_int64(handle, 4, to)
    while chunk.entries.count < limits.records {
      let result = sqlite3_step(handle)
      if result == SQLITE_DONE {
        chunk.next = NextOffset(to)
        return chunk
      }
      guard result == SQLITE_ROW else {
        throw DatabaseError(
          resultCode: ResultCode(rawValue: result),
          message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
      }
      let key = blob(handle, 2)
      let value = blob(handle, 3)
      let headers = blob(handle, 4)
      let size = (key?.count ?? 0) + (value?.count ?? 0) + (headers?.count ?? 0)
      if chunk.byteCount + size > limits.bytes, !chunk.entries.isEmpty || !limits.admitsOversize { break }
      chunk.append(
        offset: RecordOffset(sqlite3_column_int64(handle, 0)), timestamp: sqlite3_column_int64(handle, 1),
        key: key, value: value, headers: headers)
    }
    return chunk
  }

  /// SQLite's own memory, valid until the next step; an empty blob has no address but is not NULL.
  private func blob(_ handle: OpaquePointer, _ column: Int32) -> UnsafeRawBufferPointer? {
    if let start = sqlite3_column_blob(handle, column) {
      return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }
    return sqlite3_column_type(handle, column) == SQLITE_NULL
      ? nil : UnsafeRawBufferPointer(start: nil, count: 0)
  }
}
