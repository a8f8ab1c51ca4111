import CRdKafka
import EventLog
import Logging

/// A producer for transactions. One thread at a time uses it.
///
/// Deadlines: librdkafka's header recommends to commit and abort without a time limit, because a limit may
/// leave its state behind the broker's. Without one a commit waits for a lost coordinator for ever. So every
/// call gets the transaction's own timeout, after which the broker aborts anyway; and when that passes, the
/// client is never used again: the next `abort`, `begin` or `initialize` replaces it by a new one, whose
/// initialization makes the broker finish what was open.
final class TransactionWriter: TransactionalProducer {
  /// Where the producer is.
  private enum Phase {
    /// Not initialized.
    case fresh
    /// No transaction is open.
    case idle
    /// A transaction is open.
    case open
    /// A transaction is open and can only be aborted.
    case failed(LogError)
    /// The end of a transaction is unconfirmed: the client must be replaced, or was and is not initialized
    /// yet.
    case unresolved(isReplaced: Bool)
    /// Fenced or broken: the broker has ended what was open.
    case dead(LogError)
    case closed
  }

  private let settings: ClientSettings
  private let logger: Logger
  private let timeout: Duration
  private var parts: (client: Client, writer: RecordWriter)?
  private var phase = Phase.fresh
  private var deadline: Deadline

  init(settings: ClientSettings, timeout: Duration, logger: Logger) throws(LogError) {
    self.settings = settings
    self.logger = logger
    self.timeout = timeout
    deadline = Deadline(after: timeout)
    parts = try Self.makeParts(settings, logger)
  }

  deinit { close() }

  func initialize() throws {
    switch phase {
    case .fresh: break
    case .closed: throw Self.closed
    case .idle, .open, .failed: throw Self.misuse("initialize() was called twice")
    case .unresolved: return try recover()
    case .dead:
      phase = .unresolved(isReplaced: false)
      return try recover()
    }
    guard let parts else { throw Self.closed }
    try attach(parts.client)
  }

  func begin() throws {
    switch phase {
    case .idle: break
    case .unresolved: try recover()
    default: throw refusal("begin()")
    }
    guard let parts else { throw Self.closed }
    parts.client.events.clearDeliveries()
    deadline = Deadline(after: timeout)
    if let failure = Failure(consuming: rd_kafka_begin_transaction(parts.client.raw)) {
      throw fail(failure, "beginning a transaction")
    }
    phase = .open
  }

  func produce(_ batch: OutputBatch) throws {
    guard case .open = phase, let parts else { throw refusal("produce()") }
    if let entry = batch.entries.first(where: { $0.partition < 0 }) {
      throw Self.misuse("a record to \(batch.topics[entry.topic]) names no partition")
    }
    guard let refused = try parts.writer.write(batch, until: deadline) else { return }
    switch refused.code {
    case RD_KAFKA_RESP_ERR__STATE, RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR__QUEUE_FULL,
      RD_KAFKA_RESP_ERR__TIMED_OUT:
      // The transaction failed in the background, or did not move for its whole timeout.
      throw failDelivery(refused)
    default:
      throw fail(refused, "producing")
    }
  }

  func flush() throws {
    guard case .open = phase, let parts else { throw refusal("flush()") }
    let isComplete = parts.writer.flush(until: deadline)
    if let failure = parts.client.events.firstFailure { throw failDelivery(failure) }
    if !isComplete {
      throw failDelivery(
        Failure(
          RD_KAFKA_RESP_ERR__TIMED_OUT,
          "\(parts.writer.pending) records were not confirmed within the transaction's timeout"))
    }
  }

  func sendOffsets(_ positions: [TopicPartition: NextOffset], group: any GroupMetadata) throws {
    guard case .open = phase, let parts else { throw refusal("sendOffsets()") }
    guard let membership = group as? Membership else {
      throw Self.misuse("the group metadata is of another log")
    }
    let list = PartitionList(positions.sorted { $0.key < $1.key }.map { ($0.key, $0.value.value) })
    while true {
      // A retry has to repeat the very same arguments: the first attempt may have reached the broker.
      let error = list.pass {
        rd_kafka_send_offsets_to_transaction(parts.client.raw, $0, membership.raw, deadline.milliseconds)
      }
      guard let failure = Failure(consuming: error) else { return }
      if failure.reaction(during: .transaction) == .retry && !deadline.hasPassed {
        rd_kafka_poll(parts.client.raw, 50)
        continue
      }
      throw fail(failure, "sending the positions of \(positions.count) partitions")
    }
  }

  func commit() throws {
    guard case .open = phase, let parts else { throw refusal("commit()") }
    // Everything is delivered before EndTxn can be sent; so a failure up to here is surely no commit.
    try flush()
    let limit = Deadline(after: timeout)
    while true {
      let error = rd_kafka_commit_transaction(parts.client.raw, limit.milliseconds)
      guard let failure = Failure(consuming: error) else {
        phase = .idle
        return
      }
      // Resumes the commit that goes on in the background.
      if failure.isRetriable && !failure.isFatal && !limit.hasPassed {
        rd_kafka_poll(parts.client.raw, 50)
        continue
      }
      throw fail(failure, "committing", during: .commit)
    }
  }

  func abort() throws {
    switch phase {
    case .fresh, .idle, .closed: return
    // The broker aborted it when it fenced this producer.
    case .dead: return
    case .unresolved: return try recover()
    case .open, .failed: break
    }
    guard let parts else { return }
    let limit = Deadline(after: timeout)
    while true {
      let error = rd_kafka_abort_transaction(parts.client.raw, limit.milliseconds)
      guard let failure = Failure(consuming: error) else {
        phase = .idle
        return
      }
      if failure.isRetriable && !failure.isFatal && !limit.hasPassed {
        rd_kafka_poll(parts.client.raw, 50)
        continue
      }
      let refused = failure.error(during: .transaction, "aborting")
      if refused.reaction == .ownershipLost || refused.reaction == .fatal {
        phase = .dead(refused)
        throw refused
      }
      // Not confirmed, and not committed either: a new client makes the broker abort.
      phase = .unresolved(isReplaced: false)
      return try recover()
    }
  }

  func close() {
    switch phase {
    case .open, .failed:
      // Best effort: what stays open is aborted by the next initialization or the broker's timeout.
      let limit = min(timeout, .seconds(5))
      if let parts {
        _ = Failure(consuming: rd_kafka_abort_transaction(parts.client.raw, limit.milliseconds))
      }
    default: break
    }
    phase = .closed
    parts = nil
  }

  // MARK: - Phases

  private func attach(_ client: Client) throws(LogError) {
    // Without a limit librdkafka takes twice the transaction's timeout. The call can be resumed.
    if let failure = Failure(consuming: rd_kafka_init_transactions(client.raw, -1)) {
      let error = failure.error(during: .transaction, "initializing transactions")
      if error.reaction != .retry { phase = .dead(error) }
      throw error
    }
    phase = .idle
  }

  /// Starts over with a new client. Its initialization makes the broker finish or abort what the former left.
  private func recover() throws(LogError) {
    if case .unresolved(isReplaced: false) = phase {
      // The former goes first, so that it cannot write any more.
      parts = nil
      parts = try Self.makeParts(settings, logger)
      phase = .unresolved(isReplaced: true)
    }
    guard let parts else { throw Self.closed }
    try attach(parts.client)
  }

  /// A record was not delivered, or could not be. The client's own fatal error says more than the record's.
  private func failDelivery(_ failure: Failure) -> LogError {
    if let fatal = parts?.client.fatalFailure { return fail(fatal, failure.message) }
    var abortable = failure
    abortable.requiresAbort = true
    return fail(abortable, "delivering the transaction's records")
  }

  private func fail(
    _ failure: Failure, _ attempt: String, during operation: Operation = .transaction
  ) -> LogError {
    let error = failure.error(during: operation, attempt)
    switch error.reaction {
    case .retry where operation == .transaction:
      // Out of time: nothing of the transaction is certain to be there, and it is not committed.
      let late = LogError(.abortAndRewind, code: error.code, error.message)
      phase = .failed(late)
      return late
    case .retry, .abortAndRewind: phase = .failed(error)
    case .commitUnknown: phase = .unresolved(isReplaced: false)
    case .ownershipLost, .fatal:
      // A refusal of librdkafka's leaves the client usable, and a transaction that can be aborted.
      phase = failure.isFatal || error.reaction == .ownershipLost ? .dead(error) : .failed(error)
    }
    return error
  }

  private func refusal(_ call: String) -> LogError {
    switch phase {
    case .fresh: Self.misuse("\(call) was called before initialize()")
    case .idle: Self.misuse("\(call) was called without a transaction")
    case .open: Self.misuse("\(call) was called inside a transaction")
    case .failed(let error): error
    case .unresolved:
      LogError(.commitUnknown, code: "unresolved", "the last commit is unconfirmed; abort() settles it")
    case .dead(let error): error
    case .closed: Self.closed
    }
  }

  private static func makeParts(
    _ settings: ClientSettings, _ logger: Logger
  ) throws(LogError) -> (client: Client, writer: RecordWriter) {
    let client = try Client(.producer, settings, events: ClientEvents(logger: logger))
    return (client, RecordWriter(client: client, settings: settings))
  }

  private static func misuse(_ message: String) -> LogError { LogError(.fatal, code: "misuse", message) }

  private static let closed = LogError(.fatal, code: "closed", "the producer was closed")
}
