import EventLog
import Foundation
import SimulatedLog

/// A simulated log on which whoever trains can be held up, and on which the transaction that writes a run can
/// go wrong.
///
/// Unchecked, because everything that changes is guarded by the condition.
final class TrainingLog: EventLog, @unchecked Sendable {
  /// What becomes of the first transaction that writes a run.
  enum Fault: CaseIterable {
    /// It is aborted.
    case abortBefore
    /// It commits, and nobody hears of it.
    case unknownAfter
    /// The process dies before it commits, or behind it.
    case crashBefore, crashAfter
  }

  private let log: SimulatedLog
  private let condition = NSCondition()
  private var isHeld: Bool
  private var waiting = 0
  private var passed = 0
  private var fault: Fault?

  init(_ log: SimulatedLog, holdsTraining: Bool = false, fault: Fault? = nil) {
    self.log = log
    isHeld = holdsTraining
    self.fault = fault
  }

  var name: String { log.name }

  /// Whether somebody waits to read examples.
  var isWaiting: Bool { condition.withLock { waiting > 0 } }
  /// How often examples were read.
  var reads: Int { condition.withLock { passed } }
  /// Whether the fault has struck.
  var hasStruck: Bool { condition.withLock { fault == nil } }

  /// Lets whoever trains go on.
  func letGo() {
    condition.withLock {
      isHeld = false
      condition.broadcast()
    }
  }

  fileprivate func pass() {
    condition.lock()
    defer { condition.unlock() }
    waiting += 1
    while isHeld { condition.wait() }
    waiting -= 1
    passed += 1
  }

  fileprivate func takeFault() -> Fault? {
    condition.withLock {
      defer { fault = nil }
      return fault
    }
  }

  func describe(_ topics: [String]) throws -> [String: TopicSpecification] { try log.describe(topics) }
  func create(_ topics: [TopicSpecification]) throws { try log.create(topics) }
  func makePublisher() throws -> any Publisher { try log.makePublisher() }
  func makeReader() throws -> any PartitionReader { Reader(try log.makeReader(), self) }
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
    try log.makeConsumer(configuration)
  }

  func makeTransactionalProducer(id: String) throws -> any TransactionalProducer {
    Producer(try log.makeTransactionalProducer(id: id), self)
  }

  private final class Reader: PartitionReader {
    private let inner: any PartitionReader
    private let owner: TrainingLog

    init(_ inner: any PartitionReader, _ owner: TrainingLog) {
      self.inner = inner
      self.owner = owner
    }

    func bounds(_ partitions: [TopicPartition]) throws -> [TopicPartition: PartitionBounds] {
      try inner.bounds(partitions)
    }

    func read(
      _ partition: TopicPartition, from: NextOffset, to: NextOffset, patience: Duration,
      _ body: (RecordChunk) throws -> Bool
    ) throws {
      if partition.topic == "examples" { owner.pass() }
      try inner.read(partition, from: from, to: to, patience: patience, body)
    }

    func poll(
      _ positions: [TopicPartition: NextOffset], limits: FetchLimits
    ) throws -> [RecordChunk] {
      try inner.poll(positions, limits: limits)
    }

    func close() { inner.close() }
  }

  private final class Producer: TransactionalProducer {
    private let inner: any TransactionalProducer
    private let owner: TrainingLog
    private var writesRun = false

    init(_ inner: any TransactionalProducer, _ owner: TrainingLog) {
      self.inner = inner
      self.owner = owner
    }

    func initialize() throws { try inner.initialize() }
    func begin() throws {
      writesRun = false
      try inner.begin()
    }
    func produce(_ batch: OutputBatch) throws {
      if batch.topics.contains("models") { writesRun = true }
      try inner.produce(batch)
    }
    func flush() throws { try inner.flush() }
    func sendOffsets(_ positions: [TopicPartition: NextOffset], group: any GroupMetadata) throws {
      try inner.sendOffsets(positions, group: group)
    }
    func commit() throws {
      let fault = writesRun ? owner.takeFault() : nil
      let request = FaultRequest(kind: .commit, subject: "training", number: 0)
      switch fault {
      case nil: try inner.commit()
      case .abortBefore: throw LogError(.abortAndRewind, code: "injected", "the commit failed")
      case .crashBefore: throw SimulatedCrash(request: request, moment: .beforeEffect)
      case .unknownAfter:
        try inner.commit()
        throw LogError(.commitUnknown, code: "injected", "nobody heard of the commit")
      case .crashAfter:
        try inner.commit()
        throw SimulatedCrash(request: request, moment: .afterEffect)
      }
    }
    func abort() throws { try inner.abort() }
    func close() { inner.close() }
  }
}
