import EventLog

/// The records that a processor has written, kept in memory: what the bare client writes again.
///
/// The very records, because size alone is not what a record costs: sessions shrink to a third when they are
/// compressed, packed values not at all.
struct RecordedTraffic: Sendable {
  /// One record: in which chunk its bytes are, and where it goes.
  struct Record: Sendable {
    var chunk: Int
    var entry: RecordChunk.Entry
    /// Index into `topics`.
    var topic: Int
    var partition: Int32
  }

  /// Names of the topics, without the prefix of the processor that wrote them.
  private(set) var topics: [String] = []
  private(set) var chunks: [RecordChunk] = []
  /// The partitions' records, interleaved by how far each partition is, in the order of each partition.
  private(set) var records: [Record] = []

  /// Reads what is in `topics`.
  init(reading topics: [String], without prefix: String, partitions: Int32, from log: some EventLog) throws {
    let reader = try log.makeReader()
    defer { reader.close() }
    var placed: [(place: Double, record: Record)] = []
    for topic in topics {
      let sources = (0..<partitions).map { TopicPartition(topic, $0) }
      let bounds = try reader.bounds(sources)
      self.topics.append(String(topic.dropFirst(prefix.count)))
      for source in sources {
        guard let bounds = bounds[source], bounds.earliest < bounds.end else { continue }
        var found: [Record] = []
        try reader.read(source, from: bounds.earliest, to: bounds.end, patience: .seconds(30)) { chunk in
          for entry in chunk.entries {
            found.append(
              Record(
                chunk: chunks.count, entry: entry, topic: self.topics.count - 1, partition: source.partition))
          }
          chunks.append(chunk)
          return true
        }
        for (index, record) in found.enumerated() {
          placed.append((Double(index) / Double(found.count), record))
        }
      }
    }
    records = placed.sorted { $0.place < $1.place }.map(\.record)
  }

  /// Bytes of keys, values and headers of a record, as the arena holds them.
  func withBytes<Result>(
    of record: Record, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try chunks[record.chunk].bytes.withUnsafeBytes(body)
  }
}
