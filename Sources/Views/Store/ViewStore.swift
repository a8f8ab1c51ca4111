internal import EventLog
internal import Foundation
internal import GRDB
internal import Synchronization

/// The view's SQLite file: one writer, the feed, and as many readers as ask. May be lost at any time: it is
/// made anew from the topics.
package final class ViewStore: Sendable {
  /// Readers at the same time; more wait.
  private static let maxReaders = 8

  /// Where the file is.
  package let path: String
  private let lock: FileLock
  private let pool: Mutex<DatabasePool?>
  private let found = Mutex<String?>(nil)

  /// What is wrong with the file, once anybody who read or wrote it has found out.
  var damage: String? { found.withLock { $0 } }

  /// Opens the file, or makes a new one in the place of what is no view's file of this build.
  ///
  /// - Parameter report: hears if a file was made anew.
  package init(path: String, report: (ViewEvent) -> Void) throws(ViewError) {
    self.path = path
    try ViewStore.createFolder(of: path)
    lock = try FileLock(path + ".lock")
    do {
      pool = Mutex(try ViewStore.open(path))
    } catch .damaged(let reason) {
      try ViewStore.removeFiles(path)
      pool = Mutex(try ViewStore.open(path))
      report(.madeAnew(reason))
    } catch {
      throw error
    }
  }

  /// Puts an empty file in the place of the one that is there.
  func makeAnew() throws(ViewError) {
    let old = pool.withLock { pool in
      defer { pool = nil }
      return pool
    }
    // Readers under way finish on the old file, which has no name any more.
    try? old?.close()
    try ViewStore.removeFiles(path)
    let new = try ViewStore.open(path)
    pool.withLock { $0 = new }
    found.withLock { $0 = nil }
  }

  /// Closes the file; what is asked afterwards fails.
  package func close() {
    let old = pool.withLock { pool in
      defer { pool = nil }
      return pool
    }
    // Readers are closed last and leave the write-ahead log as it is.
    _ = try? old?.writeWithoutTransaction { try Row.fetchAll($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    try? old?.close()
    lock.release()
  }

  // MARK: Reading and writing

  /// Runs `body` on one consistent state. Blocks; not reentrant.
  func read<Value>(_ body: (Database) throws -> Value) throws(ViewError) -> Value {
    try perform(isQuestion: true) { try $0.read(body) }
  }

  /// Runs `body` in one transaction. Blocks; not reentrant.
  func write<Value>(_ body: (Database) throws -> Value) throws(ViewError) -> Value {
    try perform { try $0.write(body) }
  }

  /// Applies rows and says up to where the topics are read, in one transaction: each record counts once.
  ///
  /// - Returns: which sessions are others than before.
  @discardableResult
  func apply(
    _ rows: [ViewRow], positions: [TopicPartition: NextOffset], at now: Int64
  ) throws(ViewError) -> [SessionChange] {
    try write { database in
      let notes = ChangeNotes()
      let writer = ViewWriter(database: database, changes: notes)
      try writer.apply(rows)
      for (partition, next) in positions {
        try database.execute(
          sql: "INSERT OR REPLACE INTO position (topic, partition, next) VALUES (?, ?, ?)",
          arguments: [partition.topic, partition.partition, next.value])
      }
      try ViewFacts(database).set(.followedAt, to: now)
      return notes.changes
    }
  }

  /// How far the input topics are behind what is here.
  func inputs() throws -> [TopicPartition: NextOffset] {
    try read { database in
      var inputs: [TopicPartition: NextOffset] = [:]
      for row in try Row.fetchAll(database, sql: "SELECT topic, partition, next FROM input") {
        inputs[TopicPartition(row[0], row[1])] = NextOffset(row[2])
      }
      return inputs
    }
  }

  /// Up to where the topics are read.
  func positions() throws(ViewError) -> [TopicPartition: NextOffset] {
    try read { database in
      var positions: [TopicPartition: NextOffset] = [:]
      let rows = try Row.fetchCursor(database, sql: "SELECT topic, partition, next FROM position")
      while let row = try rows.next() {
        positions[TopicPartition(row["topic"], row["partition"])] = NextOffset(row["next"] as Int64)
      }
      return positions
    }
  }

  /// Bytes of the file that hold something.
  package func usedBytes() throws(ViewError) -> Int { try read(ViewStore.usedBytes) }

  static func usedBytes(_ database: Database) throws -> Int {
    let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
    let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
    return (pages - free) * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
  }

  /// Overwrites what was removed, wherever SQLite has left a copy: in pages whose rows have moved, in the
  /// index of texts, in the write-ahead log. Writes the whole file.
  func purge() throws(ViewError) {
    try perform { pool in
      try pool.writeWithoutTransaction { database in
        try database.execute(sql: "INSERT INTO search (search) VALUES ('optimize')")
        try database.execute(sql: "VACUUM")
        try ViewFacts(database).set(.purgeSince, to: nil)
        let result = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        // Readers were in the way: what they read lies in the log until the next purge.
        if result?[0] as Int? != 0 { try ViewFacts(database).set(.purgeSince, to: 0) }
      }
    }
  }

  /// - Parameter isQuestion: whether somebody's question is asked, which may be one that SQLite refuses.
  private func perform<Value>(
    isQuestion: Bool = false, _ body: (DatabasePool) throws -> Value
  ) throws(ViewError) -> Value {
    guard let pool = pool.withLock({ $0 }) else { throw .unavailable("the view's file is being made anew") }
    do { return try body(pool) } catch {
      let failure = ViewStore.failure(error, path, isQuestion: isQuestion)
      if case .damaged(let reason) = failure { found.withLock { $0 = reason } }
      throw failure
    }
  }

  // MARK: The file

  private static func open(_ path: String) throws(ViewError) -> DatabasePool {
    var configuration = Configuration()
    configuration.label = "View"
    configuration.maximumReaderCount = maxReaders
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      if !database.configuration.readonly, try Int64.fetchOne(database, sql: "PRAGMA page_count") == 0 {
        try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      }
      // What is deleted is overwritten: sessions name people.
      try database.execute(sql: "PRAGMA secure_delete = ON")
      try database.execute(sql: "PRAGMA cache_size = -16384")
    }
    do {
      createPrivately(path)
      let pool = try DatabasePool(path: path, configuration: configuration)
      try pool.writeWithoutTransaction { database in
        // A power cut may take back the newest transactions; rows and positions go back together.
        try database.execute(sql: "PRAGMA synchronous = NORMAL")
        try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
      }
      try pool.write { try prepare($0, path) }
      return pool
    } catch let error as ViewError {
      throw error
    } catch {
      throw failure(error, path)
    }
  }

  private static func prepare(_ database: Database, _ path: String) throws {
    let application = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let version = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    let tables = try Int64.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
    if application == ViewSchema.applicationID {
      guard version == ViewSchema.version else {
        throw ViewError.damaged(
          "\(path) has version \(version) of the view, this build writes version \(ViewSchema.version)")
      }
      return
    }
    // Another program's file is not ours to delete.
    guard application == 0, version == 0, tables == 0 else {
      throw ViewError.unavailable("\(path) is a SQLite file of something else")
    }
    try ViewSchema.create(database)
  }

  private static func createFolder(of path: String) throws(ViewError) {
    let folder = (path as NSString).deletingLastPathComponent
    guard !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .unavailable("\(folder) cannot be made: \(error.localizedDescription)")
    }
  }

  /// Readable by its owner alone: sessions name people. SQLite gives its companions the same mode.
  private static func createPrivately(_ path: String) {
    guard !FileManager.default.fileExists(atPath: path) else { return }
    // What is wrong with the place SQLite finds as well, and says so.
    _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
  }

  private static func removeFiles(_ path: String) throws(ViewError) {
    for name in [path, path + "-wal", path + "-shm"] where FileManager.default.fileExists(atPath: name) {
      do { try FileManager.default.removeItem(atPath: name) } catch {
        throw .unavailable("\(name) cannot be removed: \(error.localizedDescription)")
      }
    }
  }

  private static func failure(_ error: any Error, _ path: String, isQuestion: Bool = false) -> ViewError {
    if let error = error as? ViewError { return error }
    guard let error = error as? DatabaseError else { return .unavailable("\(path): \(error)") }
    let detail = "\(path): \(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))"
    switch error.resultCode {
    // Too long, or no phrase: the file has what it should have.
    case .SQLITE_ERROR where isQuestion && !(error.message ?? "").hasPrefix("no such"):
      return .unavailable(detail)
    // The last one: a table is not there, and the file ours by its mark only.
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_SCHEMA, .SQLITE_ERROR:
      return .damaged(detail)
    default: return .unavailable(detail)
    }
  }
}
