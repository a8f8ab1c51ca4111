internal import EventLog
internal import GRDB

/// Where a partition ended at times of the retention clock: records below a mark are at least as old as it.
///
/// Records carry the wall clock's time, which may have been wrong when they were written or may be wrong now.
/// What is younger than a mark's distance counts as younger than it is, so records stay a little longer and
/// are never removed too early.
struct RetentionMarks {
  /// Marks that cover one age: the error is at most this part of it, plus the time between two calls of
  /// maintenance.
  static let perAge: Int64 = 64

  let topic: StoredTopic
  let partition: Int32

  /// Notes where the partition ends now, if the newest mark is old enough for an age of `age` milliseconds.
  func note(now: Int64, age: Int64, in database: Database) throws {
    let newest = try Row.fetchOne(
      database.cachedStatement(
        sql: """
          SELECT elapsed, next FROM retention_marks WHERE topic = ? AND partition = ?
          ORDER BY elapsed DESC LIMIT 1
          """), arguments: [topic.id, partition])
    if let newest, now - (newest[0] as Int64) < max(age / Self.perAge, 1) { return }
    let source = TopicPartition(topic.name, partition)
    let end = try PartitionState.one(source, of: topic, in: database).next
    guard end > ((newest?[1] as Int64?) ?? 0) else { return }
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO retention_marks VALUES (?, ?, ?, ?)")
      .execute(arguments: [topic.id, partition, now, end])
  }

  /// The offset below which every record is older than `age` milliseconds.
  func end(olderThan age: Int64, now: Int64, in database: Database) throws -> Int64 {
    try Int64.fetchOne(
      database.cachedStatement(
        sql: """
          SELECT max(next) FROM retention_marks WHERE topic = ? AND partition = ? AND elapsed < ?
          """), arguments: [topic.id, partition, now - age]) ?? 0
  }

  /// Drops the marks that the one at `age` makes superfluous.
  func prune(olderThan age: Int64, now: Int64, in database: Database) throws {
    try database.cachedStatement(
      sql: """
        DELETE FROM retention_marks WHERE topic = ? AND partition = ? AND elapsed <
          (SELECT max(elapsed) FROM retention_marks WHERE topic = ? AND partition = ? AND elapsed < ?)
        """
    ).execute(arguments: [topic.id, partition, topic.id, partition, now - age])
  }
}
