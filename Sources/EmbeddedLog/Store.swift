internal import EventLog
internal import Foundation
internal import GRDB

/// The SQLite file: one writing connection and a few reading ones, every failure mapped to `LogError`.
struct Store: Sendable {
  /// Where the file is.
  let path: String
  private let pool: DatabasePool

  /// Opens or creates the file and its schema.
  init(path: String, busyTimeout: Duration) throws(LogError) {
    self.path = path
    var configuration = GRDB.Configuration()
    configuration.label = "EmbeddedLog"
    configuration.busyMode = .timeout(busyTimeout.seconds)
    // Consumer, reader, lease timer and administration read at the same time; each connection holds a page cache.
    configuration.maximumReaderCount = 8
    configuration.prepareDatabase { database in
      // Takes effect on a new file only. Records of 400 to 2,000 bytes stay inside their b-tree page at 8 KiB.
      try database.execute(sql: "PRAGMA page_size = 8192")
      try database.execute(sql: "PRAGMA cache_size = -16384")
      // Reading connections, too: they wait while another process recovers the write-ahead log after a crash.
      try database.execute(sql: "PRAGMA busy_timeout = \(busyTimeout.milliseconds)")
    }
    do {
      pool = try Store.open(path: path, configuration: configuration, patience: busyTimeout)
      try pool.writeWithoutTransaction { database in
        // WAL with NORMAL does not wait for the disk at commit: a power cut could take back a commit that was
        // confirmed, and with it offsets that downstream already trusts. FULL costs one fsync a transaction, and a
        // transaction is a whole batch.
        try database.execute(sql: "PRAGMA synchronous = FULL")
        // Batches write megabytes: checkpoint every 32 MiB, and give the space of an unusually long log back.
        try database.execute(sql: "PRAGMA wal_autocheckpoint = 4096")
        try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
      }
      try pool.write { database in try Schema.prepare(database, path: path) }
    } catch {
      throw StorageFailure.logError(for: error, path: path)
    }
  }

  /// Runs `body` on one consistent snapshot. Not reentrant.
  func read<Value>(_ body: (Database) throws -> Value) throws(LogError) -> Value {
    do { return try pool.read(body) } catch { throw StorageFailure.logError(for: error, path: path) }
  }

  /// Runs `body` in one write transaction, committed and synced to disk when this returns. Not reentrant.
  func write<Value>(_ body: (Database) throws -> Value) throws(LogError) -> Value {
    do { return try pool.write(body) } catch { throw StorageFailure.logError(for: error, path: path) }
  }

  /// Two processes that switch a new file to WAL at once do not wait for each other inside SQLite, so this does.
  private static func open(
    path: String, configuration: GRDB.Configuration, patience: Duration
  ) throws -> DatabasePool {
    let deadline = ContinuousClock.now + patience
    while true {
      do {
        return try DatabasePool(path: path, configuration: configuration)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        if ContinuousClock.now >= deadline { throw error }
        Thread.sleep(forTimeInterval: 0.01)
      }
    }
  }
}
