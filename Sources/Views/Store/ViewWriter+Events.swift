internal import Foundation
internal import GRDB

extension ViewWriter {
  /// Keeps an event; of a session that was removed only that there was one. Of two with the same id the one
  /// that was written first counts, whatever the order in which they are read.
  func apply(_ row: EventRow) throws {
    let isGone =
      try Bool.fetchOne(
        try database.cachedStatement(
          sql: """
            SELECT EXISTS (
              SELECT 1 FROM gone_event WHERE eventKey = ?1 AND start <= ?2 AND stop >= ?2 AND written >= ?3)
            """), arguments: [row.key.value, row.time, row.written]) ?? false
    try execute(
      """
      INSERT INTO event
        (eventKey, id, time, written, stream, topic, partition, offset, isGone, attributes, omitted)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      ON CONFLICT (eventKey, id) DO UPDATE SET
        time = ?3, written = ?4, stream = ?5, topic = ?6, partition = ?7, offset = ?8, isGone = ?9,
        attributes = ?10, omitted = ?11
      WHERE (written, topic, partition, offset) > (?4, ?6, ?7, ?8)
      """,
      [
        row.key.value, ViewWriter.number(ofEvent: row.id), row.time, row.written, row.stream, row.topic,
        row.partition, row.offset, isGone, isGone ? nil : row.attributes.map { Data($0) },
        isGone ? 0 : row.omitted,
      ])
  }

  /// What stands for an event's id: senders may put anything into one, also what nobody may keep.
  static func number(ofEvent id: String) -> Int64 { digest([id]) }

  /// Removes the events of a session that is removed, and keeps out those that are read later. With the last
  /// session of a customer goes every event of his: those that are in no session are his as well.
  ///
  /// - Parameters:
  ///   - session: the row of the session that is removed.
  ///   - times: from its first to its last event.
  func removeEvents(
    of key: Int64, but session: Int64, _ times: ClosedRange<Int64>, written: Int64
  ) throws {
    let isLast = try Bool.fetchOne(
      try database.cachedStatement(
        sql: "SELECT NOT EXISTS (SELECT 1 FROM session WHERE eventKey = ? AND number != ?)"),
      arguments: [key, session])
    let times = isLast == true ? Int64.min...Int64.max : times
    try execute(
      """
      INSERT INTO gone_event (eventKey, start, stop, written) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (eventKey, start, stop) DO UPDATE SET written = max(written, ?4)
      """, [key, times.lowerBound, times.upperBound, written])
    try execute(
      """
      UPDATE event SET isGone = 1, attributes = NULL, omitted = 0
      WHERE eventKey = ? AND time BETWEEN ? AND ? AND written <= ?
      """, [key, times.lowerBound, times.upperBound, written])
  }
}
