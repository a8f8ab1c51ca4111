/// Consecutive records of one partition in one arena: what a consumer or reader hands over.
///
/// The arena ends with `padding` zero bytes, so that a vectorized parser may read past the last record.
public struct RecordChunk: Sendable {
  /// Zero bytes behind the last record's bytes (simdjson asks for 64).
  public static let padding = 64

  /// One record.
  public struct Entry: Sendable {
    /// Offset in the partition.
    public var offset: RecordOffset
    /// Kafka timestamp in milliseconds since 1970-01-01T00:00:00Z; −1 if the log has none.
    public var timestamp: Int64
    /// Key bytes; `nil` for a null key.
    public var key: ByteSlice?
    /// Value bytes; `nil` for a tombstone.
    public var value: ByteSlice?
    /// Encoded headers (`HeaderBlock` layout); `nil` if there are none.
    public var headers: ByteSlice?

    /// Creates an entry.
    public init(
      offset: RecordOffset, timestamp: Int64, key: ByteSlice?, value: ByteSlice?, headers: ByteSlice?
    ) {
      self.offset = offset
      self.timestamp = timestamp
      self.key = key
      self.value = value
      self.headers = headers
    }
  }

  /// Where the records come from.
  public let source: TopicPartition
  /// The arena. Call `seal()` once after the last append.
  public private(set) var bytes: [UInt8]
  /// The records in offset order.
  public private(set) var entries: [Entry]
  /// The position after this chunk: past the last record, and past control or removed records the log
  /// skipped.
  public var next: NextOffset

  /// Creates an empty chunk whose position is `next`.
  public init(source: TopicPartition, next: NextOffset, byteCapacity: Int = 0, recordCapacity: Int = 0) {
    self.source = source
    self.next = next
    bytes = []
    entries = []
    if byteCapacity > 0 { bytes.reserveCapacity(byteCapacity + Self.padding) }
    if recordCapacity > 0 { entries.reserveCapacity(recordCapacity) }
  }

  /// Adopts an arena that already holds the records, and seals it.
  public init(source: TopicPartition, next: NextOffset, bytes: consuming [UInt8], entries: [Entry]) {
    self.source = source
    self.next = next
    self.bytes = bytes
    self.entries = entries
    seal()
  }

  /// Appends a record and moves `next` past it.
  public mutating func append(
    offset: RecordOffset, timestamp: Int64, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
    headers: UnsafeRawBufferPointer? = nil
  ) {
    // Raw pointers because the bytes come straight from C handles (librdkafka, SQLite); they are copied here.
    let keyRange = key.map { store($0) }
    let valueRange = value.map { store($0) }
    let headerRange = headers.map { store($0) }
    entries.append(
      Entry(
        offset: offset, timestamp: timestamp, key: keyRange, value: valueRange, headers: headerRange))
    next = NextOffset(after: offset)
  }

  /// Appends a record held in arrays.
  public mutating func append(
    offset: RecordOffset, timestamp: Int64, key: [UInt8]?, value: [UInt8]?, headers: HeaderBlock? = nil
  ) {
    let keyRange = key.map { store($0) }
    let valueRange = value.map { store($0) }
    let headerRange = headers.map { store($0.bytes) }
    entries.append(
      Entry(
        offset: offset, timestamp: timestamp, key: keyRange, value: valueRange, headers: headerRange))
    next = NextOffset(after: offset)
  }

  /// Adds the padding. Appending afterwards is a programmer's error.
  public mutating func seal() {
    bytes.append(contentsOf: repeatElement(0, count: Self.padding))
  }

  /// Bytes of records held, without padding.
  public var byteCount: Int { bytes.count }

  /// The bytes of a range, copied.
  public func copy(_ range: ByteSlice?) -> [UInt8]? {
    range.map { Array(bytes[$0.indices]) }
  }

  private mutating func store(_ source: UnsafeRawBufferPointer) -> ByteSlice {
    let range = ByteSlice(offset: bytes.count, length: source.count)
    source.withMemoryRebound(to: UInt8.self) { bytes.append(block: $0) }
    return range
  }

  private mutating func store(_ source: [UInt8]) -> ByteSlice {
    let range = ByteSlice(offset: bytes.count, length: source.count)
    bytes.append(contentsOf: source)
    return range
  }
}
