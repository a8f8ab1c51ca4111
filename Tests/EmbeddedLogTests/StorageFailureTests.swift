internal import EventLog
internal import GRDB
internal import Testing

@testable internal import EmbeddedLog

@Suite struct StorageFailureTests {
  @Test func aFullDiskStopsWithThePathAndLosesNothing() throws {
    let file = try TemporaryFile()
    let log = try EmbeddedLog(path: file.path)
    try log.create([TopicSpecification(name: "in", partitions: 1)])
    try Steps.publish(0..<3, of: log)
    // A limit on the file's pages fails in the same way as a disk without space.
    try log.store.write { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
    }
    var batch = OutputBatch()
    batch.append("in", partition: 0, key: nil, value: Array(repeating: 1, count: 1 << 20))
    let publisher = try log.makePublisher()
    let error = try #require(Steps.logError { try publisher.send(batch) })
    #expect(error.reaction == .fatal && error.code == "diskFull" && error.message.contains(file.path))
    #expect(try Steps.contents(in: log).map(\.value) == ["0", "1", "2"])
    try log.store.write { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
    try publisher.send(batch)
    #expect(try Steps.contents(in: log).map(\.offset) == [0, 1, 2, 3])
  }

  @Test(
    arguments: [
      (ResultCode.SQLITE_BUSY, LogError.Reaction.retry), (.SQLITE_LOCKED, .retry), (.SQLITE_FULL, .fatal),
      (.SQLITE_IOERR, .fatal), (.SQLITE_IOERR_FSYNC, .fatal), (.SQLITE_CORRUPT, .fatal),
      (.SQLITE_NOTADB, .fatal),
      (.SQLITE_CANTOPEN, .fatal), (.SQLITE_READONLY, .fatal), (.SQLITE_MISUSE, .fatal),
    ])
  func everyResultHasAReaction(_ result: ResultCode, _ reaction: LogError.Reaction) {
    let error = StorageFailure.logError(for: DatabaseError(resultCode: result), path: "/data/log.sqlite")
    #expect(error.reaction == reaction && error.message.contains("/data/log.sqlite"))
  }

  @Test func aLogErrorStaysWhatItIs() {
    let error = LogError(.ownershipLost, code: "leaseLost", "somebody else")
    #expect(StorageFailure.logError(for: error, path: "/data").code == "leaseLost")
  }
}
