internal import EventLog
internal import Gateway
internal import JourneyModel
internal import Processor

/// What a sender does while it is a member of its target's group: poll, take, begin, commit.
final class TargetWork {
  private let sender: TargetSender
  private let consumer: any GroupConsumer
  private let sequence: CommitSequence
  private var owned: [TopicPartition] = []
  private var isPaused = false
  private var lastCommit: Duration
  /// What went wrong inside a rebalance, which cannot throw.
  private var failure: LogError?
  private var aborts = 0

  /// Transactions that may fail in a row before the group is joined anew.
  private static let maxAborts = 10
  /// How often requests under way are looked at while their end is awaited.
  private static let step: Duration = .milliseconds(5)

  init(sender: TargetSender, consumer: any GroupConsumer, sequence: CommitSequence) {
    self.sender = sender
    self.consumer = consumer
    self.sequence = sequence
    lastCommit = sender.moment.uptime
  }

  /// One round.
  func turn() throws {
    try throttle()
    let (capacity, bytes, isBusy) = sender.withMachine {
      ($0.capacity, $0.byteCapacity, $0.pending > 0 || $0.requests > 0)
    }
    let limits = FetchLimits(
      maxRecords: max(1, min(capacity, 500)), maxBytes: max(1, min(bytes, 4 << 20)),
      timeout: isBusy ? sender.shared.busyPoll : sender.shared.idlePoll)
    let chunks = try poll(limits)
    for chunk in chunks { take(chunk) }
    sender.begin()
    try commitIfDue()
    observe()
  }

  /// Finishes what is under way, commits it and gives everything back.
  func finish() throws {
    release()
    if let failure { throw failure }
  }

  // MARK: - Reading

  /// Stops fetching while the machine is full, and goes on when half of it is free.
  private func throttle() throws {
    let (isFull, isRoomy) = sender.withMachine { machine in
      (
        machine.isFull,
        machine.capacity >= max(1, machine.rules.maxPending / 2)
          && machine.byteCapacity >= machine.rules.maxPendingBytes / 2
      )
    }
    if !isPaused, isFull {
      try consumer.pause(owned)
      isPaused = true
    } else if isPaused, isRoomy {
      try consumer.resume(owned)
      isPaused = false
    }
  }

  private func poll(_ limits: FetchLimits) throws -> [RecordChunk] {
    do {
      let chunks = try consumer.poll(limits) { change in
        switch change {
        case .assigned(let partitions): assign(partitions)
        case .revoked: release()
        case .lost(let partitions): forget(partitions)
        }
      }
      if let failure { throw failure }
      return chunks
    } catch let error as LogError where error.reaction == .retry {
      sender.monitor.noteFault(error)
      sender.block(for: .milliseconds(50))
      return []
    }
  }

  private func assign(_ partitions: [TopicPartition]) {
    owned = partitions
    isPaused = false
    do {
      let committed = try sender.retrying { try consumer.committed(partitions) }
      try skipLost(committed)
      sender.withMachine { machine in
        machine.drain(false)
        machine.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, committed[$0] ?? nil) }))
      }
      sender.monitor.noteMember(true)
    } catch let error as LogError {
      // Joins again: what is not known may not be passed.
      failure = LogError(.ownershipLost, code: error.code, error.message)
    } catch {
      failure = LogError(.fatal, code: "unexpected", "\(error)")
    }
  }

  /// Goes on with the earliest record where retention has removed more than was read, or the topic is another
  /// one: what is missing had expired long before, so nobody has to decide about it.
  private func skipLost(_ committed: [TopicPartition: NextOffset?]) throws {
    for (partition, bounds) in try sender.bounds(of: Array(committed.keys)) {
      guard let position = committed[partition] ?? nil,
        position < bounds.earliest || position > bounds.end
      else { continue }
      try consumer.seek([partition: bounds.earliest])
      sender.tell(lost: partition, from: position, to: bounds.earliest)
    }
  }

  /// Waits a moment for what is under way, commits what is settled and gives the partitions back. What is
  /// still open then is sent again by whoever owns them next.
  private func release() {
    sender.withMachine { $0.drain(true) }
    let end = sender.moment.uptime + sender.shared.patience
    while sender.withMachine({ $0.requests }) > 0, sender.moment.uptime < end {
      sender.block(for: TargetWork.step)
    }
    do { try commit() } catch let error as LogError {
      // Where nobody knows whether it is written, this producer begins nothing any more: a new one finds out.
      if error.reaction == .fatal || error.reaction == .commitUnknown {
        failure = error
      } else {
        sender.monitor.noteFault(error)
      }
    } catch {
      failure = LogError(.fatal, code: "unexpected", "\(error)")
    }
    forget(owned)
  }

  private func forget(_ partitions: [TopicPartition]) {
    owned = []
    isPaused = false
    sender.withMachine { $0.revoke(partitions) }
    sender.monitor.noteMember(false)
  }

  private func take(_ chunk: RecordChunk) {
    let now = sender.moment
    for entry in chunk.entries {
      let origin = TriggerOrigin(source: chunk.source, offset: entry.offset)
      let key = chunk.copy(entry.key)
      let body = chunk.copy(entry.value)
      switch ActionRecord(body) {
      case .other: break
      case .trigger(let trigger):
        guard sender.target.wants(trigger) else { break }
        let headers = entry.headers.map { CloudEventHeaders.of(HeaderBlock(bytes: chunk.bytes[$0.indices])) }
        sender.withMachine {
          $0.take(trigger, at: origin, key: key, body: body ?? [], headers: headers ?? [], now: now)
        }
      case .unreadable(let explanation):
        sender.withMachine { $0.takeUnreadable(explanation, at: origin, key: key, body: body ?? []) }
      }
    }
    sender.withMachine { $0.advance(chunk.source, to: chunk.next) }
  }

  // MARK: - Committing

  private func commitIfDue() throws {
    let elapsed = sender.moment.uptime - lastCommit
    guard elapsed >= sender.shared.commitInterval else { return }
    let isDue = sender.withMachine { machine in
      machine.due().map { $0.hasSettled || elapsed >= sender.shared.idleCommitInterval } ?? false
    }
    guard isDue else { return }
    do {
      try commit()
      aborts = 0
    } catch let error as LogError
      where [.retry, .abortAndRewind].contains(error.reaction) && aborts < TargetWork.maxAborts
    {
      // Nothing was written and nothing is forgotten: the next round commits the same.
      aborts += 1
      sender.monitor.noteFault(error)
      lastCommit = sender.moment.uptime
    }
  }

  private func commit() throws {
    guard let commit = sender.withMachine({ $0.due() }) else { return }
    let now = sender.moment.now
    let form = FailureRecord(
      target: sender.target.name, group: sender.shared.group, maxShownBytes: sender.target.rules.maxShownBytes
    )
    var batch = OutputBatch()
    for failure in commit.failures {
      form.append(failure, to: &batch, topic: sender.shared.failures, at: now)
    }
    try sequence.run(
      CommitPlan(records: [batch], positions: commit.positions, group: try consumer.metadata()))
    sender.withMachine { $0.confirm(commit) }
    lastCommit = sender.moment.uptime
    sender.monitor.noteCommit()
    if !commit.failures.isEmpty { sender.tell(gaveUp: commit.failures) }
  }

  private func observe() {
    let (ends, positions) = (consumer.ends(), consumer.positions())
    var lag: Int64 = 0
    for partition in owned {
      guard let end = ends[partition], let position = positions[partition] else { continue }
      lag += max(0, end.value - position.value)
    }
    sender.monitor.noteTurn(lag: lag, isMember: !owned.isEmpty)
  }
}
