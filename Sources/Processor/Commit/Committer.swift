internal import EventLog

/// Runs transactions on a thread of its own, so that the worker decodes and reduces the next batch meanwhile.
actor Committer {
  private nonisolated let executor: any WorkerExecutor
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let log: any EventLog
  private let transactionalID: String
  private let maxRetries: Int
  private let onRetry: @Sendable (LogError) -> Void
  private var producer: (any TransactionalProducer)?

  init(
    log: any EventLog, transactionalID: String, maxRetries: Int, executor: any WorkerExecutor,
    onRetry: @escaping @Sendable (LogError) -> Void
  ) {
    self.log = log
    self.transactionalID = transactionalID
    self.maxRetries = maxRetries
    self.executor = executor
    self.onRetry = onRetry
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
  func commit(_ plan: CommitPlan, signal: CompletionSignal) throws {
    defer { signal.open() }
    guard let producer else {
      throw LogError(.fatal, code: "notInitialized", "the producer was not initialized")
    }
    try CommitSequence(producer: producer, maxRetries: maxRetries, onRetry: onRetry).run(plan)
  }

  func close() {
    producer?.close()
    producer = nil
    executor.stop()
  }
}
