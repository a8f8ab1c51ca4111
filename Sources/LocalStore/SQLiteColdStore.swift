internal import EventLog
internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import Glibc
internal import Processor

/// One lane's cold store: a table of values by key in a file without a journal, never synced, as nothing in
/// it has to survive.
final class SQLiteColdStore: ColdStore {
  /// Where the file is, once there is one.
  let path: String
  private var opened: DatabaseQueue?

  init(path: String) { self.path = path }

  deinit {
    guard opened != nil else { return }
    try? opened?.close()
    try? FileManager.default.removeItem(atPath: path)
  }

  func put(_ values: [ColdValue]) throws(LogError) {
    try perform { database in
      let insert = try database.cachedStatement(sql: "INSERT INTO sessions (key, value) VALUES (?, ?)")
      let handle = insert.sqliteStatement
      defer {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
      }
      // In order of keys: neighbours share a page.
      for value in values.sorted(by: { Int64(bitPattern: $0.key) < Int64(bitPattern: $1.key) }) {
        sqlite3_reset(handle)
        sqlite3_bind_int64(handle, 1, Int64(bitPattern: value.key))
        // Raw, because SQLite reads the bytes in place during the step.
        let result = value.bytes.withUnsafeBytes { bytes in
          sqlite3_bind_blob(handle, 2, bytes.baseAddress, Int32(bytes.count), nil)
          return sqlite3_step(handle)
        }
        guard result == SQLITE_DONE else { throw SQLiteColdStore.failure(result, database) }
      }
    }
  }

  func take(_ keys: [UInt64]) throws(LogError) -> [ColdValue] {
    try perform { database in
      let delete = try database.cachedStatement(sql: "DELETE FROM sessions WHERE key = ? RETURNING value")
      let handle = delete.sqliteStatement
      defer {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
      }
      var values: [ColdValue] = []
      values.reserveCapacity(keys.count)
      for key in keys {
        sqlite3_reset(handle)
        sqlite3_bind_int64(handle, 1, Int64(bitPattern: key))
        var result = sqlite3_step(handle)
        if result == SQLITE_ROW {
          let count = Int(sqlite3_column_bytes(handle, 0))
          let bytes = UnsafeRawBufferPointer(start: sqlite3_column_blob(handle, 0), count: count)
          values.append(ColdValue(key: key, bytes: Array(bytes)))
          result = sqlite3_step(handle)
        }
        guard result == SQLITE_DONE else { throw SQLiteColdStore.failure(result, database) }
      }
      return values
    }
  }

  func values(after key: UInt64?, limit: Int) throws(LogError) -> [ColdValue] {
    try perform { database in
      let after = key.map { Int64(bitPattern: $0) }
      let rows = try Row.fetchAll(
        database, sql: "SELECT key, value FROM sessions WHERE key > ? OR ? IS NULL ORDER BY key LIMIT ?",
        arguments: [after, after, limit])
      return rows.map { row in
        let key: Int64 = row[0]
        let value: Data = row[1]
        return ColdValue(key: UInt64(bitPattern: key), bytes: Array(value))
      }
    }
  }

  func forEach(_ body: (ColdValue) throws -> Void) throws {
    var after: UInt64?
    while true {
      // In pieces, so that the body may take its time without the database waiting.
      let part = try values(after: after, limit: 1_000)
      for value in part { try body(value) }
      guard let last = part.last else { return }
      after = last.key
    }
  }

  /// Runs a body in one transaction. Whatever fails, what the store holds is not known afterwards.
  private func perform<Value>(_ body: (Database) throws -> Value) throws(LogError) -> Value {
    do {
      let queue = try opened ?? open()
      return try queue.write(body)
    } catch let error as LogError {
      throw error
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
        // Going back to the log would end here again.
        throw LogError(
          .fatal, code: "localStoreUnusable", "\(path) cannot be written: \(error.message ?? "no message")")
      default:
        throw LogError(
          .abortAndRewind, code: "localStoreDamaged",
          "\(path): \(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))")
      }
    } catch {
      throw LogError(.abortAndRewind, code: "localStoreDamaged", "\(path): \(error)")
    }
  }

  private func open() throws -> DatabaseQueue {
    var configuration = GRDB.Configuration()
    configuration.label = "ColdStore"
    configuration.prepareDatabase { database in
      // A transaction that fails leaves the file undefined, and the lane is dropped with it.
      try database.execute(
        sql: """
          PRAGMA page_size = 4096;
          PRAGMA journal_mode = OFF;
          PRAGMA synchronous = OFF;
          PRAGMA locking_mode = EXCLUSIVE;
          PRAGMA cache_size = -1024;
          """)
    }
    // Readable by its owner alone: events name people.
    let descriptor = Glibc.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    if descriptor >= 0 { Glibc.close(descriptor) }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.inDatabase { database in
      try database.execute(
        sql: "CREATE TABLE sessions (key INTEGER PRIMARY KEY, value BLOB NOT NULL) STRICT")
    }
    opened = queue
    return queue
  }

  private static func failure(_ code: Int32, _ database: Database) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code),
      message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
  }
}
