internal import EventLog
internal import ProcessRuntime
internal import SimulatedLog

/// A process's consumer.
final class ProcessConsumer: GroupConsumer {
  private var inner: (any GroupConsumer)?
  private let group: String
  private let view: ProcessView

  init(_ inner: any GroupConsumer, group: String, view: ProcessView) {
    self.inner = inner
    self.group = group
    self.view = view
  }

  func poll(_ limits: FetchLimits, rebalance: (Rebalance) -> Void) throws -> [RecordChunk] {
    let process = view.process
    let chunks = try view.request(.poll) {
      try open().poll(limits) { change in
        if case .assigned = change { return rebalance(change) }
        view.inRelease(process)
        rebalance(change)
      }
    }
    guard chunks.isEmpty else { return chunks }
    // Waits, in virtual time, as a poll does that finds nothing.
    let longest = max(Int(limits.timeout.milliseconds), 1)
    let scheduler = view.scheduler
    scheduler.pause(until: scheduler.now + 1 + Int64(scheduler.random.below(longest))) { !process.isAlive }
    return []
  }

  func partitionsAtEnd() -> Set<TopicPartition> { inner?.partitionsAtEnd() ?? [] }

  func positions() -> [TopicPartition: NextOffset] { inner?.positions() ?? [:] }

  func ends() -> [TopicPartition: NextOffset] { inner?.ends() ?? [:] }

  func committed(_ partitions: [TopicPartition]) throws -> [TopicPartition: NextOffset?] {
    if view.mutation == .readsEndsBeforeOffsets, view.earlyBounds.isEmpty {
      // Kept while the offsets are not stable yet: that is how long somebody else's commit may take.
      view.earlyBounds = try view.allBounds(of: partitions)
    }
    return try view.request(.committed) { try open().committed(partitions) }
  }

  func seek(_ positions: [TopicPartition: NextOffset]) throws {
    try view.request(.poll) {
      guard view.mutation != .skipsRewind else { return }
      try open().seek(positions)
    }
  }

  func pause(_ partitions: [TopicPartition]) throws {
    try view.request(.poll) { try open().pause(partitions) }
  }

  func resume(_ partitions: [TopicPartition]) throws {
    try view.request(.poll) { try open().resume(partitions) }
  }

  func metadata() throws -> any GroupMetadata { try view.request(.poll) { try open().metadata() } }

  /// A dead process leaves without a word.
  func close() {
    if view.process.isAlive { inner?.close() }
    inner = nil
  }

  private func open() throws -> any GroupConsumer {
    guard let inner else { throw LogError(.fatal, code: "closed", "the consumer is closed") }
    return inner
  }
}
