internal import EventLog

/// Reads what was written to the one partition of a compacted topic since it was last read.
struct CompactedTopic {
  /// Most times that one call reads on because more was written meanwhile.
  static let maxRounds = 64

  let partition: TopicPartition
  private let reader: any PartitionReader
  private let patience: Duration
  private var position: NextOffset?

  init(_ topic: String, reader: any PartitionReader, patience: Duration) {
    partition = TopicPartition(topic, 0)
    self.reader = reader
    self.patience = patience
  }

  /// Reads on until nothing was written while it read: of two records of one key, compaction takes the older
  /// one away before it is read, and the newer one is behind the end that was read to. Whoever stopped there
  /// would find nothing in force.
  ///
  /// - Parameter code: of the error if writers were faster all the time.
  mutating func read(_ code: String, _ take: (_ key: [UInt8], _ value: [UInt8]) -> Void) throws {
    var rounds = 0
    while let bounds = try reader.bounds([partition])[partition] {
      let from = max(position ?? bounds.earliest, bounds.earliest)
      guard from < bounds.end else { break }
      guard rounds < CompactedTopic.maxRounds else {
        throw LogError(
          .retry, code: code, "\(partition): records were written faster than they were read, \(rounds) times"
        )
      }
      rounds += 1
      try reader.read(partition, from: from, to: bounds.end, patience: patience) { chunk in
        for entry in chunk.entries {
          guard let key = chunk.copy(entry.key), let value = chunk.copy(entry.value) else { continue }
          take(key, value)
        }
        return true
      }
      position = bounds.end
    }
  }
}
