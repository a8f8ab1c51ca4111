internal import GRDB

/// Removes the oldest records of one partition: those too old, and those above its byte limit; never what a
/// held topic has not released.
struct Retention {
  let topic: StoredTopic
  let partition: Int32
  let policy: CleanupPolicy

  /// Removes at most `budget` records and returns how many. `now` is the retention clock's time.
  func apply(now: Int64, budget: inout Int, in database: Database) throws -> Int {
    guard policy.maxAge != nil || policy.maxBytes != nil else { return 0 }
    let marks = RetentionMarks(topic: topic, partition: partition)
    let agedEnd = try policy.maxAge.map { try marks.end(olderThan: $0, now: now, in: database) } ?? 0
    let limit = try ReleaseTable.limit(topic, partition, in: database) ?? .max
    return try remove(aged: agedEnd, maxBytes: policy.maxBytes, limit: limit, &budget, in: database)
  }

  /// Removes from the front, at most `budget` records below `limit`, what is below `aged` or above
  /// `maxBytes`.
  func remove(
    aged: Int64, maxBytes: Int64?, limit: Int64, _ budget: inout Int, in database: Database
  ) throws -> Int {
    var bytes =
      try Int64.fetchOne(
        database, sql: "SELECT bytes FROM partitions WHERE topic = ? AND partition = ?",
        arguments: [topic.id, partition]) ?? 0
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT offset, \(RecordRemoval.size) FROM records WHERE topic = ? AND partition = ? AND offset < ?
        ORDER BY offset LIMIT ?
        """, arguments: [topic.id, partition, limit, budget])
    var keptFrom: Int64?
    var removed = 0
    while let row = try rows.next() {
      let offset: Int64 = row[0]
      guard offset < aged || maxBytes.map({ bytes > $0 }) ?? false else { break }
      keptFrom = offset + 1
      bytes -= row[1]
      removed += 1
    }
    budget -= removed
    if let keptFrom {
      try RecordRemoval(topic: topic, partition: partition).removeAll(below: keptFrom, in: database)
    }
    return removed
  }
}
