package import EventLog

/// The digest of a batch's output records: topic, partition, key, value and headers of each, in their order.
///
/// Taken in runs while the batch is encoded, so that the bytes are still in the cache. Where a run ends
/// depends on the records alone: the same records give the same digest.
package struct OutputDigest {
  /// Bytes of records after which a run ends: little enough for the cache of one core.
  package static let runBytes = 65_536

  private var digest = Digest()
  /// What identifies each topic: its name, as its number depends on what else was written into the same
  /// batch.
  private var topics: [UInt64] = []
  private var lengths = BinaryWriter()
  /// The first record that the digest does not cover yet.
  private var next: Int
  /// Where its bytes begin.
  private var start: Int

  /// Begins behind the records that are there already.
  package init(behind records: borrowing OutputBatch) {
    next = records.entries.count
    start = records.bytes.count
  }

  /// Whether the records that are not covered make a run.
  package func isRun(_ records: borrowing OutputBatch) -> Bool {
    records.bytes.count - start >= OutputDigest.runBytes
  }

  /// Covers every record that is not covered yet. Their bytes are in the arena one behind the other.
  package mutating func cover(_ records: borrowing OutputBatch) {
    let count = records.entries.count
    guard next < count else { return }
    while topics.count < records.topics.count {
      var name = Digest()
      name.append(Array(records.topics[topics.count].utf8))
      topics.append(name.value)
    }
    lengths.bytes.removeAll(keepingCapacity: true)
    for index in next..<count {
      let entry = records.entries[index]
      lengths.fixed(topics[entry.topic] &+ UInt64(truncatingIfNeeded: entry.partition))
      for range in [entry.key, entry.value, entry.headers] {
        lengths.fixed(UInt64(range.map(\.length) ?? UInt32.max))
      }
    }
    digest.append(lengths.bytes)
    digest.append(records.bytes, start..<records.bytes.count)
    next = count
    start = records.bytes.count
  }

  /// Sixteen hexadecimal digits.
  package var text: String { digest.text }
}
