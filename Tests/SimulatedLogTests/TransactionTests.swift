internal import EventLog
internal import SimulatedLog
internal import Testing

@Suite struct TransactionTests {
  private let log = SimulatedLog(seed: 1)
  private let source = TopicPartition("in", 0)
  private let limits = FetchLimits(maxRecords: 100, maxBytes: 1 << 20, timeout: .zero)

  init() throws { try log.create([TopicSpecification(name: "in", partitions: 1)]) }

  private func batch(_ value: UInt8) -> OutputBatch {
    var batch = OutputBatch()
    batch.append("in", partition: 0, key: nil, value: [value])
    return batch
  }

  private func opened(_ id: String, value: UInt8) throws -> any TransactionalProducer {
    let producer = try log.makeTransactionalProducer(id: id)
    try producer.initialize()
    try producer.begin()
    try producer.produce(batch(value))
    try producer.flush()
    return producer
  }

  private func consumer(_ instance: String = "one") throws -> any GroupConsumer {
    try log.makeConsumer(ConsumerConfiguration(group: "group", instance: instance, topics: ["in"]))
  }

  private func logError(_ body: () throws -> Void) -> LogError? {
    do { try body() } catch { return error as? LogError }
    return nil
  }

  @Test func anOpenTransactionHoldsBackWhatIsBehindIt() throws {
    try log.makePublisher().send(batch(1))
    let first = try opened("first", value: 2)
    let second = try opened("second", value: 3)
    try second.commit()
    let reader = try log.makeReader()
    #expect(try reader.bounds([source])[source]?.end == NextOffset(4))
    #expect(try log.lastStableOffset(source) == NextOffset(1))
    #expect(log.openTransactions == ["first"])
    let error = logError {
      try reader.read(source, from: NextOffset(0), to: NextOffset(4), patience: .zero) { _ in true }
    }
    #expect(error?.reaction == .retry && error?.code == "openTransaction")
    try first.abort()
    let chunks = try reader.poll([source: NextOffset(0)], limits: limits)
    #expect(chunks.flatMap { chunk in chunk.entries.map { chunk.copy($0.value) } } == [[1], [3]])
    #expect(chunks.last?.next == NextOffset(5))
  }

  @Test func aTransactionThatIsTooOldIsAbortedAndItsProducerFenced() throws {
    let producer = try opened("slow", value: 1)
    log.now += 14_999
    try producer.produce(batch(2))
    log.now += 1
    #expect(log.openTransactions == [])
    let error = logError { try producer.commit() }
    #expect(error?.reaction == .ownershipLost && error?.code == "PRODUCER_FENCED")
    #expect(try log.makeReader().poll([source: NextOffset(0)], limits: limits).isEmpty)
    try log.makeTransactionalProducer(id: "slow").initialize()
  }

  @Test func pendingOffsetsAreWaitedFor() throws {
    for value in 1...3 as ClosedRange<UInt8> { try log.makePublisher().send(batch(value)) }
    let owner = try consumer()
    _ = try owner.poll(limits) { _ in }
    let producer = try log.makeTransactionalProducer(id: "id")
    try producer.initialize()
    try producer.begin()
    try producer.sendOffsets([source: NextOffset(2)], group: try owner.metadata())

    // The owner dies between its last two requests; the transaction is still open.
    log.evict(group: "group", instance: "one")
    let next = try consumer("two")
    #expect(try next.poll(limits) { _ in }.isEmpty)
    let error = logError { _ = try next.committed([source]) }
    #expect(error?.reaction == .retry && error?.code == "UNSTABLE_OFFSET_COMMIT")
    try producer.commit()
    #expect(try next.committed([source])[source] == NextOffset(2))
    let chunks = try next.poll(limits) { _ in }
    #expect(chunks.flatMap { $0.entries.map(\.offset.value) } == [2])
  }

  @Test func aFencedProducerCanDoNothing() throws {
    let zombie = try opened("id", value: 1)
    try log.makeTransactionalProducer(id: "id").initialize()
    for body in [
      { try zombie.produce(self.batch(2)) }, { try zombie.flush() }, { try zombie.commit() },
      { try zombie.abort() },
    ] as [() throws -> Void] {
      #expect(throws: LogError.self) { try body() }
    }
    zombie.close()
  }
}
