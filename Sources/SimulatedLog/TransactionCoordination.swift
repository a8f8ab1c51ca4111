internal import EventLog

/// The transaction coordinator: every call names the id, the epoch and the number of the transaction.
extension Cluster {
  /// A producer's claim, checked by every request.
  struct TransactionClaim {
    let id: String
    let epoch: Int
    let number: Int
  }

  /// Fences predecessors, aborts what they left open, and returns the new epoch.
  mutating func initialize(_ id: String) -> Int {
    var identity = identities[id] ?? TransactionalIdentity()
    if let open = identity.open { end(open, isCommit: false) }
    identity.open = nil
    identity.epoch += 1
    identities[id] = identity
    return identity.epoch
  }

  /// Opens a transaction and returns its number.
  mutating func begin(_ id: String, epoch: Int) throws(LogError) -> Int {
    try checkEpoch(id, epoch: epoch)
    // A begin whose reply was lost has opened it already.
    if let open = identities[id]?.open { return open.number }
    let number = nextNumber()
    let opened = TransactionalIdentity.OpenTransaction(number: number, startedAt: now)
    identities[id]?.open = opened
    return number
  }

  /// Refuses a batch that could not be written.
  func check(_ batch: OutputBatch, claim: TransactionClaim, spread: UInt32) throws(LogError) {
    try checkOpen(claim)
    var counted = spread
    for entry in batch.entries { _ = try place(entry, of: batch, spread: &counted) }
  }

  /// Writes records of the transaction; they stay hidden until it commits.
  mutating func produce(
    _ batch: OutputBatch, claim: TransactionClaim, spread: inout UInt32
  ) throws(LogError) {
    try checkOpen(claim)
    var counted = spread
    var touched: Set<TopicPartition> = []
    for entry in batch.entries { touched.insert(try place(entry, of: batch, spread: &counted)) }
    try append(batch, transaction: claim.number, spread: &spread)
    identities[claim.id]?.open?.partitions.formUnion(touched)
  }

  /// Adds offsets, unless the group knows a newer generation.
  mutating func sendOffsets(
    _ positions: [TopicPartition: NextOffset], metadata: SimulatedGroupMetadata, claim: TransactionClaim
  ) throws(LogError) {
    try checkOpen(claim)
    guard let group = groups[metadata.group] else {
      throw LogError(.abortAndRewind, code: "UNKNOWN_MEMBER_ID", "group '\(metadata.group)' does not exist")
    }
    try group.check(metadata)
    for source in positions.keys { _ = try partition(source) }
    for (source, next) in positions.sorted(by: { $0.key < $1.key }) { trace.note("offset \(source) \(next)") }
    groups[metadata.group]?.add(positions, transaction: claim.number)
    identities[claim.id]?.open?.groups.insert(metadata.group)
  }

  /// Commits. A commit that had happened and whose reply was lost is confirmed.
  mutating func commit(_ claim: TransactionClaim) throws(LogError) {
    try checkEpoch(claim.id, epoch: claim.epoch)
    if identities[claim.id]?.lastCommitted == claim.number { return }
    try checkOpen(claim)
    guard let open = identities[claim.id]?.open else { return }
    end(open, isCommit: true)
    identities[claim.id]?.open = nil
    identities[claim.id]?.lastCommitted = claim.number
  }

  /// Aborts. Does nothing if the transaction has ended already.
  mutating func abort(_ claim: TransactionClaim) throws(LogError) {
    try checkEpoch(claim.id, epoch: claim.epoch)
    guard let open = identities[claim.id]?.open, open.number == claim.number else { return }
    end(open, isCommit: false)
    identities[claim.id]?.open = nil
  }

  /// Refuses requests of a producer that was fenced.
  func checkEpoch(_ id: String, epoch: Int) throws(LogError) {
    let current = identities[id]?.epoch ?? 0
    guard epoch == current else {
      throw LogError(
        .ownershipLost, code: "PRODUCER_FENCED",
        "transactional id '\(id)': this producer has epoch \(epoch), the log knows epoch \(current)")
    }
  }

  /// Refuses requests outside of the open transaction.
  func checkOpen(_ claim: TransactionClaim) throws(LogError) {
    try checkEpoch(claim.id, epoch: claim.epoch)
    guard identities[claim.id]?.open?.number == claim.number else {
      throw LogError(
        .abortAndRewind, code: "INVALID_TXN_STATE",
        "transactional id '\(claim.id)' has no such transaction open")
    }
  }
}
