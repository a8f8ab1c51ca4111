internal import EventLog
internal import SimulatedLog
internal import Testing

@Suite struct GroupTests {
  private let log = SimulatedLog(seed: 1)
  private let limits = FetchLimits(maxRecords: 100, maxBytes: 1 << 20, timeout: .zero)

  init() throws {
    try log.create([
      TopicSpecification(name: "app", partitions: 5), TopicSpecification(name: "web", partitions: 5),
    ])
  }

  private func consumer(_ instance: String) throws -> any GroupConsumer {
    try log.makeConsumer(ConsumerConfiguration(group: "group", instance: instance, topics: ["web", "app"]))
  }

  private func poll(_ consumer: any GroupConsumer) throws -> [Rebalance] {
    var events: [Rebalance] = []
    _ = try consumer.poll(limits) { events.append($0) }
    return events
  }

  private func lanes(_ range: Range<Int32>) -> [TopicPartition] {
    range.map { TopicPartition("app", $0) } + range.map { TopicPartition("web", $0) }
  }

  private func logError(_ body: () throws -> Void) -> LogError? {
    do { try body() } catch { return error as? LogError }
    return nil
  }

  @Test func rangesKeepLanesWholeAcrossTopics() throws {
    let first = try consumer("a")
    let second = try consumer("b")
    #expect(try poll(first) == [.assigned(lanes(0..<3))])
    #expect(try poll(second) == [.assigned(lanes(3..<5))])
  }

  @Test func everybodyGivesUpBeforeAnybodyTakes() throws {
    let first = try consumer("a")
    #expect(try poll(first) == [.assigned(lanes(0..<5))])
    let second = try consumer("b")
    #expect(try poll(second) == [])
    #expect(try poll(first) == [.revoked(lanes(0..<5)), .assigned(lanes(0..<3))])
    #expect(try poll(second) == [.assigned(lanes(3..<5))])
    second.close()
    #expect(try poll(first) == [.revoked(lanes(0..<3)), .assigned(lanes(0..<5))])
  }

  @Test func aSilentMemberIsRemoved() throws {
    let silent = try consumer("a")
    _ = try poll(silent)
    let stale = try silent.metadata()
    let other = try consumer("b")
    log.now += 9_999
    #expect(try poll(other) == [])
    log.now += 1
    #expect(log.members(group: "group") == ["b"])
    #expect(try poll(other) == [.assigned(lanes(0..<5))])

    let producer = try log.makeTransactionalProducer(id: "id")
    try producer.initialize()
    try producer.begin()
    let error = logError { try producer.sendOffsets([TopicPartition("web", 0): NextOffset(0)], group: stale) }
    #expect(error?.reaction == .abortAndRewind && error?.code == "UNKNOWN_MEMBER_ID")
    #expect(try poll(silent).first == .lost(lanes(0..<5)))
  }

  @Test func anOldGenerationIsRefused() throws {
    let first = try consumer("a")
    _ = try poll(first)
    let stale = try first.metadata()
    log.rebalance(group: "group")
    #expect(try poll(first) == [.revoked(lanes(0..<5)), .assigned(lanes(0..<5))])
    let producer = try log.makeTransactionalProducer(id: "id")
    try producer.initialize()
    try producer.begin()
    let error = logError { try producer.sendOffsets([TopicPartition("web", 0): NextOffset(0)], group: stale) }
    #expect(error?.reaction == .abortAndRewind && error?.code == "ILLEGAL_GENERATION")
    try producer.abort()
    try producer.begin()
    try producer.sendOffsets([TopicPartition("web", 0): NextOffset(0)], group: try first.metadata())
    try producer.commit()
  }

  @Test func aRestartUnderTheSameInstanceKeepsItsPartitions() throws {
    let first = try consumer("a")
    let second = try consumer("b")
    _ = try poll(first)
    _ = try poll(second)
    let restarted = try consumer("a")
    #expect(try poll(restarted) == [.assigned(lanes(0..<3))])
    #expect(try poll(second) == [])
    let error = logError { _ = try poll(first) }
    #expect(error?.code == "FENCED_INSTANCE_ID")
  }

  @Test func anEvictedMemberLosesItsPartitionsAndComesBack() throws {
    let member = try consumer("a")
    _ = try poll(member)
    log.evict(group: "group", instance: "a")
    #expect(try poll(member) == [.lost(lanes(0..<5)), .assigned(lanes(0..<5))])
  }
}
