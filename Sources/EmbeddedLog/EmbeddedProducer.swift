internal import EventLog
internal import GRDB

/// Keeps a transaction in memory until `commit` writes it, with its offsets, in one SQLite transaction.
final class EmbeddedProducer: TransactionalProducer {
  private enum Phase: String {
    case created = "not initialized"
    case ready = "without a transaction"
    case open = "in a transaction"
    case failed = "in a failed transaction"
    case closed
  }

  private let id: String
  private let store: Store
  private let catalog: TopicCatalog
  private let settings: EmbeddedLog.Configuration
  private var phase = Phase.created
  private var epoch: Int64 = 0
  private var batches: [OutputBatch] = []
  private var positions: [TopicPartition: NextOffset] = [:]
  private var group: EmbeddedGroupMetadata?
  private var spread: UInt32 = 0

  init(id: String, store: Store, catalog: TopicCatalog, settings: EmbeddedLog.Configuration) {
    self.id = id
    self.store = store
    self.catalog = catalog
    self.settings = settings
  }

  func initialize() throws {
    try require(.created, .ready, for: "initialize")
    epoch = try store.write { database in
      try database.execute(
        sql: "INSERT INTO producers VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET epoch = epoch + 1",
        arguments: [id])
      return try Int64.fetchOne(database, sql: "SELECT epoch FROM producers WHERE id = ?", arguments: [id])
        ?? 1
    }
    phase = .ready
  }

  func begin() throws {
    try require(.ready, for: "begin")
    phase = .open
  }

  func produce(_ batch: OutputBatch) throws {
    try require(.open, for: "produce")
    guard !batch.isEmpty else { return }
    // Fails here and not at commit, where the caller no longer knows which of its outputs was meant.
    for topic in batch.topics where !catalog.isKnown(topic) {
      _ = try store.read { database in try catalog.topic(topic, in: database) }
    }
    batches.append(batch)
  }

  func flush() throws { try require(.open, for: "flush") }

  func sendOffsets(_ positions: [TopicPartition: NextOffset], group: any GroupMetadata) throws {
    try require(.open, for: "sendOffsets")
    guard let group = group as? EmbeddedGroupMetadata else {
      throw LogError(.fatal, code: "foreignMetadata", "the group metadata comes from another kind of log")
    }
    if let earlier = self.group, earlier.group != group.group {
      throw LogError(
        .fatal, code: "twoGroups",
        "one transaction takes the offsets of one group: '\(earlier.group)', then '\(group.group)'")
    }
    self.group = group
    self.positions.merge(positions) { $1 }
  }

  func commit() throws {
    try require(.open, for: "commit")
    do {
      spread = try store.write { database in try write(in: database) }
    } catch {
      // After `retry` nothing was written and everything is still in memory: the same call may succeed.
      if error.reaction != .retry { phase = .failed }
      throw error
    }
    forget()
    phase = .ready
  }

  func abort() throws {
    guard phase != .created else { return }
    try require(.ready, .open, .failed, for: "abort")
    forget()
    phase = .ready
  }

  func close() {
    forget()
    phase = .closed
  }

  private func write(in database: Database) throws -> UInt32 {
    let now = settings.now()
    if let group {
      // Who holds the lease is the owner, whatever else was started under its transactional id since: one
      // that only waits for the lease has a newer epoch, and must not fence the one it waits for.
      try LeaseTable.renew(
        group.group, epoch: group.epoch, now: now, duration: settings.leaseDuration.milliseconds, in: database
      )
      try OffsetTable.store(positions, group: group.group, catalog: catalog, in: database)
    } else {
      try checkEpoch(in: database)
    }
    var appender = try RecordAppender(database, catalog: catalog, timestamp: now, capacity: settings.capacity)
    var spread = spread
    for batch in batches { try appender.append(batch, spread: &spread) }
    try appender.finish()
    return spread
  }

  /// Without a group, the newest producer of the id is the owner.
  private func checkEpoch(in database: Database) throws {
    let current =
      try Int64.fetchOne(database, sql: "SELECT epoch FROM producers WHERE id = ?", arguments: [id]) ?? 0
    guard current == epoch else {
      throw LogError(
        .ownershipLost, code: "producerFenced",
        "transactional id '\(id)': this producer has epoch \(epoch), a newer one has epoch \(current)")
    }
  }

  private func forget() {
    batches = []
    positions = [:]
    group = nil
  }

  private func require(_ phases: Phase..., for call: String) throws(LogError) {
    guard phases.contains(phase) else {
      throw LogError(.fatal, code: "illegalState", "\(call): the producer '\(id)' is \(phase.rawValue)")
    }
  }
}
