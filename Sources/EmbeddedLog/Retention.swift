internal import GRDB

/// Removes the oldest records of one partition: those too old, and those above its byte limit.
struct Retention {
  let topic: StoredTopic
  let partition: Int32
  let policy: CleanupPolicy

  /// Removes at most `budget` records and returns how many.
  func apply(now: Int64, budget: inout Int, in database: Database) throws -> Int {
    guard policy.maxAge != nil || policy.maxBytes != nil else { return 0 }
    var bytes =
      try Int64.fetchOne(
        database, sql: "SELECT bytes FROM partitions WHERE topic = ? AND partition = ?",
        arguments: [topic.id, partition]) ?? 0
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT offset, timestamp, \(RecordRemoval.size) FROM records WHERE topic = ? AND partition = ?
        ORDER BY offset LIMIT ?
        """, arguments: [topic.id, partition, budget])
    var keptFrom: Int64?
    var removed = 0
    while let row = try rows.next() {
      let timestamp: Int64 = row[1]
      let size: Int64 = row[2]
      let isTooOld = policy.maxAge.map { now - timestamp > $0 } ?? false
      let isTooMuch = policy.maxBytes.map { bytes > $0 } ?? false
      guard isTooOld || isTooMuch else { break }
      keptFrom = (row[0] as Int64) + 1
      bytes -= size
      removed += 1
    }
    budget -= removed
    if let keptFrom {
      try RecordRemoval(topic: topic, partition: partition).removeAll(below: keptFrom, in: database)
    }
    return removed
  }
}
