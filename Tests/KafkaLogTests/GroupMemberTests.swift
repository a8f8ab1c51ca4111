import EventLog
import Testing

@testable import KafkaLog

/// One life of a group member, in one test: the mock takes seconds to assign partitions.
@Suite struct GroupMemberTests {
  private static let limits = FetchLimits(maxRecords: 1000, maxBytes: 1 << 20, timeout: .milliseconds(200))

  @Test func readsSeeksPausesAndLeaves() throws {
    let cluster = try #require(MockCluster())
    cluster.makeTopic("in", partitions: 2)
    let log = try cluster.makeLog()
    let first = TopicPartition("in", 0)
    let second = TopicPartition("in", 1)
    try publish(log, 10)
    let consumer = try log.makeConsumer(
      ConsumerConfiguration(group: "g", instance: "i", topics: ["in"]))
    #expect(throws: LogError.self) { try consumer.metadata() }

    // Without a committed offset it starts at the earliest record, unless the handler says otherwise.
    var rebalances: [Rebalance] = []
    var offsets: [TopicPartition: [Int64]] = [:]
    while offsets.values.reduce(0, { $0 + $1.count }) < 17 || consumer.partitionsAtEnd().count < 2 {
      let chunks = try consumer.poll(Self.limits) { rebalance in
        rebalances.append(rebalance)
        if case .assigned = rebalance {
          #expect(throws: Never.self) { try consumer.seek([second: NextOffset(3)]) }
          #expect(throws: Never.self) { _ = try consumer.metadata() }
        }
      }
      for chunk in chunks { offsets[chunk.source, default: []] += chunk.offsets }
    }
    #expect(rebalances == [.assigned([first, second])])
    #expect(offsets == [first: Array(0..<10), second: Array(3..<10)])
    #expect(consumer.partitionsAtEnd() == [first, second])
    #expect(try consumer.committed([first, second]) == [first: nil, second: nil])
    _ = try consumer.metadata()

    // Seeking drops what was read, and what is held back of it.
    try consumer.seek([first: NextOffset(4)])
    #expect(consumer.partitionsAtEnd() == [second])
    #expect(try read(consumer, 1, FetchLimits(maxRecords: 1, maxBytes: 1, timeout: .seconds(1))) == [4])
    try consumer.seek([first: NextOffset(8)])
    #expect(try read(consumer, 2) == [8, 9])

    // A paused partition hands out nothing, not even what was fetched; resumed, it goes on without a gap.
    try consumer.seek([first: NextOffset(0)])
    #expect(try read(consumer, 1, FetchLimits(maxRecords: 1, maxBytes: 1, timeout: .seconds(1))) == [0])
    try consumer.pause([first])
    for _ in 0..<3 { #expect(try consumer.poll(Self.limits) { _ in }.isEmpty) }
    try consumer.resume([first])
    #expect(try read(consumer, 9) == Array(1..<10))

    // What is not owned cannot be moved.
    let error = try #require(throws: LogError.self) {
      try consumer.seek([TopicPartition("other", 0): NextOffset(0)])
    }
    #expect(error.reaction == .ownershipLost)

    // A position that the log does not hold ends the member, and stays its answer.
    try consumer.seek([first: NextOffset(50)])
    let outside = try #require(throws: LogError.self) { _ = try read(consumer, 1) }
    #expect(outside.reaction == .fatal)
    #expect(outside.message.contains("in[0] is to be read from offset 50, but holds 0 to 10"))
    #expect(throws: LogError.self) { try consumer.poll(Self.limits) { _ in } }
    consumer.close()
    consumer.close()
    #expect(throws: LogError.self) { try consumer.poll(Self.limits) { _ in } }
  }

  @Test func closesBeforeItsFirstAssignment() throws {
    let cluster = try #require(MockCluster())
    cluster.makeTopic("in", partitions: 1)
    let consumer = try cluster.makeLog().makeConsumer(
      ConsumerConfiguration(group: "g", instance: "i", topics: ["in"]))
    #expect(try consumer.poll(Self.limits) { _ in }.isEmpty)
    consumer.close()
  }

  @Test func letsGoWithoutClose() throws {
    let cluster = try #require(MockCluster())
    cluster.makeTopic("in", partitions: 1)
    let log = try cluster.makeLog()
    _ = try log.makeConsumer(ConsumerConfiguration(group: "g", instance: "i", topics: ["in"]))
    _ = try log.makeTransactionalProducer(id: "t")
    _ = try log.makePublisher()
    _ = try log.makeReader()
  }

  private func read(
    _ consumer: any GroupConsumer, _ count: Int, _ limits: FetchLimits = Self.limits
  ) throws -> [Int64] {
    var offsets: [Int64] = []
    var attempts = 0
    while offsets.count < count && attempts < 100 {
      offsets += try consumer.poll(limits) { _ in }.flatMap(\.offsets)
      attempts += 1
    }
    return offsets
  }

  private func publish(_ log: KafkaLog, _ count: Int) throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    for number in 0..<count {
      for partition in 0..<2 as Range<Int32> {
        batch.append("in", partition: partition, key: bytes("k"), value: bytes("value \(number)"))
      }
    }
    try publisher.send(batch)
  }
}
