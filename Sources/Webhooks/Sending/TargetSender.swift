internal import EventLog
internal import Gateway
internal import JourneyModel
internal import Logging
internal import ProcessRuntime
internal import Processor
internal import Synchronization

/// Reads triggers for one target, keeps its machine, and commits what is settled. Blocks its thread; requests
/// are made elsewhere and reported to `finish`.
final class TargetSender: Sendable {
  let target: WebhookTarget
  private let settings: WebhookSettings
  private let log: any EventLog
  private let runtime: any WorkerRuntime
  private let now: @Sendable () -> Moment
  private let logger: Logger
  private let facts: TargetMonitor
  private let attempts: AsyncStream<Attempt>.Continuation
  private let machine: Mutex<DeliveryMachine>
  private let isStopped = Mutex(false)

  init(
    _ target: WebhookTarget, _ settings: WebhookSettings, log: any EventLog, runtime: any WorkerRuntime,
    now: @escaping @Sendable () -> Moment, logger: Logger, facts: TargetMonitor,
    attempts: AsyncStream<Attempt>.Continuation
  ) {
    self.target = target
    self.settings = settings
    self.log = log
    self.runtime = runtime
    self.now = now
    self.logger = logger
    self.facts = facts
    self.attempts = attempts
    machine = Mutex(DeliveryMachine(rules: target.rules))
  }

  /// Asks to stop; `run` then finishes what is under way and returns.
  func stop() { isStopped.withLock { $0 = true } }

  /// Notes what came of a request, and begins those that may follow.
  func finish(_ attempt: Attempt, _ result: AttemptResult, after elapsed: Duration) {
    facts.note(elapsed, of: result)
    machine.withLock { $0.note(result, of: attempt.id, at: now()) }
    begin()
  }

  /// Runs until it is asked to stop. Throws what only a person can mend.
  func run() throws(LogError) {
    defer { attempts.finish() }
    var pause: Duration = .milliseconds(100)
    while !hasStopped {
      do {
        try membership()
        return
      } catch {
        facts.noteMember(false)
        machine.withLock { machine in machine.revoke(machine.owned) }
        if error.reaction == .fatal { throw error }
        logger.warning(
          "target '\(target.name)': \(error.message); joining its group again",
          metadata: ["code": "\(error.code)"])
        facts.noteFault(error)
        runtime.block(for: pause)
        pause = min(pause * 2, .seconds(5))
      }
    }
  }

  private var hasStopped: Bool { isStopped.withLock { $0 } }

  /// One membership in the target's group.
  private func membership() throws(LogError) {
    let group = settings.group(of: target.name)
    try checked {
      let consumer = try log.makeConsumer(
        ConsumerConfiguration(group: group, instance: settings.instance, topics: [settings.actions]))
      defer { consumer.close() }
      let producer = try log.makeTransactionalProducer(id: "\(group)-\(settings.instance)")
      defer { producer.close() }
      try retrying { try producer.initialize() }
      let work = TargetWork(
        sender: self, consumer: consumer,
        sequence: CommitSequence(producer: producer, maxRetries: settings.maxRetries) { [facts] in
          facts.noteFault($0)
        })
      while !hasStopped { try work.turn() }
      try work.finish()
    }
  }

  /// All failures of a log are `LogError`; anything else is a fault of this program's and ends it as well.
  private func checked(_ body: () throws -> Void) throws(LogError) {
    do { try body() } catch let error as LogError { throw error } catch {
      throw LogError(.fatal, code: "unexpected", "target '\(target.name)': \(error)")
    }
  }

  func retrying<Value>(_ request: () throws -> Value) throws -> Value {
    var attempt = 0
    while true {
      do {
        return try request()
      } catch let error as LogError where error.reaction == .retry && attempt < settings.maxRetries {
        attempt += 1
        facts.noteFault(error)
        runtime.block(for: .milliseconds(50 * attempt))
      }
    }
  }

  // MARK: - What the work of a membership uses

  /// What partitions hold.
  func bounds(of partitions: [TopicPartition]) throws -> [TopicPartition: PartitionBounds] {
    let reader = try log.makeReader()
    defer { reader.close() }
    return try retrying { try reader.bounds(partitions) }
  }

  func tell(lost partition: TopicPartition, from position: NextOffset, to earliest: NextOffset) {
    logger.warning(
      "target '\(target.name)': \(partition) was to be read from \(position), which is not there any more; going on at \(earliest)"
    )
  }

  /// Begins the requests that may be made now.
  func begin() {
    let (begun, changes) = machine.withLock { machine in
      let begun = machine.start(at: now())
      facts.note(machine)
      return (begun, machine.takeChanges())
    }
    for attempt in begun { attempts.yield(attempt) }
    for change in changes { tell(change) }
  }

  func withMachine<Value: Sendable>(_ body: (inout DeliveryMachine) throws -> Value) rethrows -> Value {
    try machine.withLock { try body(&$0) }
  }

  var moment: Moment { now() }
  var shared: WebhookSettings { settings }
  var monitor: TargetMonitor { facts }
  func block(for duration: Duration) { runtime.block(for: duration) }

  func tell(gaveUp failures: [DeliveryFailure]) {
    var counts: [FailureReason: Int] = [:]
    for failure in failures { counts[failure.reason, default: 0] += 1 }
    let text = counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
    logger.warning(
      "target '\(target.name)': not delivered, now in \(settings.failures): \(text.joined(separator: ", "))")
  }

  private func tell(_ change: TargetCircuit.Change) {
    switch change {
    case .opened(let failures, let rest):
      logger.warning(
        "target '\(target.name)' at \(target.url.origin): \(failures) failures in a row; left alone for \(rest.milliseconds) ms"
      )
    case .gone(let rest):
      logger.warning(
        "target '\(target.name)' at \(target.url.origin) answered 410; left alone for \(rest.milliseconds / 1_000) s, its triggers go to \(settings.failures)"
      )
    case .closed: logger.notice("target '\(target.name)' at \(target.url.origin) answers again")
    }
  }
}
