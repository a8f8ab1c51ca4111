internal import EventLog
internal import Foundation
internal import GRDB

/// The SQLite file: one writing connection and a few reading ones, every failure mapped to `LogError`.
struct Store: Sendable {
  /// Pages that stay free in the file for what is written next, 8 KiB each.
  static let reservedPages: Int64 = 1_024
  /// Pages given back to the file system by one call at most.
  static let maxPagesGivenBack: Int64 = 1_024
  /// Bytes from which on the write-ahead log is emptied by maintenance, should readers have kept it from
  /// shrinking by itself.
  static let maxWALBytes: Int64 = 128 << 20

  /// Where the file is.
  let path: String
  private let pool: DatabasePool

  /// Opens or creates the file and its schema.
  init(path: String, busyTimeout: Duration) throws(LogError) {
    self.path = path
    var configuration = GRDB.Configuration()
    configuration.label = "EmbeddedLog"
    configuration.busyMode = .timeout(busyTimeout.seconds)
    // Consumer, reader, lease timer and administration read at the same time; each connection holds a page
    // cache.
    configuration.maximumReaderCount = 8
    configuration.prepareDatabase { database in
      // Takes effect on a new file only. Records of 400 to 2,000 bytes stay inside their b-tree page at 8
      // KiB.
      try database.execute(sql: "PRAGMA page_size = 8192")
      if !database.configuration.readonly, try Int64.fetchOne(database, sql: "PRAGMA page_count") == 0 {
        try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      }
      try database.execute(sql: "PRAGMA cache_size = -16384")
      // Reading connections, too: they wait while another process recovers the write-ahead log after a crash.
      try database.execute(sql: "PRAGMA busy_timeout = \(busyTimeout.milliseconds)")
    }
    try PrivateFile.create(path)
    do {
      try Schema.refuseForeign(path)
      pool = try Store.open(path: path, configuration: configuration, patience: busyTimeout)
      try pool.writeWithoutTransaction { database in
        // WAL with NORMAL does not wait for the disk at commit: a power cut could take back a commit that was
        // confirmed, and with it offsets that downstream already trusts. FULL costs one fsync a transaction,
        // and a transaction is a whole batch.
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

  /// Gives some of the free pages back to the file system, and keeps the write-ahead log small; a bounded
  /// step.
  ///
  /// Files of builds that did not ask for it when they were made keep their free pages and use them again:
  /// `VACUUM` changes that.
  func giveBackSpace() throws(LogError) {
    do {
      try pool.writeWithoutTransaction { database in
        let free = try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        let surplus = min(free - Self.reservedPages, Self.maxPagesGivenBack)
        if surplus > 0 {
          // Each step of the statement frees one page.
          _ = try Row.fetchAll(database, sql: "PRAGMA incremental_vacuum(\(surplus))")
          // The file shrinks with the checkpoint.
          _ = try Row.fetchAll(database, sql: "PRAGMA wal_checkpoint(PASSIVE)")
        }
        if fileBytes(path + "-wal") > Self.maxWALBytes {
          // Answers "busy" in a row where readers are in the way, and is tried again by the next call.
          _ = try Row.fetchAll(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
      }
    } catch {
      let failure = StorageFailure.logError(for: error, path: path)
      // A writer or reader was in the way: maintenance comes again.
      if failure.reaction != .retry { throw failure }
    }
  }

  /// What the log takes of the disk, and what is left there.
  func size() throws(LogError) -> (file: Int64, wal: Int64, free: Int64) {
    let free = try read { database in
      (try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0)
        * (try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
    }
    return (fileBytes(path), fileBytes(path + "-wal"), free)
  }

  private func fileBytes(_ path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }

  /// Two processes that switch a new file to WAL at once do not wait for each other inside SQLite, so this
  /// does.
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
