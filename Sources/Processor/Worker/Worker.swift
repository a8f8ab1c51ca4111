public import EventLog
internal import Foundation
internal import JourneyModel
internal import JourneyRules
internal import Logging
internal import Sessionizer

/// One consumer with its lanes: takes batches, lets the lanes reduce them side by side, commits them in one
/// transaction while the next batch is taken.
public actor Worker {
  private nonisolated let executor: any WorkerExecutor
  /// The worker's own thread: polling blocks.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let settings: ProcessorSettings
  private let configuration: String
  private let log: any EventLog
  private let clock: any WallClock
  private let local: LocalStorage
  private let runtime: any WorkerRuntime
  private let report: @Sendable (ProcessorEvent) -> Void
  private let machine: WorkerMachine
  private let committer: Committer
  private var lanes: [Int32: Lane] = [:]
  private var reader: (any PartitionReader)?
  private var feed: DefinitionFeed?
  /// The definitions that batches are reduced under from now on.
  private var definitions: CompiledBundle?
  /// Uptime at which definitions were looked for last.
  private var definitionsReadAt = Duration.zero
  private var reducing: Reduction?
  private var pending: PendingCommit?
  private var restoreFailure: LogError?
  /// Journal record of each lane's newest batch that was handed over.
  private var journals: [Int32: JournalRecord] = [:]
  /// Lanes that were taken away, until the next assignment: one that comes back unchanged need not be restored.
  private var kept: [Int32: KeptLane] = [:]
  private let publisher: LaneFilePublisher?
  /// The newest of the lane files that are being published, one after the other.
  private var publishing: Task<Void, Never>?

  /// A lane without an owner, and what was known of it.
  private struct KeptLane {
    var lane: Lane
    var journal: JournalRecord
    var owned: WorkerMachine.OwnedLane
  }
  private var breaker: PoisonBreaker

  /// Batches that a worker holds at most: one that is being taken, one that the lanes reduce, one that commits. Memory
  /// is bounded by this, `maxBatchEvents` and `maxBatchBytes`: while a commit is under way and the next batch is
  /// reduced, one more is taken and then nothing is polled.
  static let maxBatchesInFlight = 3

  /// A batch that the lanes are reducing, and the positions behind it.
  private struct Reduction {
    var task: Task<[(lane: Int32, output: LaneOutput)], any Error>
    var lanes: Set<Int32>
    var generation: Int
    var positions: [TopicPartition: NextOffset]
    /// Uptime at which its first record was taken.
    var started: Duration
  }

  /// A transaction under way.
  private struct PendingCommit {
    /// Gives the uptime of the confirmed commit.
    var task: Task<Duration, any Error>
    var signal: CompletionSignal
    var report: CommitReport
    var files: [(lane: Int32, file: LaneFileOutcome)]
    var positions: [TopicPartition: NextOffset]
    /// Uptime at which it began.
    var begun: Duration
    /// Uptime at which its first record was taken.
    var started: Duration
  }

  /// Creates a worker; it does nothing until `run()`.
  public init(
    settings: ProcessorSettings, log: any EventLog, clock: any WallClock,
    local: LocalStorage = LocalStorage(), runtime: any WorkerRuntime = ThreadRuntime(),
    report: @escaping @Sendable (ProcessorEvent) -> Void
  ) {
    self.settings = settings
    self.log = log
    self.clock = clock
    self.local = local
    self.runtime = runtime
    self.report = report
    breaker = PoisonBreaker(settings.breaker)
    configuration = settings.lanes.digest
    machine = WorkerMachine(settings: settings)
    committer = Committer(
      log: log, transactionalID: "\(settings.lanes.group)-\(settings.instance)-0",
      maxRetries: settings.maxRetries, executor: runtime.makeExecutor("commit")
    ) { report(.retried($0)) }
    publisher = local.laneFiles.map { _ in
      LaneFilePublisher(executor: runtime.makeExecutor("files"), report: report)
    }
    executor = runtime.makeExecutor("worker")
  }

  /// Asks the worker to finish its batch, commit and leave.
  public nonisolated func stop() {
    stopFlag.set()
  }
  private nonisolated let stopFlag = StopFlag()

  /// Runs until stopped. Throws only what a person must see to.
  public func run() async throws {
    defer { executor.stop() }
    do {
      var failures = 0
      var fencedAt: Duration?
      while !stopFlag.isSet {
        do {
          try await runMembership { failures = 0 }
        } catch let error as LogError where isOver(error, &fencedAt) {
          failures += 1
          // Somebody else may own the lanes for long; a member that comes back at once would only disturb them.
          guard failures <= settings.maxRetries else { throw error }
          report(.rewound(error))
          await runtime.sleep(for: .milliseconds(min(100 * failures, 2_000)))
        }
      }
    } catch {
      await close()
      throw error
    }
    await close()
  }

  /// Whether an error ends one membership only, so that the next one may go on.
  private func isOver(_ error: LogError, _ fencedAt: inout Duration?) -> Bool {
    if error.code.hasSuffix(Worker.fencedInstance) {
      // Once is the rule after a restart: what a predecessor of the same name still had on its way came late. A second one soon
      // after a fresh membership means that somebody else really runs under this name.
      let now = runtime.uptime
      defer { fencedAt = now }
      return fencedAt.map { now - $0 >= Worker.fencedAgain } ?? true
    }
    // A restore finds out what is lost, and whether to go on.
    return error.reaction != .fatal || error.code == LogError.offsetOutOfRange
  }

  /// How the code ends of being replaced by a process of the same instance.
  static let fencedInstance = "FENCED_INSTANCE_ID"
  /// Being replaced again so soon is for a person to see to.
  static let fencedAgain: Duration = .seconds(60)

  private func close() async {
    await committer.close()
    await publishing?.value
    await publisher?.close()
  }

  /// Joins the group and works until stopped, or until this membership is over: whatever was taken and not committed
  /// is read again by the next one.
  private func runMembership(_ progressed: () -> Void) async throws {
    let consumer = try log.makeConsumer(
      ConsumerConfiguration(
        group: settings.lanes.group, instance: settings.instance, topics: settings.lanes.topics.consumed))
    let reader = try log.makeReader()
    self.reader = reader
    try openFeed(reader)
    defer {
      consumer.close()
      reader.close()
      feed = nil
      let owned = machine.lanes.keys.sorted()
      machine.release(owned)
      if !owned.isEmpty { report(.released(owned)) }
      lanes = [:]
      kept = [:]
      reducing = nil
      pending = nil
      restoreFailure = nil
    }
    try await committer.initialize()
    while !stopFlag.isSet {
      try await step(consumer)
      progressed()
    }
    try await handOver(consumer)
    try await finishPending(consumer)
    await writeLaneFiles()
  }

  /// Writes the file of every lane; all that was reduced has to be committed.
  private func writeLaneFiles() async {
    guard publisher != nil else { return }
    let lanes = lanes
    let files = await Task(executorPreference: runtime.taskExecutor) {
      await withTaskGroup(of: (lane: Int32, file: LaneFileOutcome)?.self) { group in
        for (number, lane) in lanes {
          group.addTask { await lane.writeFile().map { (number, $0) } }
        }
        var files: [(lane: Int32, file: LaneFileOutcome)] = []
        for await file in group { if let file { files.append(file) } }
        return files
      }
    }.value
    publish(files.sorted { $0.lane < $1.lane })
    await publishing?.value
  }

  private func publish(_ files: [(lane: Int32, file: LaneFileOutcome)]) {
    guard let publisher, !files.isEmpty else { return }
    publishing = Task(executorPreference: runtime.taskExecutor) { [publishing] in
      await publishing?.value
      for (lane, file) in files { await publisher.publish(lane, file) }
    }
  }

  /// Takes a batch; meanwhile the lanes reduce the one before, and the one before that commits.
  ///
  /// A batch that the interval cut short is reduced and handed over at once: with little to do, what counts is how soon
  /// a change can be read.
  private func step(_ consumer: any GroupConsumer) async throws {
    let started = runtime.uptime
    try apply(breaker.advance(to: started), consumer)
    let (chunks, isFull) = try gather(consumer, since: started)
    if let restoreFailure { throw restoreFailure }
    guard try await handOver(consumer) else { return }
    try refreshDefinitions()
    let work = machine.plan(
      chunks, atEnd: consumer.partitionsAtEnd(), reading: consumer.positions(), ends: consumer.ends(),
      now: clock.now, settled: clock.settled, definitions: definitions)
    // Before anything is waited for: whoever watches knows then what a worker that hangs had before it.
    report(
      .turned(
        TurnReport(
          isMember: !machine.lanes.isEmpty || (try? consumer.metadata()) != nil,
          inputs: machine.inputs(reading: consumer.positions(), ends: consumer.ends()))))
    guard !work.isEmpty else {
      try await finishPending(consumer)
      if machine.mustRewind {
        report(
          .rewound(LogError(.abortAndRewind, code: "positionBehind", "records from before the position")))
        try rewind(consumer)
      }
      return
    }
    let lanes = lanes
    reducing = Reduction(
      task: Task(executorPreference: runtime.taskExecutor) {
        try await Worker.reduce(work, lanes)
      },
      lanes: Set(work.map(\.lane)),
      generation: machine.generation,
      positions: machine.positions,
      started: started)
    if !isFull { try await handOver(consumer) }
  }

  /// Waits for the lanes and hands what they wrote to the committer.
  ///
  /// - Returns: whether the lanes are still as they were; if not, whatever was taken meanwhile is read again.
  @discardableResult
  private func handOver(_ consumer: any GroupConsumer) async throws -> Bool {
    guard let current = reducing else { return true }
    reducing = nil
    let result = await current.task.result
    // Reduced for an assignment that is over: its owner, whoever that is now, reads the input again.
    guard current.generation == machine.generation else { return true }
    let outputs: [(lane: Int32, output: LaneOutput)]
    do {
      outputs = try result.get()
    } catch let error as LogError where error.reaction == .abortAndRewind {
      // A lane has lost what it kept locally. The batch before may still commit; then everything comes back from the log.
      guard try await finishPending(consumer) else { return false }
      report(.rewound(error))
      try rewind(consumer)
      return false
    }
    var report = CommitReport(lanes: outputs.count)
    var files: [(lane: Int32, file: LaneFileOutcome)] = []
    for (lane, output) in outputs {
      machine.note(lane, output, settled: clock.settled)
      journals[lane] = output.journal
      if let file = output.file { files.append((lane, file)) }
      report.counts = report.counts + output.journal.counts
      report.rejections.add(output.rejections)
      report.shortenedSnapshots += output.shortenedSnapshots
      report.derived = report.derived + output.derived
      report.records += output.records.entries.count
      report.bytes += output.records.bytes.count
      report.byLane.append(LaneReport(lane, output))
    }
    report.sessions = machine.sessionCount
    guard try await finishPending(consumer) else { return false }
    let plan = CommitPlan(
      records: outputs.map(\.output.records), positions: current.positions, group: try consumer.metadata())
    let signal = CompletionSignal()
    let (committer, runtime) = (committer, runtime)
    let task = Task(executorPreference: runtime.taskExecutor) {
      try await committer.commit(plan, signal: signal)
      return runtime.uptime
    }
    pending = PendingCommit(
      task: task, signal: signal, report: report, files: files, positions: plan.positions,
      begun: runtime.uptime, started: current.started)
    return true
  }

  /// Polls until there is enough for a commit or the interval is over.
  private func gather(
    _ consumer: any GroupConsumer, since started: Duration
  ) throws -> (chunks: [RecordChunk], isFull: Bool) {
    var batch = BatchGathering(maxRecords: settings.maxBatchEvents, maxBytes: settings.maxBatchBytes)
    while !batch.isFull, !stopFlag.isSet {
      let rest = settings.commitInterval - (runtime.uptime - started)
      if rest <= .zero { break }
      let generation = machine.generation
      let polled: [RecordChunk]
      do {
        polled = try consumer.poll(batch.limits(timeout: rest)) { change in handle(change, consumer) }
      } catch {
        // Without the lanes that could not be restored nobody has said where to read, so what follows is only a consequence.
        throw restoreFailure ?? error
      }
      // Whatever was gathered under another assignment is read again.
      if machine.generation != generation { batch.discard() }
      if restoreFailure != nil { break }
      batch.add(polled)
      if polled.isEmpty, batch.chunks.isEmpty, runtime.uptime - started >= settings.commitInterval { break }
    }
    return (batch.chunks, batch.isFull)
  }

  /// Lanes reduce side by side.
  private static func reduce(_ work: [LaneWork], _ lanes: [Int32: Lane]) async throws -> [(
    lane: Int32, output: LaneOutput
  )] {
    var outputs: [(lane: Int32, output: LaneOutput)] = []
    try await withThrowingTaskGroup(of: (lane: Int32, output: LaneOutput).self) { group in
      for item in work {
        guard let lane = lanes[item.lane] else { continue }
        group.addTask { (item.lane, try await lane.reduce(item)) }
      }
      for try await output in group { outputs.append(output) }
    }
    return outputs.sorted { $0.lane < $1.lane }
  }

  /// Waits for the transaction under way.
  ///
  /// - Returns: whether it committed; if not, the lanes have been dropped and read back, and what was reduced since
  ///   must be thrown away.
  @discardableResult
  private func finishPending(_ consumer: any GroupConsumer) async throws -> Bool {
    guard var current = pending else { return true }
    pending = nil
    do {
      let confirmed = try await current.task.value
      current.report.elapsed = confirmed - current.started
      current.report.transaction = confirmed - current.begun
      publish(current.files)
    } catch let error as LogError {
      report(.rewound(error))
      switch error.reaction {
      case .fatal, .ownershipLost: throw error
      case .commitUnknown: try await committer.initialize()
      case .retry, .abortAndRewind: break
      }
      try rewind(consumer)
      return false
    }
    machine.commit(current.positions)
    report(.committed(current.report))
    let topics = settings.lanes.topics
    // What stands in `routed` was taken by another lane once; pausing it would hold up the good events of others.
    let inputs = topics.consumed.filter { $0 != topics.routed }
    try apply(breaker.note(current.report.rejections, of: inputs, at: runtime.uptime), consumer)
    return true
  }

  /// After an abort: input and state go back together to what is committed.
  private func rewind(_ consumer: any GroupConsumer) throws {
    let numbers = machine.rewind()
    lanes = [:]
    try restore(numbers, consumer)
    try consumer.seek(machine.positions)
    try keepPaused(consumer)
  }

  /// Pauses what the breaker keeps from being read, where reading has begun anew.
  private func keepPaused(_ consumer: any GroupConsumer) throws {
    let partitions = machine.pausedPartitions
    if !partitions.isEmpty { try consumer.pause(partitions) }
  }

  /// Does what the breaker has decided, and says so.
  private func apply(_ changes: [PoisonBreaker.Change], _ consumer: any GroupConsumer) throws {
    for change in changes {
      switch change {
      case .opened(let opening):
        machine.pause(opening.topic)
        try consumer.pause(machine.partitions(of: opening.topic))
        report(.breakerOpened(opening))
      case .halfOpened(let topic):
        machine.resume(topic, now: clock.settled)
        try consumer.resume(machine.partitions(of: topic))
        report(.breakerHalfOpened(topic: topic))
      case .closed(let topic): report(.breakerClosed(topic: topic))
      }
    }
  }

  /// Runs inside `poll`.
  private func handle(_ change: Rebalance, _ consumer: any GroupConsumer) {
    // One deadline for everything: a transaction that has not ended by then is fenced by the next owner.
    let isQuiet = pending.map { runtime.wait(for: $0.signal, upTo: .seconds(20)) } ?? true
    switch change {
    case .assigned(let partitions):
      let numbers = machine.lanes(in: partitions)
      machine.assign(numbers)
      do {
        try restore(numbers, consumer)
        // A new assignment is read from everywhere; a breaker that is open stays open.
        try keepPaused(consumer)
      } catch {
        restoreFailure =
          error as? LogError ?? LogError(.fatal, code: "restoreFailed", "\(error)")
      }
      kept = [:]
    case .revoked(let partitions), .lost(let partitions):
      if !isQuiet {
        report(
          .rewound(LogError(.abortAndRewind, code: "releaseTimeout", "the transaction did not end in time")))
      }
      let numbers = machine.lanes(in: partitions)
      if case .revoked = change { keep(numbers) }
      machine.release(numbers)
      for number in numbers { lanes[number] = nil }
      report(.released(numbers))
    }
  }

  /// Reads the definitions in force before anything is reduced.
  private func openFeed(_ reader: any PartitionReader) throws {
    let feed = DefinitionFeed(
      reader: reader, topic: settings.lanes.topics.definitions, settings: settings.lanes.sessions.rules,
      patience: settings.restorePatience)
    // As for `restore`: a topic that was just made needs a moment.
    var attempt = 0
    while true {
      do {
        try feed.refresh()
        break
      } catch let error as LogError where error.reaction == .retry && attempt < settings.maxRetries {
        attempt += 1
        report(.retried(error))
        runtime.block(for: .milliseconds(min(50 * attempt, 500)))
      }
    }
    let found = try feed.bundleInForce()
    if found?.hash != definitions?.hash { definitions = found }
    feed.keepOnlyCurrent()
    self.feed = feed
    definitionsReadAt = runtime.uptime
    reportDefinitions()
  }

  private func reportDefinitions() {
    guard let current = feed?.current, let definitions else { return }
    report(
      .definitions(
        DefinitionsReport(
          hash: current.bundle, revision: current.revision, count: definitions.bundle.entries.count,
          warnings: feed?.warningsInForce ?? [])))
  }

  /// Takes up definitions that were applied meanwhile. What cannot be read changes nothing: the ones before stay in force.
  private func refreshDefinitions() throws {
    guard let feed, runtime.uptime - definitionsReadAt >= settings.definitionsInterval else { return }
    definitionsReadAt = runtime.uptime
    do {
      guard try feed.refresh() else { return }
      definitions = try feed.bundleInForce()
      feed.keepOnlyCurrent()
      reportDefinitions()
    } catch let error as LogError where error.reaction == .ownershipLost || error.reaction == .commitUnknown {
      throw error
    } catch let error as LogError where error.reaction == .retry {
      // Nothing is wrong with the definitions: the log did not answer, and is asked again.
      report(.retried(error))
    } catch let error as LogError {
      report(.definitionsIgnored(error))
    }
  }

  private func restore(_ numbers: [Int32], _ consumer: any GroupConsumer) throws {
    guard !numbers.isEmpty, let reader else { return }
    report(.restoring(numbers))
    // A broker that has just started, or a topic that was just made, needs a moment until each partition has a leader.
    var attempt = 0
    while true {
      do {
        return try restoreAll(numbers, consumer, reader)
      } catch let error as LogError where error.reaction == .retry && attempt < settings.maxRetries {
        attempt += 1
        report(.retried(error))
        runtime.block(for: .milliseconds(min(50 * attempt, 500)))
      }
    }
  }

  /// Keeps lanes on which nothing is being reduced. Whether what they hold is what has been committed is seen when they come
  /// back: by the journal's tail.
  private func keep(_ numbers: [Int32]) {
    for number in numbers where reducing?.lanes.contains(number) != true {
      guard let lane = lanes[number], let journal = journals[number], let owned = machine.lanes[number],
        owned.state == .running
      else { continue }
      kept[number] = KeptLane(lane: lane, journal: journal, owned: owned)
    }
  }

  private func restoreAll(
    _ numbers: [Int32], _ consumer: any GroupConsumer, _ reader: any PartitionReader
  ) throws {
    let inputs = numbers.flatMap { lane in settings.lanes.topics.consumed.map { TopicPartition($0, lane) } }
    let committed = try consumer.committed(inputs)
    let restorer = LaneRestorer(
      settings: settings, configuration: configuration, reader: reader, log: log.name, local: local,
      memoryShare: machine.memoryShare, report: report)
    for number in numbers {
      let started = runtime.uptime
      let restored: LaneRestorer.Restored
      do {
        restored = try restorer.restore(number, committed: committed, kept: kept[number]?.journal)
      } catch let error as LogError where error.code == LogError.inputLost {
        // Over all lanes, as a person has to decide about all of them.
        let lost = try restorer.lostInputs(numbers, committed: committed)
        let unread = lost.filter { !$0.isFirstRead }
        report(.inputLost(lost))
        throw unread.isEmpty ? error : LogError.inputLost(unread)
      } catch let error as LogError where error.reaction == .fatal {
        // Nothing fences a reader: whoever has stood still between the two reads finds what the next owner has committed
        // since. Only what does not fit together while nothing moves is for a person to look at.
        guard try consumer.committed(inputs) == committed else {
          throw LogError(
            .retry, code: "overtaken", "lane \(number) moved on while it was read back: \(error.message)")
        }
        throw error
      }
      if !restored.lost.isEmpty {
        report(.inputLost(try restorer.lostInputs([number], committed: committed)))
      }
      journals[number] = restored.tail
      let nextTimers = restored.machine.map(\.nextTimers) ?? kept[number]?.owned.nextTimers ?? StreamTimes()
      let sessions = restored.machine?.sessionCount ?? kept[number]?.owned.sessions ?? 0
      machine.start(
        number, positions: restored.positions, lost: restored.lost, nextTimers: nextTimers,
        sessions: sessions, journalledAt: restored.tail?.takenAt, now: clock.settled)
      if let restoredMachine = restored.machine {
        // Handed over whole: the restorer built it for this lane and nobody keeps a reference, which the compiler
        // cannot see through the synchronous rebalance handler.
        nonisolated(unsafe) let machine = restoredMachine
        lanes[number] = Lane(
          machine, decoder: try InputDecoder(settings.lanes), files: schedule(number, restored.tail))
      } else {
        lanes[number] = kept[number]?.lane
      }
      report(
        .restored(
          RestoreReport(
            lane: number, sessions: sessions, source: restored.source, elapsed: runtime.uptime - started)))
      report(.running(lane: number, sessions: sessions))
      // The log would read on from the committed offset, which is gone.
      try consumer.seek(restored.positions.filter { restored.lost[$0.key.topic] != nil })
    }
  }

  private nonisolated func schedule(_ lane: Int32, _ newest: JournalRecord?) -> sending LaneFileSchedule? {
    guard let files = local.laneFiles else { return nil }
    return LaneFileSchedule(
      files, identity: LaneFileIdentity(settings.lanes, log: log.name, lane: lane),
      interval: settings.laneFileInterval, newest: newest)
  }
}

/// A flag that any thread may raise.
///
/// Unchecked, because the value is guarded by its lock.
final class StopFlag: @unchecked Sendable {
  private let lock = NSLock()
  private var value = false

  var isSet: Bool { lock.withLock { value } }

  func set() { lock.withLock { value = true } }
}
