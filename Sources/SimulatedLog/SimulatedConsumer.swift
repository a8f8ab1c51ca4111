internal import EventLog

/// A member of a simulated group.
final class SimulatedConsumer: GroupConsumer {
  private let log: SimulatedLog
  private let configuration: ConsumerConfiguration
  private var member: Int
  private var generation = 0
  private var owned: [TopicPartition] = []
  /// `nil` until the committed offset is known: an open transaction of the predecessor may still change it.
  private var nextOffsets: [TopicPartition: NextOffset?] = [:]
  /// Last stable offsets: what can be read.
  private var stableEnds: [TopicPartition: NextOffset] = [:]
  private var highWatermarks: [TopicPartition: NextOffset] = [:]
  private var paused: Set<TopicPartition> = []
  private var rotation = 0
  private var isClosed = false

  init(_ configuration: ConsumerConfiguration, log: SimulatedLog) throws {
    self.log = log
    self.configuration = configuration
    member = try log.locked { cluster in
      for topic in configuration.topics { _ = try cluster.topic(topic) }
      return cluster.join(configuration)
    }
  }

  func poll(_ limits: FetchLimits, rebalance: (Rebalance) -> Void) throws -> [RecordChunk] {
    try checkOpen()
    let asked = try log.locked { cluster in
      let asked = cluster.ask(.poll, by: configuration.instance)
      try cluster.strike(asked, at: .beforeEffect)
      return asked
    }
    let wait = IdleWait(limits.timeout, isReal: log.waitsInRealTime)
    var chunks: [RecordChunk] = []
    repeat {
      guard try takePart(rebalance) else { continue }
      let before = (nextOffsets, stableEnds)
      chunks = try fetch(limits)
      if !chunks.isEmpty {
        do {
          try log.locked { try $0.strike(asked, at: .afterEffect) }
        } catch {
          (nextOffsets, stableEnds) = before
          throw error
        }
        rotation = (rotation + 1) % max(owned.count, 1)
        return chunks
      }
    } while wait.again()
    try log.locked { try $0.strike(asked, at: .afterEffect) }
    return []
  }

  func partitionsAtEnd() -> Set<TopicPartition> {
    Set(
      owned.filter { source in
        guard let end = stableEnds[source], let position = nextOffsets[source] ?? nil else { return false }
        return position >= end
      })
  }

  func positions() -> [TopicPartition: NextOffset] { nextOffsets.compactMapValues { $0 } }

  func ends() -> [TopicPartition: NextOffset] { highWatermarks }

  func committed(_ partitions: [TopicPartition]) throws -> [TopicPartition: NextOffset?] {
    try checkOpen()
    return try log.perform(.committed, by: configuration.instance) { cluster in
      var result: [TopicPartition: NextOffset?] = [:]
      for source in partitions {
        _ = try cluster.partition(source)
        let group = cluster.groups[configuration.group]
        if group?.isUnstable(source) == true {
          throw LogError(
            .retry, code: "UNSTABLE_OFFSET_COMMIT",
            "group '\(configuration.group)': an open transaction holds an offset of \(source)")
        }
        result.updateValue(group?.committed(source), forKey: source)
      }
      return result
    }
  }

  func seek(_ positions: [TopicPartition: NextOffset]) throws {
    try checkOwned(Array(positions.keys))
    for (source, position) in positions {
      self.nextOffsets.updateValue(position, forKey: source)
      stableEnds[source] = nil
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
    return SimulatedGroupMetadata(group: configuration.group, member: member, generation: generation)
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    release()
    log.locked { $0.groups[configuration.group]?.leave(member) }
  }

  /// Goes through the group's protocol, delivering changes outside the lock. Returns whether to read.
  private func takePart(_ rebalance: (Rebalance) -> Void) throws -> Bool {
    while true {
      switch log.locked({ $0.step(member, group: configuration.group) }) {
      case .read:
        return true
      case .wait:
        return false
      case .revoke:
        if !owned.isEmpty { rebalance(.revoked(owned)) }
        release()
        log.locked { $0.groups[configuration.group]?.rejoin(member) }
      case .assign(let partitions, let generation):
        release()
        self.generation = generation
        owned = partitions
        for source in partitions { nextOffsets.updateValue(nil, forKey: source) }
        rebalance(.assigned(partitions))
      case .unknown:
        lose(rebalance)
        generation = 0
        member = log.locked { $0.join(configuration) }
      case .fenced:
        lose(rebalance)
        throw LogError(
          .fatal, code: "FENCED_INSTANCE_ID",
          "group '\(configuration.group)': another consumer runs as instance '\(configuration.instance)'")
      }
    }
  }

  private func fetch(_ limits: FetchLimits) throws -> [RecordChunk] {
    let active = owned.indices.map { owned[($0 + rotation) % owned.count] }.filter { !paused.contains($0) }
    let group = configuration.group
    return try log.locked { cluster in
      var wanted: [(source: TopicPartition, position: NextOffset)] = []
      for source in active {
        if let position = nextOffsets[source] ?? nil {
          wanted.append((source, position))
        } else if cluster.groups[group]?.isUnstable(source) == false {
          let earliest = NextOffset(try cluster.partition(source).earliest)
          let start = cluster.groups[group]?.committed(source) ?? earliest
          nextOffsets.updateValue(start, forKey: source)
          wanted.append((source, start))
        }
      }
      let result = try cluster.fetch(wanted, limits: limits)
      for (source, position) in result.positions { nextOffsets.updateValue(position, forKey: source) }
      stableEnds.merge(result.ends) { $1 }
      // Every answer says how far its partition goes, also where nothing more is fetched for now.
      for source in owned { highWatermarks[source] = NextOffset(try cluster.partition(source).next) }
      return result.chunks
    }
  }

  private func lose(_ rebalance: (Rebalance) -> Void) {
    let lost = owned
    release()
    if !lost.isEmpty { rebalance(.lost(lost)) }
  }

  private func release() {
    owned = []
    nextOffsets = [:]
    stableEnds = [:]
    highWatermarks = [:]
    paused = []
  }

  private func checkOpen() throws(LogError) {
    if isClosed {
      throw LogError(.fatal, code: "closed", "the consumer '\(configuration.instance)' is closed")
    }
  }

  private func checkOwned(_ partitions: [TopicPartition]) throws(LogError) {
    try checkOpen()
    for source in partitions where nextOffsets[source] == nil {
      throw LogError(
        .fatal, code: "notOwned", "\(source) is not owned by this member of '\(configuration.group)'")
    }
  }
}
