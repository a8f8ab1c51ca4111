internal import EventLog
internal import JourneyModel
internal import ProcessRuntime
internal import WireFormat

/// The worker's lanes: assigned, restored, given back.
extension Worker {
  /// Runs inside `poll`.
  func rebalance(_ change: Rebalance, _ consumer: any GroupConsumer) {
    // One deadline for everything: a transaction that has not ended by then is fenced by the next owner.
    let isQuiet = batches.commit.map { runtime.wait(for: $0.signal, upTo: .seconds(20)) } ?? true
    let actions = machine.rebalance(change, isQuiet: isQuiet, reducing: batches.reduction?.lanes ?? [])
    do {
      try perform(actions, consumer)
    } catch {
      restoreFailure = error as? LogError ?? LogError(.fatal, code: "restoreFailed", "\(error)")
    }
    if case .assigned = change { lanes.forgetKept() }
  }

  /// Does what the machine says about the lanes.
  func perform(_ actions: [LaneAction], _ consumer: any GroupConsumer) throws {
    for action in actions {
      switch action {
      case .keep(let idle): lanes.keep(idle)
      case .drop(let numbers): lanes.drop(numbers)
      case .restore(let numbers, let reason):
        try restore(numbers, consumer)
        try perform(machine.isReadBack(reason), consumer)
      case .seek(let positions): try consumer.seek(positions)
      case .pause(let partitions): try consumer.pause(partitions)
      case .resume(let partitions): try consumer.resume(partitions)
      case .report(let notice): report(ProcessorEvent(notice))
      }
    }
  }

  private func restore(_ numbers: [LaneNumber], _ consumer: any GroupConsumer) throws {
    guard !numbers.isEmpty, let reader else { return }
    let kept = lanes.kept
    try restoration.restore(
      numbers, consumer, reader, kept: kept.mapValues(\.journal), memoryShare: machine.memoryShare
    ) { number, restored, started in
      let known = kept[number]?.known
      let nextTimers = restored.machine.map(\.nextTimers) ?? known?.nextTimers ?? StreamTimes()
      let sessions = restored.machine?.sessionCount ?? known?.sessions ?? 0
      let actions = machine.restored(
        number, positions: restored.positions, lost: restored.lost, nextTimers: nextTimers,
        sessions: sessions, journalledAt: restored.tail?.takenAt,
        hasWaiting: restored.tail?.leavesWaiting ?? false, now: clock.settled)
      let lane = try restored.machine.map { try restoration.lane($0, tail: restored.tail) }
      lanes.start(number, lane ?? kept[number]?.lane, tail: restored.tail)
      report(
        .restored(
          RestoreReport(
            lane: number, sessions: sessions, source: restored.source, elapsed: runtime.uptime - started)))
      report(.running(lane: number, sessions: sessions))
      try perform(actions, consumer)
    }
  }

  /// The membership is over: nobody owns its lanes.
  func leave() {
    lanes.forgetKept()
    for action in machine.leave() {
      switch action {
      case .drop(let numbers): lanes.drop(numbers)
      case .report(let notice): report(ProcessorEvent(notice))
      default: preconditionFailure("\(action) when nothing can be asked of the log any more")
      }
    }
  }
}

/// The worker's lane files: written with the batches, published once these have committed.
extension Worker {
  /// Writes the file of every lane; all that was reduced has to be committed.
  func writeLaneFiles() async {
    guard files != nil else { return }
    let running = lanes.running
    let written = await Task(executorPreference: runtime.taskExecutor) {
      await withTaskGroup(of: LaneFileQueue.Item?.self) { group in
        for (number, lane) in running {
          group.addTask { await lane.writeFile().map { (number, $0) } }
        }
        var files: [LaneFileQueue.Item] = []
        for await file in group { if let file { files.append(file) } }
        return files
      }
    }.value
    files?.publish(written.sorted { $0.lane < $1.lane })
    await files?.newest?.value
  }
}

extension ProcessorEvent {
  /// What a worker's machine wants to be known.
  init(_ notice: LaneAction.Notice) {
    self =
      switch notice {
      case .released(let lanes): .released(lanes)
      case .rewound(let error): .rewound(error)
      case .breaker(.opened(let opening)): .breakerOpened(opening)
      case .breaker(.halfOpened(let topic)): .breakerHalfOpened(topic: topic)
      case .breaker(.closed(let topic)): .breakerClosed(topic: topic)
      }
  }
}
