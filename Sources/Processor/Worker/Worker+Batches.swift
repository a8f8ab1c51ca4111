internal import EventLog
internal import JourneyModel
internal import Learning
internal import ProcessRuntime
internal import WireFormat

/// The worker's batches: gathered, planned, reduced, committed.
extension Worker {
  /// Takes a batch: polls until there is enough for a commit or the interval is over.
  func gather(_ consumer: any GroupConsumer) throws -> BatchPipeline.Input {
    let started = runtime.uptime
    try perform(machine.turn(at: started, settled: clock.settled), consumer)
    var batch = BatchGathering(maxRecords: settings.maxBatchEvents, maxBytes: settings.maxBatchBytes)
    while !batch.isFull, !stopFlag.isSet {
      let rest = settings.commitInterval - (runtime.uptime - started)
      if rest <= .zero { break }
      let generation = machine.generation
      let polled: [RecordChunk]
      do {
        polled = try consumer.poll(batch.limits(timeout: rest)) { change in rebalance(change, consumer) }
      } catch {
        // Without the lanes that could not be restored nobody has said where to read, so what follows is only
        // a consequence.
        throw restoreFailure ?? error
      }
      // Whatever was gathered under another assignment is read again.
      if machine.generation != generation { batch.discard() }
      if restoreFailure != nil { break }
      batch.add(polled)
      if polled.isEmpty, batch.chunks.isEmpty, runtime.uptime - started >= settings.commitInterval { break }
    }
    if let restoreFailure { throw restoreFailure }
    batches.gathered = .init(chunks: batch.chunks, started: started)
    return .gathered(isFull: batch.isFull)
  }

  /// Sorts what was gathered to the lanes.
  func plan(_ consumer: any GroupConsumer) throws -> BatchPipeline.Input {
    try definitions.refresh()
    try models.refresh()
    let now = clock.now
    train(now)
    let work = machine.plan(
      batches.gathered?.chunks ?? [], atEnd: consumer.partitionsAtEnd(), reading: consumer.positions(),
      ends: consumer.ends(), now: now, settled: clock.settled, definitions: definitions.inForce,
      models: models.inForce, writing: training.hasFinished ? TrainingTurn.lane : nil)
    // Before it waits for anything: whoever watches knows then what a worker that hangs had before it.
    report(
      .turned(
        TurnReport(
          isMember: !machine.lanes.isEmpty || (try? consumer.metadata()) != nil,
          inputs: machine.inputs(reading: consumer.positions(), ends: consumer.ends()))))
    batches.planned = work
    if !work.isEmpty { return .plannedWork }
    guard machine.mustRewind else { return .plannedNothing }
    return .positionBehind(
      LogError(.abortAndRewind, code: "positionBehind", "records from before the position"))
  }

  /// Has the lanes reduce what was planned, side by side.
  func reduce() {
    let work = batches.planned
    let running = lanes.running
    batches.reduction = .init(
      task: Task(executorPreference: runtime.taskExecutor) { try await Worker.reduce(work, running) },
      lanes: Set(work.map(\.lane)), generation: machine.generation, positions: machine.positions,
      started: batches.gathered?.started ?? runtime.uptime)
    batches.planned = []
    batches.gathered = nil
  }

  private static func reduce(_ work: [LaneWork], _ lanes: [LaneNumber: Lane]) async throws -> [(
    lane: LaneNumber, output: LaneOutput
  )] {
    var outputs: [(lane: LaneNumber, output: LaneOutput)] = []
    try await withThrowingTaskGroup(of: (lane: LaneNumber, output: LaneOutput).self) { group in
      for item in work {
        guard let lane = lanes[item.lane] else { continue }
        group.addTask { (item.lane, try await lane.reduce(item)) }
      }
      for try await output in group { outputs.append(output) }
    }
    return outputs.sorted { $0.lane < $1.lane }
  }

  /// Waits for the lanes and notes what they wrote.
  func awaitReduction() async throws -> BatchPipeline.Input {
    guard let current = batches.reduction else { preconditionFailure("nothing is being reduced") }
    batches.reduction = nil
    let result = await current.task.result
    guard current.generation == machine.generation else { return .reducedInVain }
    let outputs: [(lane: LaneNumber, output: LaneOutput)]
    do {
      outputs = try result.get()
    } catch let error as LogError where error.reaction == .abortAndRewind {
      return .laneLost(error)
    }
    var report = CommitReport(lanes: outputs.count)
    var files: [LaneFileQueue.Item] = []
    for (lane, output) in outputs {
      machine.note(lane, output, settled: clock.settled)
      lanes.reduced(lane, output.journal)
      if let file = output.file { files.append((lane, file)) }
      report.add(lane, output)
    }
    report.sessions = machine.sessionCount
    var records = outputs.map(\.output.records)
    if let finished = training.take(with: outputs.map(\.lane), machine.generation) {
      records.append(finished.records)
      report.training = finished.report
    }
    batches.reduced = .init(
      records: records, journals: outputs.map(\.output.journal), report: report,
      files: files, positions: current.positions, started: current.started)
    return .reduced
  }

  /// Hands what the lanes wrote to the committer.
  func commit(_ consumer: any GroupConsumer) throws {
    guard let reduced = batches.reduced else { preconditionFailure("nothing has been reduced") }
    batches.reduced = nil
    let plan = CommitPlan(
      records: reduced.records, positions: reduced.positions, group: try consumer.metadata())
    if let flaw = plan.flaw(
      lanes: machine.lanes.filter { $0.value.state == .running }.keys, topics: settings.lanes.topics.consumed,
      journals: reduced.journals, committed: machine.committedPositions)
    {
      preconditionFailure("transaction: \(flaw)")
    }
    let signal = CompletionSignal()
    let (committer, runtime) = (committer, runtime)
    let task = Task(executorPreference: runtime.taskExecutor) {
      try await committer.commit(plan, signal: signal)
      return runtime.uptime
    }
    batches.commit = .init(
      task: task, signal: signal, report: reduced.report, files: reduced.files, positions: plan.positions,
      begun: runtime.uptime, started: reduced.started)
  }

  /// Waits for the transaction under way.
  func awaitCommit(_ consumer: any GroupConsumer) async throws -> BatchPipeline.Input {
    guard var current = batches.commit else { preconditionFailure("no transaction is under way") }
    batches.commit = nil
    do {
      let confirmed = try await current.task.value
      current.report.elapsed = confirmed - current.started
      current.report.transaction = confirmed - current.begun
    } catch let error as LogError {
      // What was reduced behind it must not follow.
      batches.reduced = nil
      return .commitFailed(error)
    }
    files?.publish(current.files)
    if current.report.training != nil { training.committed() }
    let actions = machine.confirmed(
      current.positions, current.report.rejections, at: runtime.uptime, settled: clock.settled)
    report(.committed(current.report))
    try perform(actions, consumer)
    return .confirmed
  }
}

extension CommitReport {
  /// Adds what one lane wrote.
  fileprivate mutating func add(_ lane: LaneNumber, _ output: LaneOutput) {
    counts = counts + output.journal.counts
    rejections.add(output.rejections)
    shortenedSnapshots += output.shortenedSnapshots
    derived = derived + output.derived
    records += output.records.entries.count
    bytes += output.records.bytes.count
    byLane.append(LaneReport(lane, output))
  }
}
