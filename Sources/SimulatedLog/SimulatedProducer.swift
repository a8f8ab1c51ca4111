internal import EventLog

/// A producer for transactions on a simulated log. Records wait in the client until `flush`, and reach the
/// log hidden until the commit.
///
/// Harsher than a real client in one thing: records that were never flushed are not part of what is
/// committed. A processor must not depend on a commit that flushes by itself.
final class SimulatedProducer: TransactionalProducer {
  private enum Phase: String {
    case created = "not initialized"
    case ready = "without a transaction"
    case open = "in a transaction"
    case failed = "in a failed transaction"
    case closed
  }

  private let id: String
  private let log: SimulatedLog
  private var phase = Phase.created
  private var epoch = 0
  private var number = 0
  private var spread: UInt32 = 0
  /// Records that were handed over and not delivered yet.
  private var waiting: [OutputBatch] = []
  /// Whether the last `produce` took effect although it threw `retry`: the repetition must not write again,
  /// as an idempotent producer sees to.
  private var hasUnconfirmedBatch = false

  init(id: String, log: SimulatedLog) {
    self.id = id
    self.log = log
  }

  func initialize() throws {
    try require(.created, .ready, for: "initialize")
    try log.perform(.initialize, by: id) { cluster in epoch = cluster.initialize(id) }
    phase = .ready
  }

  func begin() throws {
    try require(.ready, for: "begin")
    number = try log.perform(.begin, by: id) { cluster in try cluster.begin(id, epoch: epoch) }
    hasUnconfirmedBatch = false
    waiting = []
    phase = .open
  }

  func produce(_ batch: OutputBatch) throws {
    try require(.open, for: "produce")
    var isWritten = hasUnconfirmedBatch
    do {
      try request(.produce) { cluster in
        if !isWritten {
          try cluster.check(batch, claim: claim, spread: spread)
          waiting.append(batch)
          // Delivery starts in the background: a process that dies now may leave some of it in the log.
          if cluster.configuration.variesFetches, cluster.random.chance(oneIn: 3) { try deliver(&cluster) }
        }
        isWritten = true
      }
    } catch {
      hasUnconfirmedBatch = isWritten
      throw error
    }
    hasUnconfirmedBatch = false
  }

  func flush() throws {
    try require(.open, for: "flush")
    try request(.flush) { cluster in
      try cluster.checkOpen(claim)
      try deliver(&cluster)
    }
  }

  func sendOffsets(_ positions: [TopicPartition: NextOffset], group: any GroupMetadata) throws {
    try require(.open, for: "sendOffsets")
    guard let group = group as? SimulatedGroupMetadata else {
      throw LogError(.fatal, code: "foreignMetadata", "the group metadata comes from another kind of log")
    }
    try request(.sendOffsets) { cluster in
      try cluster.sendOffsets(positions, metadata: group, claim: claim)
    }
  }

  func commit() throws {
    try require(.open, for: "commit")
    try request(.commit) { cluster in try cluster.commit(claim) }
    phase = .ready
  }

  func abort() throws {
    guard phase != .created, phase != .ready else { return }
    try require(.open, .failed, for: "abort")
    try request(.abort) { cluster in try cluster.abort(claim) }
    phase = .ready
  }

  func close() {
    // A fenced producer has nothing left to abort.
    if phase == .open || phase == .failed { try? log.locked { try $0.abort(claim) } }
    phase = .closed
  }

  private var claim: Cluster.TransactionClaim {
    Cluster.TransactionClaim(id: id, epoch: epoch, number: number)
  }

  private func deliver(_ cluster: inout Cluster) throws {
    for batch in waiting { try cluster.produce(batch, claim: claim, spread: &spread) }
    waiting = []
  }

  /// Runs a request of the open transaction. After any error but `retry` only `abort` is legal.
  private func request(_ kind: FaultRequest.Kind, _ effect: (inout Cluster) throws -> Void) throws {
    do {
      try log.perform(kind, by: id, effect)
    } catch {
      if (error as? LogError)?.reaction != .retry { phase = .failed }
      throw error
    }
  }

  private func require(_ phases: Phase..., for call: String) throws(LogError) {
    guard phases.contains(phase) else {
      throw LogError(.fatal, code: "illegalState", "\(call): the producer '\(id)' is \(phase.rawValue)")
    }
  }
}
