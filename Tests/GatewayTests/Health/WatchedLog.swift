import EventLog
import Foundation
import SimulatedLog
import Synchronization

/// A simulated log whose consumer can be made to pass partitions over, or to hang.
final class WatchedLog: EventLog {
  struct Trouble {
    /// Partitions that are not fetched, though the consumer looks healthy.
    var unfetched: Set<TopicPartition> = []
    /// Whether polls do not return.
    var hangs = false
    /// Whether the consumer has taken notice.
    var isInForce = false
  }

  let inner: SimulatedLog
  let trouble = Mutex(Trouble())

  init(_ inner: SimulatedLog) { self.inner = inner }

  var name: String { inner.name }
  func describe(_ topics: [String]) throws -> [String: TopicSpecification] { try inner.describe(topics) }
  func create(_ topics: [TopicSpecification]) throws { try inner.create(topics) }
  func makeTransactionalProducer(id: String) throws -> any TransactionalProducer {
    try inner.makeTransactionalProducer(id: id)
  }
  func makePublisher() throws -> any Publisher { try inner.makePublisher() }
  func makeReader() throws -> any PartitionReader { try inner.makeReader() }
  func committedOffsets(
    group: String, of partitions: [TopicPartition]
  ) throws -> [TopicPartition: NextOffset?] {
    try inner.committedOffsets(group: group, of: partitions)
  }
  var retainsInputs: Bool { inner.retainsInputs }
  func release(before positions: [TopicPartition: NextOffset], history: Duration) throws {
    try inner.release(before: positions, history: history)
  }
  func makeConsumer(_ configuration: ConsumerConfiguration) throws -> any GroupConsumer {
    WatchedConsumer(try inner.makeConsumer(configuration), self)
  }
}

private final class WatchedConsumer: GroupConsumer {
  private let inner: any GroupConsumer
  private let log: WatchedLog
  private var owned: Set<TopicPartition> = []
  private var paused: Set<TopicPartition> = []

  init(_ inner: any GroupConsumer, _ log: WatchedLog) {
    self.inner = inner
    self.log = log
  }

  func poll(_ limits: FetchLimits, rebalance: (Rebalance) -> Void) throws -> [RecordChunk] {
    while log.trouble.withLock({ trouble in
      trouble.isInForce = true
      return trouble.hangs
    }) { Thread.sleep(forTimeInterval: 0.005) }
    let wanted = log.trouble.withLock { $0.unfetched }.intersection(owned)
    try inner.pause(wanted.subtracting(paused).sorted())
    try inner.resume(paused.subtracting(wanted).sorted())
    paused = wanted
    return try inner.poll(limits) { change in
      switch change {
      case .assigned(let partitions): owned.formUnion(partitions)
      case .revoked(let partitions), .lost(let partitions): owned.subtract(partitions)
      }
      paused.formIntersection(owned)
      rebalance(change)
    }
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
