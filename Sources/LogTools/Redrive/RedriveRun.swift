internal import EventLog
internal import Foundation
internal import JourneyModel
internal import Processor
internal import WireFormat

/// Puts back the records of one reason: read, produce, commit with the positions, until the captured end.
final class RedriveRun {
  private let redrive: Redrive
  private let reason: RejectionReason
  private let log: any EventLog
  private let bounds: [TopicPartition: PartitionBounds]
  private let limit: Int
  private var done = Redrive.Counts()
  /// What the last transaction was to commit, until it is known whether it did.
  private var attempted: (positions: [TopicPartition: NextOffset], counts: Redrive.Counts)?

  private static let pollTimeout: Duration = .milliseconds(500)

  init(
    _ redrive: Redrive, _ reason: RejectionReason, log: any EventLog,
    bounds: [TopicPartition: PartitionBounds], limit: Int
  ) {
    self.redrive = redrive
    self.reason = reason
    self.log = log
    self.bounds = bounds
    self.limit = limit
  }

  func run() throws -> Redrive.Counts {
    var failures = 0
    while true {
      do {
        try runMembership()
        return done
      } catch let error as LogError where error.reaction != .fatal && failures < redrive.maxRetries {
        failures += 1
        Thread.sleep(forTimeInterval: 0.1 * Double(failures))
      }
    }
  }

  /// One membership in the group: whatever it takes and does not commit is taken again by the next.
  ///
  /// Only a `LogError` is cleaned up after: anything else is the process dying.
  private func runMembership() throws {
    let consumer = try log.makeConsumer(redrive.configuration(reason))
    let producer: any TransactionalProducer
    do {
      producer = try log.makeTransactionalProducer(
        id: Redrive.group(reason, of: redrive.settings.group))
    } catch {
      consumer.close()
      throw error
    }
    do {
      try producer.initialize()
      try work(
        consumer, CommitSequence(producer: producer, maxRetries: redrive.maxRetries, onRetry: { _ in }))
    } catch let error as LogError {
      producer.close()
      consumer.close()
      throw error
    }
    producer.close()
    consumer.close()
  }

  private func work(_ consumer: any GroupConsumer, _ sequence: CommitSequence) throws {
    var membership = Membership()
    var gathered = Redrive.Counts()
    var idle: Duration = .zero
    while true {
      let chunks = try poll(consumer, &membership)
      let before = membership.positions
      let records = take(chunks, &membership.positions, &gathered)
      let atEnd = consumer.partitionsAtEnd()
      let isOver =
        membership.isAssigned
        && (done.redriven + gathered.redriven >= limit
          || bounds.allSatisfy {
            (membership.positions[$0.key] ?? $0.value.earliest) >= $0.value.end || atEnd.contains($0.key)
          })
      membership.hasMoved = membership.hasMoved || membership.positions != before
      // Positions alone are committed once, at the end.
      if !records.isEmpty || (isOver && membership.hasMoved) {
        attempted = (membership.positions, gathered)
        try sequence.run(
          CommitPlan(records: [records], positions: membership.positions, group: try consumer.metadata()))
        confirm()
        gathered = Redrive.Counts()
        membership.hasMoved = false
      }
      if isOver { return }
      idle = chunks.isEmpty ? idle + RedriveRun.pollTimeout : .zero
      guard idle < redrive.patience else { throw stalled(membership) }
    }
  }

  /// What this consumer owns, and how far it is.
  private struct Membership {
    var positions: [TopicPartition: NextOffset] = [:]
    var isAssigned = false
    var hasMoved = false
  }

  private func poll(_ consumer: any GroupConsumer, _ membership: inout Membership) throws -> [RecordChunk] {
    var failure: (any Error)?
    let limits = FetchLimits(
      maxRecords: Redrive.batchRecords, maxBytes: Redrive.batchBytes, timeout: RedriveRun.pollTimeout)
    let chunks = try consumer.poll(limits) { change in
      switch change {
      case .assigned(let partitions):
        // A part of the partitions is another redrive's: two of one reason wait for each other.
        guard bounds.keys.allSatisfy({ partitions.contains($0) }) else { return }
        do {
          membership.positions = try start(consumer)
          membership.isAssigned = true
        } catch {
          failure = error
        }
      case .revoked, .lost:
        failure = LogError(
          .ownershipLost, code: "redriveInterrupted", "another redrive of this reason joined")
      }
    }
    if let failure { throw failure }
    return membership.isAssigned ? chunks : []
  }

  /// Where reading starts; settles whether the last transaction committed, where that was unknown.
  private func start(_ consumer: any GroupConsumer) throws -> [TopicPartition: NextOffset] {
    let committed = try consumer.committed(Array(bounds.keys))
    if let attempted, attempted.positions.allSatisfy({ committed[$0.key] == $0.value }) { confirm() }
    attempted = nil
    var positions: [TopicPartition: NextOffset] = [:]
    for (partition, known) in bounds {
      let position = (committed[partition] ?? nil) ?? known.earliest
      positions[partition] = max(position, known.earliest)
      // Retention has been there meanwhile.
      if position < known.earliest { try consumer.seek([partition: known.earliest]) }
    }
    return positions
  }

  private func confirm() {
    if let attempted { done = done + attempted.counts }
    attempted = nil
  }

  /// What of the chunks is put back. Stops before the record that exceeds the limit.
  private func take(
    _ chunks: [RecordChunk], _ positions: inout [TopicPartition: NextOffset], _ counts: inout Redrive.Counts
  ) -> OutputBatch {
    var records = OutputBatch()
    for chunk in chunks {
      guard let end = bounds[chunk.source]?.end else { continue }
      for entry in chunk.entries where entry.offset.value < end.value {
        let letter = DeadLetter(chunk, entry, redrive.settings)
        if letter.reason == reason {
          let fate = letter.fate(redrive.selection)
          if case .redriven(let target) = fate {
            if done.redriven + counts.redriven >= limit { return records }
            records.append(
              target.topic, partition: target.partition, key: chunk.copy(entry.key),
              value: chunk.copy(entry.value),
              headers: HeaderBlock([(Origin.redrivenHeader, String(letter.attempts + 1))]))
          }
          counts.note(fate)
        }
        positions[chunk.source] = NextOffset(after: entry.offset)
      }
      let known = positions[chunk.source] ?? chunk.next
      positions[chunk.source] = max(known, min(chunk.next, end))
    }
    return records
  }

  private func stalled(_ membership: Membership) -> LogError {
    let topic = redrive.settings.topics.rejected
    guard membership.isAssigned else {
      return LogError(
        .fatal, code: "redriveRuns",
        "group '\(redrive.configuration(reason).group)': another redrive of this reason has partitions of \(topic) and did not end within \(redrive.patience)"
      )
    }
    return LogError(
      .fatal, code: "redriveStalled",
      "\(topic): a transaction is open below the end and did not end within \(redrive.patience)")
  }
}
