internal import EventLog
internal import GRDB
internal import Synchronization

/// A topic as it is stored.
struct StoredTopic: Sendable {
  /// Key of the topic in every other table.
  let id: Int64
  let name: String
  let partitions: Int32
  /// Whether `cleanup.policy` asks for compaction.
  let isCompacted: Bool
}

/// Finds and creates topics. What was found stays cached: a topic is never removed or changed.
final class TopicCatalog: Sendable {
  private let path: String
  private let found = Mutex<[String: StoredTopic]>([:])

  init(path: String) { self.path = path }

  /// Whether the topic was found before, so that asking the file again is not needed.
  func isKnown(_ name: String) -> Bool { found.withLock { $0[name] != nil } }

  /// The topic, or a fatal error that names it.
  func topic(_ name: String, in database: Database) throws -> StoredTopic {
    if let topic = found.withLock({ $0[name] }) { return topic }
    guard let specification = try specification(name, in: database),
      let id = try Int64.fetchOne(database, sql: "SELECT id FROM topics WHERE name = ?", arguments: [name])
    else {
      throw LogError(
        .fatal, code: "unknownTopic", "topic '\(name)' does not exist in \(path); create the topics first")
    }
    let topic = StoredTopic(
      id: id, name: name, partitions: specification.partitions, isCompacted: specification.isCompacted)
    found.withLock { $0[name] = topic }
    return topic
  }

  /// The topic of a partition that exists, or a fatal error with both numbers.
  func topic(of partition: TopicPartition, in database: Database) throws -> StoredTopic {
    let topic = try topic(partition.topic, in: database)
    guard partition.partition >= 0, partition.partition < topic.partitions else {
      throw LogError(
        .fatal, code: "unknownPartition",
        "topic '\(topic.name)' has \(topic.partitions) partitions, there is no partition \(partition.partition)"
      )
    }
    return topic
  }

  /// What is stored about a topic; `nil` if there is none.
  func specification(_ name: String, in database: Database) throws -> TopicSpecification? {
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT id, partitions FROM topics WHERE name = ?", arguments: [name])
    else { return nil }
    let id: Int64 = row[0]
    let partitions: Int32 = row[1]
    var settings: [String: String] = [:]
    let rows = try Row.fetchCursor(
      database, sql: "SELECT name, value FROM topic_settings WHERE topic = ?", arguments: [id])
    while let setting = try rows.next() { settings[setting[0]] = setting[1] }
    return TopicSpecification(name: name, partitions: partitions, settings: settings)
  }

  /// Every topic name, in order of creation.
  func names(in database: Database) throws -> [String] {
    try String.fetchAll(database, sql: "SELECT name FROM topics ORDER BY id")
  }

  /// Creates a topic, or checks that the one that exists has as many partitions.
  func create(_ wanted: TopicSpecification, in database: Database) throws {
    guard wanted.partitions > 0, !wanted.name.isEmpty else {
      throw LogError(
        .fatal, code: "invalidTopic", "topic '\(wanted.name)' cannot have \(wanted.partitions) partitions")
    }
    if let existing = try specification(wanted.name, in: database) {
      guard existing.partitions == wanted.partitions else {
        throw LogError(
          .fatal, code: "partitionCountMismatch",
          "topic '\(wanted.name)' exists with \(existing.partitions) partitions, \(wanted.partitions) are configured"
        )
      }
      return
    }
    try database.execute(
      sql: "INSERT INTO topics (name, partitions) VALUES (?, ?)", arguments: [wanted.name, wanted.partitions])
    let id = database.lastInsertedRowID
    for (name, value) in wanted.settings {
      try database.execute(sql: "INSERT INTO topic_settings VALUES (?, ?, ?)", arguments: [id, name, value])
    }
    for partition in 0..<wanted.partitions {
      try database.execute(
        sql: "INSERT INTO partitions VALUES (?, ?, 0, 0, 0, 0)", arguments: [id, partition])
    }
  }
}
