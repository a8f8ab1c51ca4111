internal import EventLog
internal import GRDB

/// Keeps the input topics below a number of bytes: what was read gives way, what was not makes publishing
/// fail.
struct InputCapacity {
  /// Topics that count.
  let topics: Set<String>
  /// Bytes of keys, values and headers that they may hold together.
  let maxBytes: Int64

  /// Makes room for what a batch adds, or refuses it whole. Inside the transaction that writes it, so nothing
  /// is removed for a batch that does not come.
  func admit(_ bytes: Int64, catalog: TopicCatalog, in database: Database) throws {
    guard bytes > 0 else { return }
    let stored = try topics.sorted().compactMap { name in
      try catalog.specification(name, in: database).map { _ in try catalog.topic(name, in: database) }
    }
    var held = try stored.reduce(into: Int64(0)) { try $0 += Self.bytes(of: $1, in: database) }
    for topic in stored where held + bytes > maxBytes {
      for partition in 0..<topic.partitions where held + bytes > maxBytes {
        held -= try trim(topic, partition, excess: held + bytes - maxBytes, in: database)
      }
    }
    guard held + bytes <= maxBytes else {
      throw LogError(
        .retry, code: LogError.logFull,
        """
        the input topics hold \(held) bytes that were not read, \(bytes) more would exceed embedded.maxInputBytes \
        (\(maxBytes)): 'sojourn run' reads them, a larger limit takes more
        """)
    }
  }

  /// Removes released records from the front until `excess` bytes are gone; returns how many are.
  private func trim(
    _ topic: StoredTopic, _ partition: Int32, excess: Int64, in database: Database
  ) throws -> Int64 {
    let before = try Self.bytes(of: topic, partition, in: database)
    let limit = try ReleaseTable.limit(topic, partition, in: database) ?? 0
    var budget = Int.max
    let retention = Retention(
      topic: topic, partition: partition,
      policy: CleanupPolicy(TopicSpecification(name: topic.name, partitions: topic.partitions)))
    _ = try retention.remove(aged: 0, maxBytes: before - excess, limit: limit, &budget, in: database)
    return before - (try Self.bytes(of: topic, partition, in: database))
  }

  /// Bytes of keys, values and headers in a topic.
  static func bytes(of topic: StoredTopic, in database: Database) throws -> Int64 {
    try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT sum(bytes) FROM partitions WHERE topic = ?"),
      arguments: [topic.id]) ?? 0
  }

  private static func bytes(
    of topic: StoredTopic, _ partition: Int32, in database: Database
  ) throws -> Int64 {
    try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT bytes FROM partitions WHERE topic = ? AND partition = ?"),
      arguments: [topic.id, partition]) ?? 0
  }
}
