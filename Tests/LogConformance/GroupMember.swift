internal import EventLog

/// A consumer with everything that it was handed: changes of ownership and records.
final class GroupMember {
  let consumer: any GroupConsumer
  private let scene: Scene
  private(set) var events: [Rebalance] = []
  private(set) var owned: Set<TopicPartition> = []
  private(set) var records: [SeenRecord] = []
  /// Called inside the handler, after the bookkeeping.
  var onRebalance: ((Rebalance) throws -> Void)?

  init(_ consumer: any GroupConsumer, scene: Scene) {
    self.consumer = consumer
    self.scene = scene
  }

  /// The values seen so far, as text.
  var texts: [String] { records.map(\.text) }

  /// Polls once and returns the new records.
  @discardableResult
  func poll(_ limits: FetchLimits? = nil) throws -> [SeenRecord] {
    var failure: (any Error)?
    let chunks = try consumer.poll(limits ?? scene.limits) { event in
      events.append(event)
      switch event {
      case .assigned(let partitions): owned.formUnion(partitions)
      case .revoked(let partitions), .lost(let partitions): owned.subtract(partitions)
      }
      do { try onRebalance?(event) } catch { failure = error }
    }
    if let failure { throw failure }
    let new = try chunks.flatMap { try SeenRecord.records(of: $0) }
    for record in new {
      try expect(owned.contains(record.source), "\(record.source) was read without being owned")
    }
    records += new
    return new
  }

  /// Polls until the condition holds.
  func poll(until what: String, _ condition: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + scene.subject.patience
    while try !condition() {
      try expect(ContinuousClock.now < deadline, "waited in vain: \(what)")
      try poll()
    }
  }

  /// Polls until partitions are owned; does not wait for records.
  func becomeOwner() throws { try poll(until: "an assignment") { !owned.isEmpty } }

  /// Polls until this many records were seen in all.
  func read(_ count: Int) throws {
    try poll(until: "\(count) records") { records.count >= count }
  }

  /// Commits these positions, with outputs if there are any, in one transaction.
  func commit(
    _ positions: [TopicPartition: NextOffset], outputs: OutputBatch = OutputBatch(),
    with producer: any TransactionalProducer
  ) throws {
    try producer.begin()
    try producer.produce(outputs)
    try producer.flush()
    try producer.sendOffsets(positions, group: try consumer.metadata())
    try producer.commit()
  }

  /// The committed offset of one partition, waiting where a transaction is still pending.
  func committed(_ partition: TopicPartition) throws -> NextOffset? {
    let deadline = ContinuousClock.now + scene.subject.patience
    while true {
      do {
        let answer = try consumer.committed([partition])
        guard let offset = answer[partition] else {
          throw ConformanceFailure("\(partition) is missing in the answer of committed()")
        }
        return offset
      } catch let error as LogError where error.reaction == .retry {
        if ContinuousClock.now >= deadline { throw error }
      }
    }
  }
}
