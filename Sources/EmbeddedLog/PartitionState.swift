internal import EventLog
internal import GRDB

/// The bounds of one partition as they are stored.
struct PartitionState {
  /// Offset below which records were removed by retention.
  let earliest: Int64
  /// Offset the next record gets.
  let next: Int64

  /// Every partition of a topic, by number.
  static func all(of topic: StoredTopic, in database: Database) throws -> [PartitionState] {
    let statement = try database.cachedStatement(
      sql: "SELECT earliest, next FROM partitions WHERE topic = ? ORDER BY partition")
    return try Row.fetchAll(statement, arguments: [topic.id]).map {
      PartitionState(earliest: $0[0], next: $0[1])
    }
  }

  /// One partition, or a fatal error if there is none.
  static func one(_ partition: TopicPartition, of topic: StoredTopic, in database: Database) throws
    -> PartitionState
  {
    let statement = try database.cachedStatement(
      sql: "SELECT earliest, next FROM partitions WHERE topic = ? AND partition = ?")
    guard let row = try Row.fetchOne(statement, arguments: [topic.id, partition.partition]) else {
      throw LogError(.fatal, code: "corrupt", "partition \(partition) has no bounds stored")
    }
    return PartitionState(earliest: row[0], next: row[1])
  }

  /// Throws a fatal error with the exact numbers unless a read may start at `position`.
  func check(_ position: NextOffset, of partition: TopicPartition) throws {
    if position.value < earliest {
      throw LogError(
        .fatal, code: LogError.offsetOutOfRange,
        """
        \(partition): offset \(position) is below the earliest retained offset \(earliest); retention removed \
        \(earliest - position.value) records that were not read
        """)
    }
    if position.value > next {
      throw LogError(
        .fatal, code: LogError.offsetOutOfRange,
        "\(partition): offset \(position) is beyond the end \(next); the file is not the one that was read before"
      )
    }
  }
}
