internal import EventLog
internal import GRDB

/// The groups' committed positions. Every function runs inside the caller's transaction.
enum OffsetTable {
  /// What the group has committed; `nil` where there is nothing.
  static func committed(
    _ partitions: [TopicPartition], group: String, catalog: TopicCatalog, in database: Database
  ) throws -> [TopicPartition: NextOffset?] {
    let statement = try database.cachedStatement(
      sql: "SELECT next FROM group_offsets WHERE group_name = ? AND topic = ? AND partition = ?")
    var result: [TopicPartition: NextOffset?] = [:]
    for partition in partitions {
      let topic = try catalog.topic(of: partition, in: database)
      let next = try Int64.fetchOne(statement, arguments: [group, topic.id, partition.partition])
      result.updateValue(next.map { NextOffset($0) }, forKey: partition)
    }
    return result
  }

  /// Replaces the group's positions.
  static func store(
    _ positions: [TopicPartition: NextOffset], group: String, catalog: TopicCatalog, in database: Database
  ) throws {
    let statement = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO group_offsets VALUES (?, ?, ?, ?)")
    for (partition, next) in positions {
      let topic = try catalog.topic(of: partition, in: database)
      try statement.execute(arguments: [group, topic.id, partition.partition, next.value])
    }
  }
}
