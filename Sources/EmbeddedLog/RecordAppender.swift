internal import EventLog
internal import GRDB
internal import GRDBSQLite

/// Writes batches behind the ends of their partitions, inside one write transaction.
struct RecordAppender {
  /// One topic written to, with the ends of its partitions as they will be after the transaction.
  private struct Target {
    let topic: StoredTopic
    var next: [Int64]
    var added: [Int64]
  }

  private let database: Database
  private let catalog: TopicCatalog
  private let timestamp: Int64
  private let insert: OpaquePointer
  // Holds the prepared statement alive while its C handle is in use.
  private let statement: Statement
  private let capacity: InputCapacity?
  /// Bytes that were admitted so far.
  private var admitted: Int64 = 0
  private var targets: [Target] = []
  private var targetByName: [String: Int] = [:]

  /// Starts writing; every record gets `timestamp` (milliseconds). `capacity` bounds what the input topics
  /// hold.
  init(
    _ database: Database, catalog: TopicCatalog, timestamp: Int64, capacity: InputCapacity? = nil
  ) throws {
    self.capacity = capacity
    self.database = database
    self.catalog = catalog
    self.timestamp = timestamp
    statement = try database.cachedStatement(sql: "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)")
    insert = statement.sqliteStatement
  }

  /// Appends the batch. `spread` counts keyless records without a partition, to place them in turn.
  mutating func append(_ batch: OutputBatch, spread: inout UInt32) throws {
    let indexes = try batch.topics.map { try target($0) }
    if let capacity {
      let bounded = Set(
        batch.topics.indices.filter { capacity.topics.contains(batch.topics[$0]) })
      if !bounded.isEmpty {
        for entry in batch.entries where bounded.contains(entry.topic) {
          admitted += Int64(Self.size(entry))
        }
        try capacity.admit(admitted, catalog: catalog, in: database)
      }
    }
    // The C handle reads the arena in place during the step; the bindings are cleared before the arena goes
    // away.
    defer {
      sqlite3_reset(insert)
      sqlite3_clear_bindings(insert)
    }
    try batch.bytes.withUnsafeBytes { arena in
      for entry in batch.entries {
        try append(entry, to: indexes[entry.topic], arena: arena, spread: &spread)
      }
    }
  }

  /// Stores the new ends. Once, after the last batch.
  ///
  /// - Returns: the ends of the partitions that were written to.
  @discardableResult
  func finish() throws -> [TopicPartition: NextOffset] {
    var ends: [TopicPartition: NextOffset] = [:]
    for target in targets {
      for partition in target.added.indices where target.added[partition] >= 0 {
        try database.cachedStatement(
          sql: "UPDATE partitions SET next = ?, bytes = bytes + ? WHERE topic = ? AND partition = ?"
        ).execute(arguments: [target.next[partition], target.added[partition], target.topic.id, partition])
        ends[TopicPartition(target.topic.name, Int32(partition))] = NextOffset(target.next[partition])
      }
    }
    return ends
  }

  private mutating func append(
    _ entry: OutputBatch.Entry, to index: Int, arena: UnsafeRawBufferPointer, spread: inout UInt32
  ) throws {
    let topic = targets[index].topic
    guard entry.key != nil || !topic.isCompacted else {
      throw LogError(
        .fatal, code: "keyMissing", "topic '\(topic.name)' is compacted and takes no record without a key")
    }
    let partition = try place(entry, topic: topic, arena: arena, spread: &spread)
    let lane = Int(partition)
    let offset = targets[index].next[lane]
    targets[index].next[lane] = offset + 1
    let size = Self.size(entry)
    // −1 marks a partition that nothing was added to.
    targets[index].added[lane] = max(targets[index].added[lane], 0) + Int64(size)

    sqlite3_reset(insert)
    sqlite3_bind_int64(insert, 1, topic.id)
    sqlite3_bind_int64(insert, 2, Int64(partition))
    sqlite3_bind_int64(insert, 3, offset)
    sqlite3_bind_int64(insert, 4, timestamp)
    bind(entry.key, at: 5, arena: arena)
    bind(entry.value, at: 6, arena: arena)
    bind(entry.headers, at: 7, arena: arena)
    let result = sqlite3_step(insert)
    guard result == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: result),
        message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
    }
  }

  /// Bytes of key, value and headers.
  private static func size(_ entry: OutputBatch.Entry) -> Int {
    (entry.key?.count ?? 0) + (entry.value?.count ?? 0) + (entry.headers?.count ?? 0)
  }

  private func place(
    _ entry: OutputBatch.Entry, topic: StoredTopic, arena: UnsafeRawBufferPointer, spread: inout UInt32
  ) throws -> Int32 {
    if entry.partition >= 0 {
      guard entry.partition < topic.partitions else {
        throw LogError(
          .fatal, code: "unknownPartition",
          "topic '\(topic.name)' has \(topic.partitions) partitions, there is no partition \(entry.partition)"
        )
      }
      return entry.partition
    }
    if let key = entry.key {
      return Placement.partition(
        of: UnsafeRawBufferPointer(rebasing: arena[key.indices]), partitions: topic.partitions)
    }
    defer { spread &+= 1 }
    return Int32(spread % UInt32(topic.partitions))
  }

  private func bind(_ range: ByteSlice?, at parameter: Int32, arena: UnsafeRawBufferPointer) {
    guard let range else {
      sqlite3_bind_null(insert, parameter)
      return
    }
    // An empty blob needs a call of its own: a null pointer would store NULL, which is a tombstone.
    guard range.count > 0, let start = arena.baseAddress else {
      sqlite3_bind_zeroblob(insert, parameter, 0)
      return
    }
    sqlite3_bind_blob(insert, parameter, start + Int(range.offset), Int32(range.count), nil)
  }

  private mutating func target(_ name: String) throws -> Int {
    if let index = targetByName[name] { return index }
    let topic = try catalog.topic(name, in: database)
    var next: [Int64] = []
    for state in try PartitionState.all(of: topic, in: database) { next.append(state.next) }
    targets.append(Target(topic: topic, next: next, added: Array(repeating: -1, count: next.count)))
    targetByName[name] = targets.count - 1
    return targets.count - 1
  }
}
