import EventLog
import Presentation

/// Reads a topic for `tail`: what is there, then what arrives. Blocks.
struct TopicTail {
  let topic: TopicSpecification
  let printer: RecordPrinter
  let interruption: Interruption

  /// Records shown of each topic without `--from-beginning` and `--max`.
  private static let shownAtFirst = 10

  func run(_ log: any EventLog, fromBeginning: Bool, follow: Bool, limit: Int?) throws {
    let reader = try log.makeReader()
    defer { reader.close() }
    let bounds = try reader.bounds((0..<topic.partitions).map { TopicPartition(topic.name, $0) })
    let printed =
      fromBeginning
      ? try printAll(reader, bounds, limit) : try printNewest(reader, bounds, limit ?? TopicTail.shownAtFirst)
    if follow {
      try printArriving(reader, bounds.mapValues(\.end), limit.map { $0 - printed })
    }
  }

  /// From the oldest record on, a partition after the other.
  private func printAll(
    _ reader: any PartitionReader, _ bounds: [TopicPartition: PartitionBounds], _ limit: Int?
  ) throws -> Int {
    var printed = 0
    for (partition, range) in bounds.sorted(by: { $0.key < $1.key }) where range.earliest < range.end {
      try reader.read(partition, from: range.earliest, to: range.end, patience: .seconds(5)) { chunk in
        let entries = chunk.entries.prefix((limit ?? Int.max) - printed)
        try printer.print(entries, of: chunk)
        printed += entries.count
        return printed < limit ?? Int.max && !interruption.isRaised
      }
      if printed >= limit ?? Int.max || interruption.isRaised { break }
    }
    return printed
  }

  /// The newest records of all partitions, by the log's timestamps.
  private func printNewest(
    _ reader: any PartitionReader, _ bounds: [TopicPartition: PartitionBounds], _ count: Int
  ) throws -> Int {
    var found: [(entry: RecordChunk.Entry, chunk: RecordChunk)] = []
    for (partition, range) in bounds.sorted(by: { $0.key < $1.key }) where range.earliest < range.end {
      var newest: [(entry: RecordChunk.Entry, chunk: RecordChunk)] = []
      // A compacted topic has gaps, so the way back is lengthened until there is enough.
      var distance = Int64(count)
      var from = range.end
      while newest.count < count, from > range.earliest {
        from = max(range.earliest, NextOffset(range.end.value - distance))
        newest = []
        try reader.read(partition, from: from, to: range.end, patience: .seconds(5)) { chunk in
          newest += chunk.entries.map { ($0, chunk) }
          return !interruption.isRaised
        }
        distance = distance.multipliedReportingOverflow(by: 8).partialValue
        if distance <= 0 { distance = range.end.value }
      }
      found += newest.suffix(count)
    }
    found.sort { left, right in
      guard left.entry.timestamp == right.entry.timestamp else {
        return left.entry.timestamp < right.entry.timestamp
      }
      let (here, there) = (left.chunk.source, right.chunk.source)
      return here == there ? left.entry.offset < right.entry.offset : here < there
    }
    let shown = found.suffix(count)
    for record in shown { try printer.print([record.entry], of: record.chunk) }
    return shown.count
  }

  /// What arrives, until interrupted.
  private func printArriving(
    _ reader: any PartitionReader, _ start: [TopicPartition: NextOffset], _ limit: Int?
  ) throws {
    var positions = start
    var left = limit ?? Int.max
    while left > 0, !interruption.isRaised {
      let chunks = try reader.poll(
        positions, limits: FetchLimits(maxRecords: 10_000, maxBytes: 16 << 20, timeout: .milliseconds(200)))
      for chunk in chunks {
        positions[chunk.source] = chunk.next
        let entries = chunk.entries.prefix(left)
        try printer.print(entries, of: chunk)
        left -= entries.count
      }
    }
  }
}
