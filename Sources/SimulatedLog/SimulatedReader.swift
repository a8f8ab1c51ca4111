internal import EventLog

/// Reads partitions of a simulated log outside of any group.
final class SimulatedReader: PartitionReader {
  /// Bounds of one chunk of a long read.
  private static let stepRecords = 1024
  private static let stepBytes = 1 << 20

  private let log: SimulatedLog
  private var isClosed = false

  init(log: SimulatedLog) { self.log = log }

  func bounds(_ partitions: [TopicPartition]) throws -> [TopicPartition: PartitionBounds] {
    try checkOpen()
    return try log.perform(.readBounds, by: "reader") { cluster in
      var result: [TopicPartition: PartitionBounds] = [:]
      for source in partitions {
        let partition = try cluster.partition(source)
        result[source] = PartitionBounds(
          earliest: NextOffset(partition.earliest), end: NextOffset(partition.next))
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
    var wait = IdleWait(patience, isReal: log.waitsInRealTime)
    while position < to {
      var chunk = try log.perform(.read, by: "reader") { cluster in
        let stored = try cluster.partition(partition)
        try stored.check(position, of: partition)
        guard to.value <= stored.next else {
          throw LogError(
            .fatal, code: "truncated", "\(partition) ends at \(stored.next), it was to be read up to \(to)")
        }
        return stored.chunk(
          source: partition, from: position.value, to: to.value, maxRecords: Self.stepRecords,
          maxBytes: Self.stepBytes, admitsOversize: true)
      }
      if chunk.next > position {
        position = chunk.next
        wait = IdleWait(patience, isReal: log.waitsInRealTime)
      } else if !wait.again() {
        throw LogError(
          .retry, code: "openTransaction",
          "\(partition): a transaction is open at \(position), below \(to), and did not end within \(patience)"
        )
      }
      guard !chunk.entries.isEmpty else { continue }
      chunk.seal()
      guard try body(chunk) else { return }
    }
  }

  func poll(_ positions: [TopicPartition: NextOffset], limits: FetchLimits) throws -> [RecordChunk] {
    try checkOpen()
    let wanted = positions.sorted { $0.key < $1.key }.map { (source: $0.key, position: $0.value) }
    let wait = IdleWait(limits.timeout, isReal: log.waitsInRealTime)
    while true {
      let result = try log.perform(.read, by: "reader") { cluster in
        try cluster.fetch(wanted, limits: limits)
      }
      if !result.chunks.isEmpty || !wait.again() { return result.chunks }
    }
  }

  func close() { isClosed = true }

  private func checkOpen() throws(LogError) {
    if isClosed { throw LogError(.fatal, code: "closed", "the reader is closed") }
  }
}
