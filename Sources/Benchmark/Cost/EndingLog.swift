import EventLog
import Foundation

/// A log whose consumer looks for no more than there is: once so many records are handed over, a poll sleeps.
/// A consumer that looked again and again while the last batch is reduced would be counted, as often as it
/// happened to come round.
final class EndingLog: EventLog {
  private let log: any EventLog
  private let records: Int

  init(_ log: any EventLog, after records: Int) {
    self.log = log
    self.records = records
  }

  var name: String { log.name }
  var retainsInputs: Bool { log.retainsInputs }
  func describe(_ topics: [String]) throws -> [String: TopicSpecification] { try log.describe(topics) }
  func create(_ topics: [TopicSpecification]) throws { try log.create(topics) }
  func makeTransactionalProducer(id: String) throws -> any TransactionalProducer {
    try log.makeTransactionalProducer(id: id)
  }
  func makePublisher() throws -> any Publisher { try log.makePublisher() }
  func makeReader() throws -> any PartitionReader { try log.makeReader() }
  func committedOffsets(
    group: String, of partitions: [TopicPartition]
  ) throws -> [TopicPartition: NextOffset?] {
    try log.committedOffsets(group: group, of: partitions)
  }
  func release(before positions: [TopicPartition: NextOffset], history: Duration) throws {
    try log.release(before: positions, history: history)
  }

  func makeConsumer(_ configuration: ConsumerConfiguration) throws -> any GroupConsumer {
    Consumer(try log.makeConsumer(configuration), records)
  }

  private final class Consumer: GroupConsumer {
    private let inner: any GroupConsumer
    private var left: Int

    init(_ inner: any GroupConsumer, _ records: Int) {
      self.inner = inner
      left = records
    }

    func poll(_ limits: FetchLimits, rebalance: (Rebalance) -> Void) throws -> [RecordChunk] {
      guard left > 0 else {
        Thread.sleep(forTimeInterval: limits.timeout / .seconds(1))
        return []
      }
      let chunks = try inner.poll(limits, rebalance: rebalance)
      left -= chunks.reduce(0) { $0 + $1.entries.count }
      return chunks
    }

    func partitionsAtEnd() -> Set<TopicPartition> { inner.partitionsAtEnd() }
    func positions() -> [TopicPartition: NextOffset] { inner.positions() }
    func ends() -> [TopicPartition: NextOffset] { inner.ends() }
    func committed(_ partitions: [TopicPartition]) throws -> [TopicPartition: NextOffset?] {
      try inner.committed(partitions)
    }
    func seek(_ positions: [TopicPartition: NextOffset]) throws { try inner.seek(positions) }
    func pause(_ partitions: [TopicPartition]) throws { try inner.pause(partitions) }
    func resume(_ partitions: [TopicPartition]) throws { try inner.resume(partitions) }
    func metadata() throws -> any GroupMetadata { try inner.metadata() }
    func close() { inner.close() }
  }
}
