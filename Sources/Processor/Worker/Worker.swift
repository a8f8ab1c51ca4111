package import EventLog
internal import JourneyModel
package import LaneStorage
internal import Learning
package import ProcessRuntime
internal import Synchronization
internal import WireFormat

/// One consumer with its lanes: takes batches, lets the lanes reduce them side by side, commits them in one
/// transaction while the next batch is taken.
///
/// What comes next is decided by values without threads: `MembershipPolicy` (join again or stop),
/// `WorkerMachine` (which lanes, which topics, what to reduce) and `BatchPipeline` (in which order). The
/// actor does what they say: here the membership, in `Worker+Batches` the batches, in `Worker+Lanes` what
/// happens to its lanes.
package actor Worker {
  private nonisolated let executor: any WorkerExecutor
  /// The worker's own thread: polling blocks.
  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  let settings: ProcessorSettings
  let log: any EventLog
  let clock: any WallClock
  let runtime: any WorkerRuntime
  let report: @Sendable (ProcessorEvent) -> Void
  let machine: WorkerMachine
  let committer: Committer
  let restoration: LaneRestoration
  var definitions: DefinitionFollower
  var models: ModelFollower
  var training: TrainingTurn
  var lanes = OwnedLanes()
  var batches = BatchesInFlight()
  var reader: (any PartitionReader)?
  /// Why lanes that were assigned are not at work; the poll that assigned them could not say it.
  var restoreFailure: LogError?
  var files: LaneFileQueue?

  /// Batches that a worker holds at most: one that is being taken, one that the lanes reduce, one that
  /// commits. Memory is bounded by this, `maxBatchEvents` and `maxBatchBytes`: while a commit is under way
  /// and the next batch is reduced, one more is taken and then nothing is polled.
  static let maxBatchesInFlight = 3

  /// Creates a worker; it does nothing until `run()`.
  package init(
    settings: ProcessorSettings, log: any EventLog, clock: any WallClock,
    local: LocalStorage = LocalStorage(), runtime: any WorkerRuntime = ThreadRuntime(),
    report: @escaping @Sendable (ProcessorEvent) -> Void
  ) {
    self.settings = settings
    self.log = log
    self.clock = clock
    self.runtime = runtime
    self.report = report
    machine = WorkerMachine(settings: settings)
    committer = Committer(
      log: log, transactionalID: "\(settings.lanes.group)-\(settings.instance)-0",
      maxRetries: settings.maxRetries, executor: runtime.makeExecutor("commit")
    ) { report(.retried($0)) }
    let request = RetriedRequest(maxRetries: settings.maxRetries, runtime: runtime, report: report)
    definitions = DefinitionFollower(settings: settings, request: request)
    models = ModelFollower(settings: settings, request: request)
    var learning = LearningSettings(
      settings.lanes.topics, partitions: settings.lanes.partitions, pace: settings.training,
      patience: settings.restorePatience)
    learning.training = settings.fitting
    training = TrainingTurn(learning, log: log, runtime: runtime)
    restoration = LaneRestoration(settings: settings, log: log.name, local: local, request: request)
    files = local.laneFiles.map { _ in
      LaneFileQueue(
        LaneFilePublisher(executor: runtime.makeExecutor("files"), report: report),
        taskExecutor: runtime.taskExecutor)
    }
    executor = runtime.makeExecutor("worker")
  }

  /// Asks the worker to finish its batch, commit and leave.
  package nonisolated func stop() {
    stopFlag.set()
  }
  nonisolated let stopFlag = StopFlag()

  /// Runs until stopped. Throws only what a person must see to.
  package func run() async throws {
    defer { executor.stop() }
    do {
      var policy = MembershipPolicy(maxRetries: settings.maxRetries)
      while !stopFlag.isSet {
        do {
          try await runMembership { policy.progressed() }
        } catch let error as LogError {
          guard case .rejoin(let pause) = policy.ended(error, at: runtime.uptime) else { throw error }
          report(.rewound(error))
          await runtime.sleep(for: pause)
        }
      }
    } catch {
      await close()
      throw error
    }
    await close()
  }

  private func close() async {
    training.close()
    await committer.close()
    await files?.newest?.value
    await files?.publisher.close()
  }

  /// Joins the group and works until stopped, or until this membership is over: whatever was taken and not
  /// committed is read again by the next one.
  private func runMembership(_ progressed: () -> Void) async throws {
    let consumer = try log.makeConsumer(
      ConsumerConfiguration(
        group: settings.lanes.group, instance: settings.instance, topics: settings.lanes.topics.consumed))
    let reader = try log.makeReader()
    self.reader = reader
    defer {
      consumer.close()
      reader.close()
      definitions.close()
      models.close()
      leave()
      dropTraining()
      batches = BatchesInFlight()
      restoreFailure = nil
    }
    try definitions.open(reader)
    try models.open(reader)
    try await committer.initialize()
    try await work(consumer, progressed)
  }

  /// Does what the pipeline says until it has nothing more to say.
  private func work(_ consumer: any GroupConsumer, _ progressed: () -> Void) async throws {
    var pipeline = BatchPipeline()
    var actions = BatchPipeline.first
    while true {
      var input: BatchPipeline.Input?
      for action in actions {
        assert(input == nil, "only the last action has a consequence")
        input = try await perform(action, consumer)
      }
      guard let input else { return }
      actions = pipeline.handle(input)
      if pipeline.state == .gathering { progressed() }
    }
  }

  private func perform(
    _ action: BatchPipeline.Action, _ consumer: any GroupConsumer
  ) async throws -> BatchPipeline.Input? {
    switch action {
    case .gather: return stopFlag.isSet ? .stopping : try gather(consumer)
    case .awaitReduction: return try await awaitReduction()
    case .awaitCommit: return try await awaitCommit(consumer)
    case .plan: return try plan(consumer)
    case .reduce: reduce()
    case .commit: try commit(consumer)
    case .reportRewound(let error): report(.rewound(error))
    case .initializeProducer: try await committer.initialize()
    case .readBack: try perform(machine.rewind(), consumer)
    case .leave(let error): throw error
    case .finish: await writeLaneFiles()
    }
    return nil
  }
}

/// A flag that any thread may raise.
final class StopFlag: Sendable {
  private let value = Atomic(false)

  var isSet: Bool { value.load(ordering: .acquiring) }

  func set() { value.store(true, ordering: .releasing) }
}
