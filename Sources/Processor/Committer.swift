internal import EventLog
internal import Foundation

/// Runs transactions on a thread of its own, so that the worker decodes and reduces the next batch meanwhile.
actor Committer {
  private nonisolated let executor: ThreadExecutor
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let log: any EventLog
  private let transactionalID: String
  private let maxRetries: Int
  private var producer: (any TransactionalProducer)?

  init(log: any EventLog, transactionalID: String, maxRetries: Int) {
    self.log = log
    self.transactionalID = transactionalID
    self.maxRetries = maxRetries
    executor = ThreadExecutor(name: "commit")
  }

  /// Fences predecessors and finishes what they left open.
  func initialize() throws {
    producer?.close()
    producer = nil
    let producer = try log.makeTransactionalProducer(id: transactionalID)
    try producer.initialize()
    self.producer = producer
  }

  /// Commits one plan; the signal opens in any case.
  func commit(_ plan: CommitPlan, signal: CommitSignal) throws {
    defer { signal.open() }
    guard let producer else {
      throw LogError(.fatal, code: "notInitialized", "the producer was not initialized")
    }
    try CommitSequence(producer: producer, maxRetries: maxRetries).run(plan)
  }

  func close() {
    producer?.close()
    producer = nil
    executor.stop()
  }
}

/// Opens when a commit has come to an end. The worker's rebalance handler waits for it by blocking, as it runs inside
/// a synchronous call of the log; the committer has its own thread, so it always gets there.
///
/// Unchecked, because the state is guarded by its condition.
final class CommitSignal: @unchecked Sendable {
  private let condition = NSCondition()
  private var isOpen = false

  func open() {
    condition.lock()
    isOpen = true
    condition.broadcast()
    condition.unlock()
  }

  /// - Returns: whether it opened before the deadline.
  func wait(upTo seconds: Double) -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer { condition.unlock() }
    while !isOpen { if !condition.wait(until: deadline) { return isOpen } }
    return true
  }
}
