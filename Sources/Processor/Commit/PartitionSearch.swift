package import EventLog

/// Finds by offset where the numbers of a partition's records reach a value: they never fall from one committed record
/// to the next.
///
/// What it reads grows with the logarithm of how far from the end the place is, not with what is retained.
package struct PartitionSearch {
  /// A stretch of at most this many offsets is read rather than searched further.
  package static let shortest: Int64 = 32
  /// Offsets that one probe looks at first; an offset may hold a marker, an aborted record or nothing.
  private static let probeWidth: Int64 = 8

  package let reader: any PartitionReader
  package let partition: TopicPartition
  package let patience: Duration
  /// A record's number.
  package let number: (RecordChunk, ByteSlice) throws -> Int

  /// An offset at or below the first record whose number is at least `target`, and at most `shortest` offsets below it.
  /// Every record below it has a smaller number. The end of the bounds if no record has such a number.
  package func start(reaching target: Int, within bounds: PartitionBounds) throws -> NextOffset {
    // Backwards first, as what is searched for stands near the end.
    var low = bounds.earliest.value
    var high = bounds.end.value
    var stretch = PartitionSearch.shortest
    while bounds.end.value - stretch > low {
      let from = bounds.end.value - stretch
      if let found = try first(from: from, to: high), found.number < target {
        low = found.offset.value + 1
        break
      }
      high = from
      stretch *= 4
    }
    while high - low > PartitionSearch.shortest {
      let middle = low + (high - low) / 2
      if let found = try first(from: middle, to: high), found.number < target {
        low = found.offset.value + 1
      } else {
        high = middle
      }
    }
    return NextOffset(low)
  }

  /// The first committed record with a value at or after an offset.
  package func first(from: Int64, to: Int64) throws -> (offset: RecordOffset, number: Int)? {
    var at = from
    var width = PartitionSearch.probeWidth
    while at < to {
      let end = min(at + width, to)
      var found: (offset: RecordOffset, number: Int)?
      try reader.read(partition, from: NextOffset(at), to: NextOffset(end), patience: patience) { chunk in
        for entry in chunk.entries {
          guard let value = entry.value else { continue }
          found = (entry.offset, try number(chunk, value))
          return false
        }
        return true
      }
      if let found { return found }
      at = end
      width *= 4
    }
    return nil
  }
}
