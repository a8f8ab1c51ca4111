import CRdKafka
import EventLog
import Testing

@testable import KafkaLog

/// What a transactional producer makes of the brokers' answers.
@Suite(.serialized) struct TransactionTests {
  let cluster: MockCluster
  let log: KafkaLog

  init() throws {
    cluster = try #require(MockCluster(brokerCount: 3))
    cluster.makeTopic("out", partitions: 2)
    cluster.makeTopic("in", partitions: 2)
    log = try cluster.makeLog()
  }

  @Test func commitsAndGoesOn() throws {
    let producer = try makeProducer()
    for round in 0..<3 {
      try write(producer, "round \(round)")
      try producer.flush()
      try producer.sendOffsets([TopicPartition("in", 0): NextOffset(5)], group: membership())
      try producer.commit()
    }
    #expect(try values().count == 3)
    producer.close()
    producer.close()
  }

  @Test func coordinatorMayMove() throws {
    let producer = try makeProducer("moving")
    for broker in 1...3 as ClosedRange<Int32> {
      cluster.moveTransactionCoordinator(of: "moving", to: broker)
      try write(producer, "x")
      try producer.sendOffsets([TopicPartition("in", 0): NextOffset(1)], group: membership())
      try producer.commit()
    }
    producer.close()
  }

  @Test(arguments: [
    (RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, LogError.Reaction.abortAndRewind),
    (RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, .abortAndRewind),
    (RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, .ownershipLost),
    (RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, .ownershipLost),
    (RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, .fatal),
    (RD_KAFKA_RESP_ERR_UNKNOWN, .abortAndRewind),
  ])
  func offsetsAreRefused(code: rd_kafka_resp_err_t, reaction: LogError.Reaction) throws {
    let producer = try makeProducer()
    try write(producer, "x")
    try producer.flush()
    cluster.fail(.transactionOffsetCommit, with: [code])
    let error = try #require(throws: LogError.self) {
      try producer.sendOffsets([TopicPartition("in", 0): NextOffset(1)], group: membership())
    }
    #expect(error.reaction == reaction)
    // Whatever it was, committing is not possible any more.
    #expect(throws: LogError.self) { try producer.commit() }
    if reaction == .abortAndRewind {
      try producer.abort()
      try write(producer, "again")
      try producer.commit()
    }
    producer.close()
  }

  @Test func retriableRefusalsAreRetried() throws {
    let producer = try makeProducer()
    try write(producer, "x")
    cluster.fail(
      .addOffsetsToTransaction,
      with: [RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS])
    cluster.fail(.transactionOffsetCommit, with: [RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS])
    try producer.sendOffsets([TopicPartition("in", 0): NextOffset(1)], group: membership())
    cluster.fail(
      .endTransaction,
      with: [RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS])
    try producer.commit()
    producer.close()
  }

  @Test(arguments: [RD_KAFKA_RESP_ERR_UNKNOWN, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE])
  func aRefusedCommitIsUnknownUntilAborted(code: rd_kafka_resp_err_t) throws {
    let producer = try makeProducer()
    try write(producer, "x")
    try producer.sendOffsets([TopicPartition("in", 0): NextOffset(1)], group: membership())
    cluster.fail(.endTransaction, with: [code])
    let error = try #require(throws: LogError.self) { try producer.commit() }
    #expect(error.reaction == .commitUnknown)
    #expect(throws: LogError.self) { try producer.commit() }
    // A new client settles it; the same producer goes on.
    try producer.abort()
    try write(producer, "again")
    try producer.commit()
    producer.close()
  }

  @Test func aFencedCommitLosesOwnership() throws {
    let producer = try makeProducer()
    try write(producer, "x")
    cluster.fail(.endTransaction, with: [RD_KAFKA_RESP_ERR_PRODUCER_FENCED])
    let error = try #require(throws: LogError.self) { try producer.commit() }
    #expect(error.reaction == .ownershipLost)
    let next = try #require(throws: LogError.self) { try producer.begin() }
    #expect(next.reaction == .ownershipLost)
    try producer.abort()
    // Whoever rejoins starts over.
    try producer.initialize()
    try write(producer, "again")
    try producer.commit()
    producer.close()
  }

  @Test(arguments: [
    (RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, LogError.Reaction.fatal),
    (RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, .fatal),
    (RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, .ownershipLost),
  ])
  func recordsAreRefused(code: rd_kafka_resp_err_t, reaction: LogError.Reaction) throws {
    let producer = try makeProducer()
    cluster.fail(.produce, with: [code])
    try write(producer, "x")
    let error = try #require(throws: LogError.self) { try producer.flush() }
    #expect(error.reaction == reaction)
    #expect((error.code == LogError.recordTooLarge) == (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE))
    try producer.abort()
    producer.close()
  }

  @Test(arguments: [-1, 0, 1])
  func aRecordAboveTheClientsOwnLimitNamesIt(offset: Int) throws {
    // The client counts the record's framing as well.
    let framing = 512
    let limited = try cluster.makeLog(["message.max.bytes": "\(20_000 + framing)"])
    let producer = try limited.makeTransactionalProducer(id: "limited")
    defer { producer.close() }
    try producer.initialize()
    try producer.begin()
    var batch = OutputBatch()
    let size = 20_000 + (offset > 0 ? 2 * framing : offset)
    batch.append("out", partition: 0, key: nil, value: [UInt8](repeating: 1, count: size))
    guard offset > 0 else { return try producer.produce(batch) }
    let error = try #require(throws: LogError.self) { try producer.produce(batch) }
    #expect(error.reaction == .fatal)
    #expect(error.code == LogError.recordTooLarge)
    for part in ["\(size) bytes", "out[0]", "\(20_000 + framing)", "sojourn topics plan"] {
      #expect(error.message.contains(part), "no \(part) in: \(error.message)")
    }
  }

  /// The producer's queue takes ten records or one KiB; writing waits for room instead of failing.
  @Test(arguments: [("queue.buffering.max.messages", "10"), ("queue.buffering.max.kbytes", "1")])
  func aFullQueueIsWaitedFor(property: String, bound: String) throws {
    let topic = "queue-\(property)"
    cluster.makeTopic(topic, partitions: 1)
    let narrow = try cluster.makeLog([property: bound])
    let producer = try narrow.makeTransactionalProducer(id: property)
    defer { producer.close() }
    try producer.initialize()
    try producer.begin()
    var batch = OutputBatch()
    for number in 0..<300 { batch.append(topic, partition: 0, key: nil, value: bytes("value \(number)")) }
    try producer.produce(batch)
    try producer.flush()
    try producer.commit()
    let reader = try narrow.makeReader()
    defer { reader.close() }
    var found: [String] = []
    let source = TopicPartition(topic, 0)
    let end = try #require(try reader.bounds([source])[source]?.end)
    try reader.read(source, from: NextOffset(0), to: end, patience: .seconds(10)) { chunk in
      found += chunk.values
      return true
    }
    #expect(found == (0..<300).map { "value \($0)" })
  }

  @Test func abortDropsTheTransactionAndNothingElse() throws {
    let producer = try makeProducer()
    try producer.abort()
    try write(producer, "x")
    try producer.abort()
    try producer.abort()
    try write(producer, "y")
    try producer.commit()
    producer.close()
  }

  @Test func callsOutOfOrderAreMisuse() throws {
    let producer = try log.makeTransactionalProducer(id: "order")
    #expect(try code { try producer.begin() } == "misuse")
    try producer.initialize()
    #expect(try code { try producer.initialize() } == "misuse")
    #expect(try code { try producer.produce(OutputBatch()) } == "misuse")
    #expect(try code { try producer.flush() } == "misuse")
    #expect(try code { try producer.commit() } == "misuse")
    try producer.begin()
    #expect(try code { try producer.begin() } == "misuse")
    var batch = OutputBatch()
    batch.append("out", partition: -1, key: nil, value: [1])
    #expect(try code { try producer.produce(batch) } == "misuse")
    producer.close()
    #expect(try code { try producer.begin() } == "closed")
  }

  @Test func anUnknownPartitionIsFatal() throws {
    let producer = try makeProducer()
    try write(producer, "known")
    try producer.flush()
    var batch = OutputBatch()
    batch.append("out", partition: 7, key: nil, value: [1])
    let error = try #require(throws: LogError.self) {
      try producer.produce(batch)
      try producer.flush()
    }
    #expect(error.reaction == .fatal)
    try producer.abort()
    producer.close()
  }

  @Test func closingWithAnOpenTransactionEnds() throws {
    let producer = try makeProducer()
    try write(producer, "x")
    producer.close()
  }

  // MARK: - Helpers

  private func makeProducer(_ id: String = "producer") throws -> any TransactionalProducer {
    let producer = try log.makeTransactionalProducer(id: id)
    try producer.initialize()
    return producer
  }

  /// Opens a transaction with one record.
  private func write(_ producer: any TransactionalProducer, _ text: String) throws {
    try producer.begin()
    var batch = OutputBatch()
    batch.append("out", partition: 0, key: bytes("k"), value: bytes(text))
    try producer.produce(batch)
  }

  private func membership() throws -> Membership {
    let raw = rd_kafka_consumer_group_metadata_new_with_genid("group", 1, "member", "instance")
    return Membership(adopting: try #require(raw))
  }

  private func values() throws -> [String] {
    let reader = try log.makeReader()
    defer { reader.close() }
    let source = TopicPartition("out", 0)
    let bounds = try #require(try reader.bounds([source])[source])
    var found: [String] = []
    try reader.read(source, from: bounds.earliest, to: bounds.end, patience: .seconds(10)) { chunk in
      found += chunk.values
      return true
    }
    return found
  }

  private func code(_ body: () throws -> Void) throws -> String {
    try #require(throws: LogError.self) { try body() }.code
  }
}
