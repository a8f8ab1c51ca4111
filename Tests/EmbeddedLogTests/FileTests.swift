internal import EmbeddedLog
internal import EventLog
internal import Foundation
internal import GRDB
internal import Testing

@Suite struct FileTests {
  @Test func reopeningKeepsEverything() throws {
    let file = try TemporaryFile()
    let settings = ["cleanup.policy": "delete", "retention.ms": "3600000"]
    let source = TopicPartition("in", 0)
    do {
      let log = try EmbeddedLog(path: file.path)
      try log.create([TopicSpecification(name: "in", partitions: 3, settings: settings)])
      try Steps.publish(0..<5, of: log)
      let consumer = try Steps.member("worker", of: log)
      try Steps.poll(consumer)
      let producer = try log.makeTransactionalProducer(id: "worker")
      try producer.initialize()
      try producer.begin()
      try producer.sendOffsets([source: NextOffset(4)], group: try consumer.metadata())
      try producer.commit()
      consumer.close()
    }
    let log = try EmbeddedLog(path: file.path)
    #expect(log.name == "embedded://\(file.path)")
    #expect(
      try log.describe(["in"])["in"] == TopicSpecification(name: "in", partitions: 3, settings: settings))
    #expect(try Steps.contents(in: log).map(\.value) == ["0", "1", "2", "3", "4"])
    let consumer = try Steps.member("worker", of: log)
    #expect(try Steps.poll(consumer).records == 1)
    #expect(try consumer.committed([source])[source] == NextOffset(4))
  }

  @Test func aDroppedProducerLeavesNothing() throws {
    let file = try TemporaryFile()
    do {
      let log = try EmbeddedLog(path: file.path)
      try log.create([TopicSpecification(name: "in", partitions: 1)])
      let producer = try log.makeTransactionalProducer(id: "dropped")
      try producer.initialize()
      try producer.begin()
      var batch = OutputBatch()
      batch.append("in", partition: 0, key: nil, value: [1])
      try producer.produce(batch)
      try producer.flush()
    }
    let log = try EmbeddedLog(path: file.path)
    #expect(try Steps.contents(in: log).isEmpty)
    try Steps.publish(0..<1, of: log)
    #expect(try Steps.contents(in: log).map(\.offset) == [0])
  }

  /// Another program's database stays as it is, to the byte: also its journal is its own.
  @Test func anotherProgramsDatabaseStaysAsItIs() throws {
    let file = try TemporaryFile()
    let other = try DatabaseQueue(path: file.path)
    try other.write { database in try database.execute(sql: "CREATE TABLE t (a); INSERT INTO t VALUES (1)") }
    try other.close()
    let before = try Data(contentsOf: URL(fileURLWithPath: file.path))
    let error = try #require(Steps.logError { _ = try EmbeddedLog(path: file.path) })
    #expect(error.code == "foreignFile")
    #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == before)
    #expect(!FileManager.default.fileExists(atPath: file.path + "-wal"))
  }

  @Test func aFileOfSomethingElseIsRefused() throws {
    let file = try TemporaryFile()
    try Data(repeating: 65, count: 10_000).write(to: URL(fileURLWithPath: file.path))
    let error = try #require(Steps.logError { _ = try EmbeddedLog(path: file.path) })
    #expect(error.reaction == .fatal && error.message.contains(file.path))
    // Refused means untouched.
    #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == Data(repeating: 65, count: 10_000))
  }

  @Test func aMissingDirectoryIsNamed() throws {
    let path = "/nonexistent/sojourn/log.sqlite"
    let error = try #require(Steps.logError { _ = try EmbeddedLog(path: path) })
    #expect(error.reaction == .fatal && error.message.contains(path))
  }

  @Test func aTransactionToAMissingTopicFailsWhereItIsProduced() throws {
    let file = try TemporaryFile()
    let log = try EmbeddedLog(path: file.path)
    let producer = try log.makeTransactionalProducer(id: "producer")
    try producer.initialize()
    try producer.begin()
    var batch = OutputBatch()
    batch.append("missing", partition: 0, key: nil, value: [1])
    let error = try #require(Steps.logError { try producer.produce(batch) })
    #expect(error.code == "unknownTopic" && error.message.contains("'missing'"))
    try producer.abort()
  }

  @Test func aTransactionThatFailsHalfWayLeavesNothing() throws {
    let file = try TemporaryFile()
    let log = try EmbeddedLog(path: file.path)
    try log.create([TopicSpecification(name: "in", partitions: 1)])
    let producer = try log.makeTransactionalProducer(id: "producer")
    try producer.initialize()
    try producer.begin()
    var batch = OutputBatch()
    batch.append("in", partition: 0, key: nil, value: [1])
    batch.append("in", partition: 7, key: nil, value: [2])
    try producer.produce(batch)
    #expect(Steps.logError { try producer.commit() }?.code == "unknownPartition")
    try producer.abort()
    try Steps.publish(0..<1, of: log)
    #expect(try Steps.contents(in: log).map(\.offset) == [0])
  }
}
