import EventLog
import Foundation
import SimulatedLog

/// A simulated log that counts what a worker holds, and whose commits wait until they are let through.
///
/// Unchecked, because everything that changes is guarded by the condition.
final class WatchedLog: EventLog, @unchecked Sendable {
  private let log: SimulatedLog
  private let condition = NSCondition()
  private var isOpen: Bool
  private var taken = 0
  private var committed = 0
  private var largest = 0

  init(_ log: SimulatedLog, commitsWait: Bool) {
    self.log = log
    isOpen = !commitsWait
  }

  var name: String { log.name }

  /// Records handed to the worker.
  var takenRecords: Int { condition.withLock { taken } }
  /// The most records that were handed over and not committed, at any time.
  var mostHeld: Int { condition.withLock { largest } }

  /// Lets commits through.
  func open() {
    condition.withLock {
      isOpen = true
      condition.broadcast()
    }
  }

  fileprivate func note(taken count: Int) {
    condition.withLock {
      taken += count
      largest = max(largest, taken - committed)
    }
  }

  fileprivate func note(committed count: Int) { condition.withLock { committed = count } }

  fileprivate func waitForCommit() {
    condition.lock()
    defer { condition.unlock() }
    while !isOpen { condition.wait() }
  }

  func describe(_ topics: [String]) throws -> [String: TopicSpecification] { try log.describe(topics) }
  func create(_ topics: [TopicSpecification]) throws { try log.create(topics) }
  func makePublisher() throws -> any Publisher { try log.makePublisher() }
  func makeReader() throws -> any PartitionReader { try log.makeReader() }
  func committedOffsets(
    group: String, of partitions: [TopicPartition]
  ) throws -> [TopicPartition: NextOffset?] {
    try log.committedOffsets(group: group, of: partitions)
  }
  var retainsInputs: Bool { log.retainsInputs }
  func release(before positions: [TopicPartition: NextOffset], history: Duration) throws {
    try log.release(before: positions, history: history)
  }

  func makeConsumer(_ configuration: ConsumerConfiguration) throws -> any GroupConsumer {
    Consumer(try log.makeConsumer(configuration), self)
  }

  func makeTransactionalProducer(id: String) throws -> any TransactionalProducer {
    Producer(try log.makeTransactionalProducer(id: id), self)
  }

  private final class Consumer: GroupConsumer {
    private let inner: any GroupConsumer
    private let watch: WatchedLog

    init(_ inner: any GroupConsumer, _ watch: WatchedLog) {
      self.inner = inner
      self.watch = watch
    }

    func poll(_ limits: FetchLimits, rebalance: (Rebalance) -> Void) throws -> [RecordChunk] {
      let chunks = try inner.poll(limits, rebalance: rebalance)
      watch.note(taken: chunks.reduce(0) { $0 + $1.entries.count })
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

  private final class Producer: TransactionalProducer {
    private let inner: any TransactionalProducer
    private let watch: WatchedLog
    private var sent = 0

    init(_ inner: any TransactionalProducer, _ watch: WatchedLog) {
      self.inner = inner
      self.watch = watch
    }

    func initialize() throws { try inner.initialize() }
    func begin() throws { try inner.begin() }
    func produce(_ batch: OutputBatch) throws { try inner.produce(batch) }
    func flush() throws { try inner.flush() }
    func sendOffsets(_ positions: [TopicPartition: NextOffset], group: any GroupMetadata) throws {
      try inner.sendOffsets(positions, group: group)
      // Every input holds nothing but records, from offset 0 on.
      sent = positions.values.reduce(0) { $0 + Int($1.value) }
    }
    func commit() throws {
      watch.waitForCommit()
      try inner.commit()
      watch.note(committed: sent)
    }
    func abort() throws { try inner.abort() }
    func close() { inner.close() }
  }
}
