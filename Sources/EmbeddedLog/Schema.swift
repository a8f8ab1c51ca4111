internal import EventLog
internal import Foundation
internal import GRDB

/// The tables, and the check that a file is one of ours.
enum Schema {
  /// `SJRN`, in SQLite's header: marks our files.
  static let applicationId: Int64 = 0x534a_524e
  /// The version this build writes and reads.
  static let version: Int64 = 1

  /// Creates the tables in an empty file; refuses a foreign or newer one.
  static func prepare(_ database: Database, path: String) throws {
    let application = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let version = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    if application == applicationId {
      guard version == Schema.version else {
        throw LogError(
          .fatal, code: "schemaVersion",
          "\(path) has schema version \(version), this build reads version \(Schema.version)")
      }
      try database.execute(sql: retentionDefinitions)
      return
    }
    let tables = try Int64.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
    guard application == 0, version == 0, tables == 0 else {
      throw LogError(.fatal, code: "foreignFile", "\(path) is a SQLite file of something else")
    }
    try database.execute(sql: tableDefinitions)
    try database.execute(sql: retentionDefinitions)
    try database.execute(sql: "PRAGMA application_id = \(applicationId)")
    try database.execute(sql: "PRAGMA user_version = \(Schema.version)")
  }

  /// Refuses a file of something else before anything is written to it: to open one for writing turns its
  /// journal into a write-ahead log, which all of ours have.
  static func refuseForeign(_ path: String) throws {
    guard let file = FileHandle(forReadingAtPath: path) else { return }
    defer { try? file.close() }
    let header = [UInt8](try file.read(upToCount: 20) ?? Data())
    // Byte 18: 1 for a journal that is rolled back, 2 for a write-ahead log.
    guard header.starts(with: "SQLite format 3\0".utf8), header.count == 20, header[18] == 1 else { return }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    try queue.read { database in
      let application = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
      let tables = try Int64.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
      guard application == applicationId || application == 0 && tables == 0 else {
        throw LogError(.fatal, code: "foreignFile", "\(path) is a SQLite file of something else")
      }
    }
  }

  /// What retention goes by. Older builds know nothing of these tables and need not: they are made where they
  /// are missing.
  private static let retentionDefinitions = """
    CREATE TABLE IF NOT EXISTS retention_clock (
      id INTEGER PRIMARY KEY, elapsed INTEGER NOT NULL, boot TEXT NOT NULL, uptime INTEGER NOT NULL,
      wall INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS retention_marks (
      topic INTEGER NOT NULL, partition INTEGER NOT NULL, elapsed INTEGER NOT NULL, next INTEGER NOT NULL,
      PRIMARY KEY (topic, partition, elapsed)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS releases (
      topic INTEGER NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL,
      PRIMARY KEY (topic, partition)
    ) STRICT, WITHOUT ROWID;
    """

  /// `partitions.next` outlives the records, so that an offset is never given twice. `newest_keys` belongs to
  /// compaction alone: writing a record never touches it.
  private static let tableDefinitions = """
    CREATE TABLE topics (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE topic_settings (
      topic INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (topic, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE partitions (
      topic INTEGER NOT NULL, partition INTEGER NOT NULL, earliest INTEGER NOT NULL, next INTEGER NOT NULL,
      bytes INTEGER NOT NULL, compacted INTEGER NOT NULL, PRIMARY KEY (topic, partition)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE records (
      topic INTEGER NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, timestamp INTEGER NOT NULL,
      key BLOB, value BLOB, headers BLOB, PRIMARY KEY (topic, partition, offset)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE newest_keys (
      topic INTEGER NOT NULL, partition INTEGER NOT NULL, key BLOB NOT NULL, offset INTEGER NOT NULL,
      tombstone_written INTEGER, PRIMARY KEY (topic, partition, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX newest_tombstones ON newest_keys (topic, partition, tombstone_written)
      WHERE tombstone_written IS NOT NULL;
    CREATE TABLE group_offsets (
      group_name TEXT NOT NULL, topic INTEGER NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
      PRIMARY KEY (group_name, topic, partition)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE leases (
      group_name TEXT PRIMARY KEY, owner TEXT NOT NULL, epoch INTEGER NOT NULL, released INTEGER NOT NULL,
      renewed_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, process INTEGER NOT NULL,
      process_started INTEGER NOT NULL, boot TEXT NOT NULL, namespace TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE producers (id TEXT PRIMARY KEY, epoch INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    """
}
