/// Records to be written, in one arena: what a lane hands to the transaction.
public struct OutputBatch: Sendable {
  /// One record to write.
  public struct Entry: Sendable {
    /// Index into `topics`.
    public var topic: Int
    /// Partition to write to; outputs are always written to an explicit partition.
    public var partition: Int32
    /// Key bytes; `nil` for a null key.
    public var key: ByteSlice?
    /// Value bytes; `nil` writes a tombstone.
    public var value: ByteSlice?
    /// Encoded headers (`HeaderBlock` layout).
    public var headers: ByteSlice?

    /// Creates an entry.
    public init(topic: Int, partition: Int32, key: ByteSlice?, value: ByteSlice?, headers: ByteSlice?) {
      self.topic = topic
      self.partition = partition
      self.key = key
      self.value = value
      self.headers = headers
    }
  }

  /// The topics written to, by index.
  public private(set) var topics: [String] = []
  /// The arena. Encoders append to it directly and then call `append(…)` with the ranges.
  public var bytes: [UInt8] = []
  /// The records in order of writing.
  public private(set) var entries: [Entry] = []

  /// Creates an empty batch.
  public init() {}

  /// Whether there is nothing to write.
  public var isEmpty: Bool { entries.isEmpty }

  /// The index of a topic, added on first use.
  public mutating func topicIndex(_ name: String) -> Int {
    if let index = topics.firstIndex(of: name) { return index }
    topics.append(name)
    return topics.count - 1
  }

  /// Appends a record whose bytes are already in the arena.
  public mutating func append(
    topic: Int, partition: Int32, key: ByteSlice?, value: ByteSlice?, headers: ByteSlice?
  ) {
    entries.append(
      Entry(topic: topic, partition: partition, key: key, value: value, headers: headers))
  }

  /// Appends a record held in arrays.
  public mutating func append(
    _ topic: String, partition: Int32, key: [UInt8]?, value: [UInt8]?, headers: HeaderBlock? = nil
  ) {
    let index = topicIndex(topic)
    let keyRange = key.map { store($0) }
    let valueRange = value.map { store($0) }
    let headerRange = headers.map { store($0.bytes) }
    append(topic: index, partition: partition, key: keyRange, value: valueRange, headers: headerRange)
  }

  /// Copies bytes into the arena.
  public mutating func store(_ source: [UInt8]) -> ByteSlice {
    let range = ByteSlice(offset: bytes.count, length: source.count)
    bytes.append(contentsOf: source)
    return range
  }

  /// Makes room ahead.
  public mutating func reserve(bytes byteCount: Int, records: Int) {
    bytes.reserveCapacity(byteCount)
    entries.reserveCapacity(records)
  }

  /// Empties the batch and keeps its memory for the next one.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
  }
}
