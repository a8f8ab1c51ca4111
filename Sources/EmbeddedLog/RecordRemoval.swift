internal import EventLog
internal import GRDB

/// Removes records of one partition and keeps its bounds and byte count in step.
struct RecordRemoval {
  let topic: StoredTopic
  let partition: Int32

  /// Bytes of keys, values and headers, as `partitions.bytes` counts them.
  static let size = "coalesce(length(key), 0) + coalesce(length(value), 0) + coalesce(length(headers), 0)"

  /// Removes everything below `offset` and makes it the earliest.
  func removeAll(below offset: Int64, in database: Database) throws {
    let range: StatementArguments = [topic.id, partition, offset]
    let whereBelow = "topic = ? AND partition = ? AND offset < ?"
    if topic.isCompacted {
      try database.execute(
        sql: """
          DELETE FROM newest_keys WHERE offset < ? AND (topic, partition, key) IN
            (SELECT topic, partition, key FROM records WHERE \(whereBelow) AND key IS NOT NULL)
          """, arguments: [offset] + range)
    }
    let bytes =
      try Int64.fetchOne(
        database, sql: "SELECT sum(\(Self.size)) FROM records WHERE \(whereBelow)", arguments: range) ?? 0
    try database.execute(sql: "DELETE FROM records WHERE \(whereBelow)", arguments: range)
    try database.execute(
      sql: """
        UPDATE partitions SET earliest = max(earliest, ?), compacted = max(compacted, ?), bytes = bytes - ?
        WHERE topic = ? AND partition = ?
        """, arguments: [offset, offset, bytes, topic.id, partition])
  }

  /// Removes one record and leaves the bounds alone. Does nothing if it is gone.
  func remove(_ offset: Int64, in database: Database) throws {
    let record: StatementArguments = [topic.id, partition, offset]
    let size = try database.cachedStatement(
      sql: "SELECT \(Self.size) FROM records WHERE topic = ? AND partition = ? AND offset = ?")
    guard let bytes = try Int64.fetchOne(size, arguments: record) else { return }
    try database.cachedStatement(sql: "DELETE FROM records WHERE topic = ? AND partition = ? AND offset = ?")
      .execute(arguments: record)
    try database.cachedStatement(
      sql: "UPDATE partitions SET bytes = bytes - ? WHERE topic = ? AND partition = ?"
    )
    .execute(arguments: [bytes, topic.id, partition])
  }
}
