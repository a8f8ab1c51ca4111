internal import EventLog
internal import GRDB

/// One read over several partitions that shares its limits fairly between those that have something.
struct Fetch {
  /// What was read.
  private(set) var chunks: [RecordChunk] = []
  /// Where each partition is to be read next; also moved where everything in between had been compacted away.
  private(set) var positions: [TopicPartition: NextOffset] = [:]
  /// The ends that were seen.
  private(set) var ends: [TopicPartition: NextOffset] = [:]
  /// The ends of partitions that were looked at without being read.
  private(set) var restingEnds: [TopicPartition: NextOffset] = [:]

  /// Reads the partitions in the order given; a position out of range is a fatal error with the numbers.
  init(
    _ wanted: [(partition: TopicPartition, position: NextOffset)], limits: FetchLimits, catalog: TopicCatalog,
    in database: Database
  ) throws {
    var waiting: [(scan: RecordScan, from: Int64, to: Int64)] = []
    var states: [String: [PartitionState]] = [:]
    for (partition, position) in wanted {
      let topic = try catalog.topic(of: partition, in: database)
      let known = try states[topic.name] ?? PartitionState.all(of: topic, in: database)
      states[topic.name] = known
      let state = known[Int(partition.partition)]
      try state.check(position, of: partition)
      ends[partition] = NextOffset(state.next)
      if state.next > position.value {
        waiting.append((RecordScan(partition: partition, topic: topic), position.value, state.next))
      }
    }
    var records = limits.maxRecords
    var bytes = limits.maxBytes
    for (index, range) in waiting.enumerated() {
      guard records > 0, bytes > 0 || chunks.isEmpty else { break }
      // A fair share, rounded up, of what is left; what one partition does not use goes to the ones behind
      // it.
      let sharers = waiting.count - index
      var scanLimits = RecordScan.Limits(
        records: (records + sharers - 1) / sharers, bytes: max((bytes + sharers - 1) / sharers, 1),
        admitsOversize: chunks.isEmpty)
      var chunk = try range.scan.chunk(from: range.from, to: range.to, limits: scanLimits, in: database)
      if chunk.entries.isEmpty, chunk.next.value < range.to {
        // One record is larger than the share; it passes if it still fits into all that is left.
        scanLimits.bytes = bytes
        scanLimits.records = 1
        chunk = try range.scan.chunk(from: range.from, to: range.to, limits: scanLimits, in: database)
      }
      positions[range.scan.partition] = chunk.next
      guard !chunk.entries.isEmpty else { continue }
      records -= chunk.entries.count
      bytes -= chunk.byteCount
      chunk.seal()
      chunks.append(chunk)
    }
  }

  /// Notes the ends of partitions that are not read for now: how far they fall behind is to be known.
  mutating func look(at partitions: [TopicPartition], catalog: TopicCatalog, in database: Database) throws {
    for partition in partitions {
      let topic = try catalog.topic(of: partition, in: database)
      restingEnds[partition] = NextOffset(try PartitionState.one(partition, of: topic, in: database).next)
    }
  }
}
