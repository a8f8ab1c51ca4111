internal import EventLog
internal import GRDB

/// How far each partition of a held topic was released. Retention never passes that; a held partition of
/// which nobody has said anything yet keeps everything. Every function runs inside the caller's transaction.
enum ReleaseTable {
  /// Holds every partition of a topic from now on. Is in the file, so every process that maintains it knows.
  static func hold(_ topic: StoredTopic, in database: Database) throws {
    for partition in 0..<topic.partitions {
      try database.cachedStatement(sql: "INSERT OR IGNORE INTO releases VALUES (?, ?, 0)")
        .execute(arguments: [topic.id, partition])
    }
  }

  /// Moves a partition's position forward, and holds it.
  static func release(
    _ topic: StoredTopic, _ partition: Int32, before position: Int64, in database: Database
  ) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO releases VALUES (?, ?, ?)
        ON CONFLICT (topic, partition) DO UPDATE SET position = max(position, excluded.position)
        """
    ).execute(arguments: [topic.id, partition, position])
  }

  /// The offset that retention may not pass; `nil` where the partition is not held.
  static func limit(_ topic: StoredTopic, _ partition: Int32, in database: Database) throws -> Int64? {
    try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT position FROM releases WHERE topic = ? AND partition = ?"),
      arguments: [topic.id, partition])
  }
}
