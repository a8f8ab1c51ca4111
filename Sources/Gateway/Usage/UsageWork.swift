internal import EventLog
internal import JourneyModel
internal import ProcessRuntime
internal import Processor
internal import WireFormat

/// What a follower does while it is a member of its group.
final class UsageWork {
  private let follower: UsageFollower
  private let consumer: any GroupConsumer
  private let sequence: CommitSequence
  private var lanes: [TopicPartition: UsageTotals] = [:]
  /// How far the journals were read, where that is not written yet.
  private var positions: [TopicPartition: NextOffset] = [:]
  private var lastCommit: Duration
  /// What went wrong inside a rebalance, which cannot throw.
  private var failure: LogError?

  /// Only records with this member are read; most lanes' sources are silent most of the time.
  private static let member = Array("\"usage\":".utf8)

  init(_ follower: UsageFollower, _ consumer: any GroupConsumer, _ sequence: CommitSequence) {
    self.follower = follower
    self.consumer = consumer
    self.sequence = sequence
    lastCommit = follower.runtime.uptime
  }

  private var settings: UsageSettings { follower.settings }

  /// One round.
  func turn() throws {
    let limits = FetchLimits(maxRecords: 5_000, maxBytes: 8 << 20, timeout: .milliseconds(10))
    let chunks: [RecordChunk]
    do {
      chunks = try consumer.poll(limits) { change in
        switch change {
        case .assigned(let partitions): assign(partitions)
        case .revoked: release()
        case .lost: forget()
        }
      }
    } catch let error as LogError where error.reaction == .retry {
      follower.runtime.block(for: .milliseconds(50))
      return
    }
    if let failure { throw failure }
    for chunk in chunks { take(chunk) }
    if chunks.isEmpty { follower.runtime.block(for: settings.rest) }
    let elapsed = follower.runtime.uptime - lastCommit
    let hasChanged = lanes.values.contains { !$0.changes.isEmpty }
    if elapsed >= (hasChanged ? settings.interval : settings.idleInterval) { try commit() }
  }

  /// Writes what was read, and gives the lanes back.
  func finish() throws {
    release()
    if let failure { throw failure }
  }

  private func assign(_ partitions: [TopicPartition]) {
    forget()
    do {
      // First the position, which waits for a transaction of whoever was here before; then what was written.
      let committed = try follower.retrying { try consumer.committed(partitions) }
      try follower.retrying { try follower.reading { try skipLost(committed, $0) } }
      for partition in partitions {
        lanes[partition] = try follower.retrying {
          try follower.reading { try load(partition.lane, $0) }
        }
      }
      follower.monitor.note(isFollowing: true)
    } catch let error as LogError {
      // Joins again: numbers that are not known may not be written.
      forget()
      failure = error.reaction == .fatal ? error : LogError(.ownershipLost, code: error.code, error.message)
    } catch {
      failure = LogError(.fatal, code: "unexpected", "\(error)")
    }
  }

  /// Goes on with the oldest batch that is left, and says how many are gone.
  private func skipLost(
    _ committed: [TopicPartition: NextOffset?], _ reader: any PartitionReader
  ) throws {
    for (partition, bounds) in try reader.bounds(Array(committed.keys)) {
      guard let position = committed[partition] ?? nil,
        position < bounds.earliest || position > bounds.end
      else { continue }
      try consumer.seek([partition: bounds.earliest])
      follower.tell(lost: partition, max(0, bounds.earliest.value - position.value))
    }
  }

  /// The numbers of a lane, as they were written last.
  private func load(_ lane: LaneNumber, _ reader: any PartitionReader) throws -> UsageTotals {
    var totals = UsageTotals(lane: lane)
    let partition = TopicPartition(settings.usage, lane: lane)
    guard let bounds = try reader.bounds([partition])[partition], bounds.earliest < bounds.end else {
      return totals
    }
    try reader.read(partition, from: bounds.earliest, to: bounds.end, patience: .seconds(5)) { chunk in
      for entry in chunk.entries {
        if let record = chunk.copy(entry.value).flatMap({ UsageRecord(decoding: $0) }) { totals.load(record) }
      }
      return true
    }
    totals.settle()
    return totals
  }

  private func take(_ chunk: RecordChunk) {
    guard lanes[chunk.source] != nil else { return }
    for entry in chunk.entries {
      guard let value = chunk.copy(entry.value), value.contains(UsageWork.member) else { continue }
      do {
        lanes[chunk.source]?.add(try JournalRecord(decoding: value))
      } catch {
        follower.tell(unreadable: chunk.source, at: entry.offset, error)
      }
    }
    positions[chunk.source] = chunk.next
  }

  private func commit() throws {
    lastCommit = follower.runtime.uptime
    guard !positions.isEmpty else { return }
    var batch = OutputBatch()
    let owned = lanes.sorted { $0.key < $1.key }
    for (_, totals) in owned {
      for record in totals.records {
        record.append(to: &batch, topic: settings.usage, group: settings.group, at: totals.takenAt)
      }
    }
    try sequence.run(
      CommitPlan(records: [batch], positions: positions, group: try consumer.metadata()))
    positions = [:]
    for (partition, totals) in owned {
      follower.monitor.note(totals.changes)
      lanes[partition]?.settle()
    }
  }

  private func release() {
    do { try commit() } catch let error as LogError {
      switch error.reaction {
      // Only a new producer finds out whether it was written, and this one begins nothing any more.
      case .fatal, .commitUnknown: failure = error
      // Nothing was written; whoever is next reads the same again.
      case .retry, .abortAndRewind, .ownershipLost: follower.monitor.noteFailure()
      }
    } catch {
      failure = LogError(.fatal, code: "unexpected", "\(error)")
    }
    forget()
  }

  private func forget() {
    lanes = [:]
    positions = [:]
    follower.monitor.note(isFollowing: false)
  }
}
