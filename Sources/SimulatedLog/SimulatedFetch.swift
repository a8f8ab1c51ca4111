internal import EventLog

extension Cluster {
  /// What one read over several partitions found.
  struct FetchResult {
    var chunks: [RecordChunk] = []
    /// Where each partition is to be read next; also moved past markers and aborted records.
    var positions: [TopicPartition: NextOffset] = [:]
    /// The last stable offsets that were seen.
    var ends: [TopicPartition: NextOffset] = [:]
  }

  /// Reads the partitions in the order given, sharing the limits fairly; a position out of range is a fatal
  /// error.
  mutating func fetch(
    _ wanted: [(source: TopicPartition, position: NextOffset)], limits: FetchLimits
  ) throws(LogError) -> FetchResult {
    var result = FetchResult()
    var waiting: [(source: TopicPartition, from: Int64, partition: SimulatedPartition)] = []
    for (source, position) in wanted {
      let partition = try partition(source)
      try partition.check(position, of: source)
      result.ends[source] = NextOffset(partition.lastStable)
      if partition.lastStable > position.value { waiting.append((source, position.value, partition)) }
    }
    if configuration.variesFetches { waiting = shuffled(waiting) }
    var records = limits.maxRecords
    var bytes = limits.maxBytes
    for (index, range) in waiting.enumerated() {
      guard records > 0, bytes > 0 || result.chunks.isEmpty else { break }
      let sharers = waiting.count - index
      var share = (records + sharers - 1) / sharers
      if configuration.variesFetches { share = 1 + random.below(share) }
      // A record above the share still passes if it fits into all that is left, and any record passes alone.
      let byteShare = max((bytes + sharers - 1) / sharers, 1)
      var chunk = range.partition.chunk(
        source: range.source, from: range.from, to: .max, maxRecords: share, maxBytes: byteShare,
        admitsOversize: result.chunks.isEmpty)
      if chunk.entries.isEmpty, chunk.next.value < range.partition.lastStable {
        chunk = range.partition.chunk(
          source: range.source, from: range.from, to: .max, maxRecords: 1, maxBytes: bytes,
          admitsOversize: false)
      }
      result.positions[range.source] = chunk.next
      guard !chunk.entries.isEmpty else { continue }
      records -= chunk.entries.count
      bytes -= chunk.byteCount
      chunk.seal()
      result.chunks.append(chunk)
    }
    return result
  }

  private mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var result = elements
    for index in result.indices.dropFirst().reversed() { result.swapAt(index, random.below(index + 1)) }
    return result
  }
}
