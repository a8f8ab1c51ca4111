internal import EventLog
internal import Foundation

/// A member of a group in an embedded log: it owns all partitions of its topics, or none.
final class EmbeddedConsumer: GroupConsumer {
  private let store: Store
  private let catalog: TopicCatalog
  private let lease: LeaseKeeper
  private let candidates: [TopicPartition]
  private var owned: [TopicPartition] = []
  /// The epoch the assignment was delivered under.
  private var ownedEpoch: Int64?
  private var nextOffsets: [TopicPartition: NextOffset] = [:]
  private var stableEnds: [TopicPartition: NextOffset] = [:]
  /// Ends as they were last seen, also of partitions that were moved or rest since.
  private var highWatermarks: [TopicPartition: NextOffset] = [:]
  private var paused: Set<TopicPartition> = []
  private var rotation = 0
  private var isClosed = false

  init(
    _ configuration: ConsumerConfiguration, store: Store, catalog: TopicCatalog,
    settings: EmbeddedLog.Configuration
  ) throws(LogError) {
    self.store = store
    self.catalog = catalog
    lease = LeaseKeeper(
      group: configuration.group, instance: configuration.instance, store: store, configuration: settings)
    candidates = try store.read { database in
      try configuration.topics.flatMap { name in
        let topic = try catalog.topic(name, in: database)
        return (0..<topic.partitions).map { TopicPartition(name, $0) }
      }
    }.sorted()
  }

  func poll(_ limits: FetchLimits, rebalance: (Rebalance) -> Void) throws -> [RecordChunk] {
    try checkOpen()
    let deadline = ContinuousClock.now + limits.timeout
    var interval = 0.001
    while true {
      try maintainOwnership(rebalance)
      if let epoch = ownedEpoch {
        let chunks = try fetch(limits, epoch: epoch, rebalance)
        if !chunks.isEmpty { return chunks }
      }
      let left = (deadline - ContinuousClock.now).seconds
      if left <= 0 { return [] }
      // Another process's commit sends no signal, so this looks again: soon at first, then every 20 ms.
      Thread.sleep(forTimeInterval: min(interval, left))
      interval = min(interval * 2, 0.02)
    }
  }

  func partitionsAtEnd() -> Set<TopicPartition> {
    Set(
      owned.filter { partition in
        guard let end = stableEnds[partition], let position = nextOffsets[partition] else { return false }
        return position >= end
      })
  }

  func positions() -> [TopicPartition: NextOffset] { nextOffsets }

  func ends() -> [TopicPartition: NextOffset] { highWatermarks }

  func committed(_ partitions: [TopicPartition]) throws -> [TopicPartition: NextOffset?] {
    try checkOpen()
    return try store.read { database in
      try OffsetTable.committed(partitions, group: lease.group, catalog: catalog, in: database)
    }
  }

  func seek(_ positions: [TopicPartition: NextOffset]) throws {
    try checkOwned(Array(positions.keys))
    for (partition, position) in positions {
      self.nextOffsets[partition] = position
      stableEnds[partition] = nil
    }
  }

  func pause(_ partitions: [TopicPartition]) throws {
    try checkOwned(partitions)
    paused.formUnion(partitions)
  }

  func resume(_ partitions: [TopicPartition]) throws {
    try checkOwned(partitions)
    paused.subtract(partitions)
  }

  func metadata() throws -> any GroupMetadata {
    try checkOpen()
    guard let epoch = lease.epoch else {
      throw LogError(.ownershipLost, code: "noLease", "group '\(lease.group)' is owned by another member")
    }
    return EmbeddedGroupMetadata(group: lease.group, epoch: epoch)
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    drop()
    // If the release cannot be written, the lease runs out by itself.
    try? lease.release()
  }

  /// Takes the lease or keeps it, and reports the change to the handler.
  private func maintainOwnership(_ rebalance: (Rebalance) -> Void) throws {
    let epoch: Int64?
    do {
      epoch = try lease.maintain()
    } catch {
      guard error.reaction == .ownershipLost else { throw error }
      lose(rebalance)
      return
    }
    guard let epoch, epoch != ownedEpoch else { return }
    nextOffsets = try startPositions()
    owned = candidates
    ownedEpoch = epoch
    rebalance(.assigned(owned))
  }

  /// Where a new owner starts: the committed position, or the earliest record where there is none.
  private func startPositions() throws(LogError) -> [TopicPartition: NextOffset] {
    try store.read { database in
      var start: [TopicPartition: NextOffset] = [:]
      let committed = try OffsetTable.committed(
        candidates, group: lease.group, catalog: catalog, in: database)
      for partition in candidates {
        if let position = committed[partition] ?? nil {
          start[partition] = position
        } else {
          let topic = try catalog.topic(of: partition, in: database)
          start[partition] = NextOffset(try PartitionState.one(partition, of: topic, in: database).earliest)
        }
      }
      return start
    }
  }

  private func fetch(
    _ limits: FetchLimits, epoch: Int64, _ rebalance: (Rebalance) -> Void
  ) throws -> [RecordChunk] {
    let active = owned.indices.map { owned[($0 + rotation) % owned.count] }.filter { !paused.contains($0) }
    let wanted = active.compactMap { partition in nextOffsets[partition].map { (partition, $0) } }
    let resting = Array(paused)
    let fetch = try store.read { database in
      // In the same snapshot as the records, so that nothing is handed over after a takeover was visible.
      guard try LeaseTable.holds(lease.group, epoch: epoch, in: database) else { return nil as Fetch? }
      var fetch = try Fetch(wanted, limits: limits, catalog: catalog, in: database)
      try fetch.look(at: resting, catalog: catalog, in: database)
      return fetch
    }
    guard let fetch else {
      lose(rebalance)
      return []
    }
    nextOffsets.merge(fetch.positions) { $1 }
    stableEnds.merge(fetch.ends) { $1 }
    highWatermarks.merge(fetch.ends) { $1 }
    highWatermarks.merge(fetch.restingEnds) { $1 }
    if !fetch.chunks.isEmpty { rotation = (rotation + 1) % max(owned.count, 1) }
    return fetch.chunks
  }

  private func lose(_ rebalance: (Rebalance) -> Void) {
    let lost = owned
    lease.forget()
    drop()
    if !lost.isEmpty { rebalance(.lost(lost)) }
  }

  private func drop() {
    owned = []
    ownedEpoch = nil
    nextOffsets = [:]
    stableEnds = [:]
    highWatermarks = [:]
    paused = []
  }

  private func checkOpen() throws(LogError) {
    if isClosed { throw LogError(.fatal, code: "closed", "the consumer of group '\(lease.group)' is closed") }
  }

  private func checkOwned(_ partitions: [TopicPartition]) throws(LogError) {
    try checkOpen()
    for partition in partitions where nextOffsets[partition] == nil {
      throw LogError(.fatal, code: "notOwned", "\(partition) is not owned by this member of '\(lease.group)'")
    }
  }
}
