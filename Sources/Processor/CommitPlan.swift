internal import EventLog

/// Everything one transaction carries.
struct CommitPlan: Sendable {
  /// What each lane writes.
  var records: [OutputBatch]
  /// The positions of *all* of the worker's lanes, also of those that only ticked or did nothing: that is what fences
  /// a stale owner.
  var positions: [TopicPartition: NextOffset]
  /// The group's metadata at the time of the commit.
  var group: any GroupMetadata
}

/// One transaction, step by step.
struct CommitSequence {
  let producer: any TransactionalProducer
  let maxRetries: Int
  let onRetry: @Sendable (LogError) -> Void

  /// 1. begin, 2. produce, 3. flush, 4. send offsets, 5. commit.
  ///
  /// Offsets follow the flush, so that no position is ever stored for outputs that were not delivered. Returns only if
  /// the commit is confirmed. After an error the transaction has been aborted; where that was not possible either, the
  /// reaction is `commitUnknown`: only a new producer finds out and cleans up.
  func run(_ plan: CommitPlan) throws {
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
