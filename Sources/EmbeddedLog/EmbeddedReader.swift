internal import EventLog
internal import Foundation

/// Reads partitions outside of any group.
final class EmbeddedReader: PartitionReader {
  /// Bounds of one step of a long read, so that no snapshot is held for long and memory stays small.
  private static let step = RecordScan.Limits(records: 16_384, bytes: 8 << 20, admitsOversize: true)

  private let store: Store
  private let catalog: TopicCatalog
  private var isClosed = false

  init(store: Store, catalog: TopicCatalog) {
    self.store = store
    self.catalog = catalog
  }

  func bounds(_ partitions: [TopicPartition]) throws -> [TopicPartition: PartitionBounds] {
    try checkOpen()
    return try store.read { database in
      var result: [TopicPartition: PartitionBounds] = [:]
      for partition in partitions {
        let topic = try catalog.topic(of: partition, in: database)
        let state = try PartitionState.one(partition, of: topic, in: database)
        result[partition] = PartitionBounds(earliest: NextOffset(state.earliest), end: NextOffset(state.next))
      }
      return result
    }
  }

  func read(
    _ partition: TopicPartition, from: NextOffset, to: NextOffset, patience: Duration,
    _ body: (RecordChunk) throws -> Bool
  ) throws {
    try checkOpen()
    var position = from
    while position < to {
      var chunk = try store.read { database in
        let topic = try catalog.topic(of: partition, in: database)
        let state = try PartitionState.one(partition, of: topic, in: database)
        try state.check(position, of: partition)
        // Nothing is ever pending here, so a short log stays short: waiting would not help.
        guard to.value <= state.next else {
          throw LogError(
            .fatal, code: "truncated", "\(partition) ends at \(state.next), it was to be read up to \(to)")
        }
        return try RecordScan(partition: partition, topic: topic)
          .chunk(from: position.value, to: to.value, limits: Self.step, in: database)
      }
      position = chunk.next
      guard !chunk.entries.isEmpty else { continue }
      chunk.seal()
      guard try body(chunk) else { return }
    }
  }

  func poll(_ positions: [TopicPartition: NextOffset], limits: FetchLimits) throws -> [RecordChunk] {
    try checkOpen()
    let wanted = positions.sorted { $0.key < $1.key }.map { (partition: $0.key, position: $0.value) }
    let deadline = ContinuousClock.now + limits.timeout
    var interval = 0.001
    while true {
      let fetch = try store.read { database in
        try Fetch(wanted, limits: limits, catalog: catalog, in: database)
      }
      let left = (deadline - ContinuousClock.now).seconds
      if !fetch.chunks.isEmpty || left <= 0 { return fetch.chunks }
      Thread.sleep(forTimeInterval: min(interval, left))
      interval = min(interval * 2, 0.02)
    }
  }

  func close() { isClosed = true }

  private func checkOpen() throws(LogError) {
    if isClosed { throw LogError(.fatal, code: "closed", "the reader is closed") }
  }
}
