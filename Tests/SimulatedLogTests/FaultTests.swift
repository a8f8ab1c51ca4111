internal import EventLog
internal import SimulatedLog
internal import Testing

@Suite struct FaultTests {
  private let log = SimulatedLog(seed: 1)
  private let source = TopicPartition("in", 0)
  private let limits = FetchLimits(maxRecords: 100, maxBytes: 1 << 20, timeout: .zero)

  init() throws { try log.create([TopicSpecification(name: "in", partitions: 1)]) }

  private func batch(_ value: UInt8) -> OutputBatch {
    var batch = OutputBatch()
    batch.append("in", partition: 0, key: nil, value: [value])
    return batch
  }

  private func contents() throws -> [[UInt8]?] {
    let chunks = try log.makeReader().poll([source: NextOffset(0)], limits: limits)
    return chunks.flatMap { chunk in chunk.entries.map { chunk.copy($0.value) } }
  }

  /// Makes one request of each kind.
  private func request(_ kind: FaultRequest.Kind) throws {
    let consumer = try log.makeConsumer(
      ConsumerConfiguration(group: "group", instance: "one", topics: ["in"]))
    let producer = try log.makeTransactionalProducer(id: "id")
    let reader = try log.makeReader()
    switch kind {
    case .poll: _ = try consumer.poll(limits) { _ in }
    case .committed: _ = try consumer.committed([source])
    case .readBounds: _ = try reader.bounds([source])
    case .read: _ = try reader.poll([source: NextOffset(0)], limits: limits)
    case .publish: try log.makePublisher().send(batch(9))
    case .initialize, .begin, .produce, .flush, .sendOffsets, .commit, .abort:
      _ = try consumer.poll(limits) { _ in }
      try producer.initialize()
      try producer.begin()
      try producer.produce(batch(1))
      try producer.flush()
      try producer.sendOffsets([source: NextOffset(0)], group: try consumer.metadata())
      if kind == .abort { try producer.abort() } else { try producer.commit() }
    }
  }

  @Test(arguments: FaultRequest.Kind.allCases, FaultMoment.allCases)
  func everyRequestCanFailAndIsCounted(_ kind: FaultRequest.Kind, _ moment: FaultMoment) throws {
    log.faults = OneFault(
      kind: kind, answer: .fail(LogError(.retry, code: "injected", "by the test"), moment))
    #expect(throws: LogError.self) { try request(kind) }
    #expect(log.firedFaults.count(FiredFaults.Key(kind: kind, fault: "retry", moment: moment)) == 1)

    log.faults = OneFault(kind: kind, number: 1, answer: .crash(moment))
    #expect(throws: SimulatedCrash.self) { try request(kind) }
    #expect(log.firedFaults.count(FiredFaults.Key(kind: kind, fault: "crash", moment: moment)) == 1)
    #expect(log.firedFaults.count(kind) == 2 && log.firedFaults.total == 2)
  }

  @Test func aLostReplyOfACommitMeansCommitted() throws {
    let producer = try log.makeTransactionalProducer(id: "id")
    try producer.initialize()
    try producer.begin()
    try producer.produce(batch(1))
    try producer.flush()
    log.faults = OneFault(
      kind: .commit, answer: .fail(LogError(.commitUnknown, code: "lostReply", "by the test"), .afterEffect))
    #expect(throws: LogError.self) { try producer.commit() }
    #expect(try contents() == [[1]])
    // Only an abort is legal now; there is nothing left that it could take back.
    #expect(throws: LogError.self) { try producer.begin() }
    try producer.abort()
    #expect(try contents() == [[1]])
    try producer.begin()
    try producer.produce(batch(2))
    try producer.flush()
    try producer.commit()
    #expect(try contents() == [[1], [2]])
  }

  @Test func aRepeatedCommitIsConfirmedAndNotDoneTwice() throws {
    let producer = try log.makeTransactionalProducer(id: "id")
    try producer.initialize()
    try producer.begin()
    try producer.produce(batch(1))
    try producer.flush()
    log.faults = OneFault(
      kind: .commit, answer: .fail(LogError(.retry, code: "injected", "by the test"), .afterEffect))
    #expect(throws: LogError.self) { try producer.commit() }
    try producer.commit()
    #expect(try contents() == [[1]])
    #expect(try log.lastStableOffset(source) == NextOffset(2))
  }

  @Test func whatWasNotFlushedIsNotCommitted() throws {
    let producer = try log.makeTransactionalProducer(id: "id")
    try producer.initialize()
    try producer.begin()
    try producer.produce(batch(1))
    try producer.flush()
    try producer.produce(batch(2))
    try producer.commit()
    #expect(try contents() == [[1]])
  }

  @Test func aRepeatedProduceWritesOnce() throws {
    let producer = try log.makeTransactionalProducer(id: "id")
    try producer.initialize()
    try producer.begin()
    log.faults = OneFault(
      kind: .produce, answer: .fail(LogError(.retry, code: "injected", "by the test"), .afterEffect))
    #expect(throws: LogError.self) { try producer.produce(batch(1)) }
    try producer.produce(batch(1))
    try producer.produce(batch(2))
    try producer.flush()
    try producer.commit()
    #expect(try contents() == [[1], [2]])
  }

  @Test func afterAnAbortableErrorOnlyAbortIsLegal() throws {
    let producer = try log.makeTransactionalProducer(id: "id")
    try producer.initialize()
    try producer.begin()
    log.faults = OneFault(
      kind: .flush, answer: .fail(LogError(.abortAndRewind, code: "injected", "by the test"), .beforeEffect))
    #expect(throws: LogError.self) { try producer.flush() }
    #expect(throws: LogError.self) { try producer.commit() }
    try producer.abort()
    try producer.begin()
    try producer.commit()
  }

  @Test func aPollThatFailsLosesNothing() throws {
    try log.makePublisher().send(batch(1))
    let consumer = try log.makeConsumer(
      ConsumerConfiguration(group: "group", instance: "one", topics: ["in"]))
    log.faults = OneFault(
      kind: .poll, answer: .fail(LogError(.retry, code: "injected", "by the test"), .afterEffect))
    #expect(throws: LogError.self) { _ = try consumer.poll(limits) { _ in } }
    #expect(try consumer.poll(limits) { _ in }.count == 1)
  }
}
