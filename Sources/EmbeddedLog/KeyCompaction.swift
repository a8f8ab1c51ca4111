internal import Foundation
internal import GRDB

/// Keeps the newest record of each key in one partition of a compacted topic.
///
/// `newest_keys` remembers where the newest record of each key is, up to `partitions.compacted`. So every
/// record is looked at once, and a call may stop anywhere.
struct KeyCompaction {
  let topic: StoredTopic
  let partition: Int32
  let policy: CleanupPolicy

  private struct Written {
    let offset: Int64
    let timestamp: Int64
    let key: Data?
    let isTombstone: Bool
  }

  /// Looks at no more than `budget` records that were not looked at before; returns how many older ones it
  /// removed.
  func removeSuperseded(budget: inout Int, in database: Database) throws -> Int {
    guard budget > 0 else { return 0 }
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT r.offset, r.timestamp, r.key, r.value IS NULL FROM records r
        JOIN partitions p ON p.topic = r.topic AND p.partition = r.partition
        WHERE r.topic = ? AND r.partition = ? AND r.offset >= p.compacted ORDER BY r.offset LIMIT ?
        """, arguments: [topic.id, partition, budget])
    let written = rows.map { Written(offset: $0[0], timestamp: $0[1], key: $0[2], isTombstone: $0[3]) }
    guard let last = written.last else { return 0 }
    budget -= written.count
    let removal = RecordRemoval(topic: topic, partition: partition)
    let find = try database.cachedStatement(
      sql: "SELECT offset FROM newest_keys WHERE topic = ? AND partition = ? AND key = ?")
    let store = try database.cachedStatement(sql: "INSERT OR REPLACE INTO newest_keys VALUES (?, ?, ?, ?, ?)")
    var removed = 0
    for record in written {
      guard let key = record.key else { continue }
      if let older = try Int64.fetchOne(find, arguments: [topic.id, partition, key]) {
        try removal.remove(older, in: database)
        removed += 1
      }
      try store.execute(arguments: [
        topic.id, partition, key, record.offset, record.isTombstone ? record.timestamp : nil,
      ])
    }
    try database.execute(
      sql: "UPDATE partitions SET compacted = ? WHERE topic = ? AND partition = ?",
      arguments: [last.offset + 1, topic.id, partition])
    return removed
  }

  /// Removes tombstones that were readable for long enough, at most `budget`; returns how many. `now` is the
  /// retention clock's time.
  func removeTombstones(now: Int64, budget: inout Int, in database: Database) throws -> Int {
    guard budget > 0 else { return 0 }
    let marks = RetentionMarks(topic: topic, partition: partition)
    let agedEnd = try marks.end(olderThan: policy.tombstoneAge, now: now, in: database)
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT key, offset FROM newest_keys
        WHERE topic = ? AND partition = ? AND tombstone_written IS NOT NULL AND offset < ?
        ORDER BY tombstone_written, key LIMIT ?
        """, arguments: [topic.id, partition, agedEnd, budget])
    let removal = RecordRemoval(topic: topic, partition: partition)
    for row in rows {
      let key: Data = row[0]
      try removal.remove(row[1], in: database)
      try database.execute(
        sql: "DELETE FROM newest_keys WHERE topic = ? AND partition = ? AND key = ?",
        arguments: [topic.id, partition, key])
    }
    budget -= rows.count
    return rows.count
  }
}
