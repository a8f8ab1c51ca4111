package import EventLog

/// Everything one transaction carries.
package struct CommitPlan: Sendable {
  /// What each lane writes.
  package var records: [OutputBatch]
  /// The positions of *all* of the worker's lanes, also of those that only ticked or did nothing: that is what fences
  /// a stale owner.
  package var positions: [TopicPartition: NextOffset]
  /// The group's metadata at the time of the commit.
  package var group: any GroupMetadata

  /// Creates a plan.
  package init(
    records: [OutputBatch], positions: [TopicPartition: NextOffset], group: any GroupMetadata
  ) {
    self.records = records
    self.positions = positions
    self.group = group
  }
}

/// One transaction, step by step.
package struct CommitSequence {
  package let producer: any TransactionalProducer
  package let maxRetries: Int
  package let onRetry: @Sendable (LogError) -> Void

  /// Creates a sequence.
  package init(
    producer: any TransactionalProducer, maxRetries: Int, onRetry: @escaping @Sendable (LogError) -> Void
  ) {
    self.producer = producer
    self.maxRetries = maxRetries
    self.onRetry = onRetry
  }

  /// 1. begin, 2. produce, 3. flush, 4. send offsets, 5. commit.
  ///
  /// Offsets follow the flush, so that no position is ever stored for outputs that were not delivered. Returns only if
  /// the commit is confirmed. After an error the transaction has been aborted; where that was not possible either, the
  /// reaction is `commitUnknown`: only a new producer finds out and cleans up.
  package func run(_ plan: CommitPlan) throws {
    do {
      try retrying { try producer.begin() }
      for batch in plan.records where !batch.isEmpty { try retrying { try producer.produce(batch) } }
      try retrying { try producer.flush() }
      try retrying { try producer.sendOffsets(plan.positions, group: plan.group) }
      try retrying { try producer.commit() }
    } catch let error as LogError {
      switch error.reaction {
      case .fatal, .commitUnknown: break
      case .retry, .abortAndRewind, .ownershipLost:
        do {
          try retrying { try producer.abort() }
        } catch let failure as LogError {
          throw LogError(
            .commitUnknown, code: error.code, "\(error.message); and the abort failed: \(failure)")
        }
      }
      throw error
    }
  }

  private func retrying(_ step: () throws -> Void) throws {
    var attempt = 0
    while true {
      do {
        return try step()
      } catch let error as LogError where error.reaction == .retry && attempt < maxRetries {
        attempt += 1
        onRetry(error)
      }
    }
  }
}
