internal import Foundation
internal import GRDB
package import JourneyModel

/// What became of an event of an input topic.
package struct EventFate: Sendable, Hashable {
  package enum State: Sendable, Hashable {
    /// No lane has read it yet.
    case pending
    /// It is in this session.
    case applied(SessionEntry)
    /// It has a dead letter.
    case rejected(reason: String, explanation: String)
    /// It was read, and no session shows it: a report of an action, or its session is gone.
    case read
  }

  /// Orders events of one time.
  package var key: Int64
  /// The stream's name: `web`.
  package var stream: String
  package var time: EventTime
  package var state: State
}

extension ViewQueries {
  /// Events of one id whose fates are told: ids are the senders' own, and several may have the same one.
  package static let maxFates = 25

  /// What became of the events with an id, the newest first; empty if the view keeps none with it.
  package func fates(ofEvent id: String) throws(ViewError) -> [EventFate] {
    try store.read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT e.eventKey, e.time, e.stream, e.topic, e.partition, e.offset,
            coalesce(i.next > e.offset, 0)
          FROM event e LEFT JOIN input i ON i.topic = e.topic AND i.partition = e.partition
          WHERE e.id = ? AND NOT e.isGone ORDER BY e.time DESC, e.eventKey LIMIT \(ViewQueries.maxFates)
          """, arguments: [ViewWriter.number(ofEvent: id)])
      return try rows.map { row in
        EventFate(
          key: row[0], stream: row[2], time: EventTime(milliseconds: row[1]),
          state: try ViewQueries.state(of: id, row, database))
      }
    }
  }

  private static func state(
    of id: String, _ row: Row, _ database: Database
  ) throws -> EventFate.State {
    let time: Int64 = row[1]
    let sessions = try Row.fetchAll(
      database,
      sql: """
        SELECT \(SessionEntry.columns) FROM session s
        WHERE s.eventKey = ? AND s.created <= ? AND s.last >= ? AND s.mergedInto IS NULL
        ORDER BY s.created DESC, s.id LIMIT 2
        """, arguments: [row[0] as Int64, time, time]
    ).map { try SessionEntry($0) }
    if let session = sessions.first(where: { $0.has(event: id, at: time) }) { return .applied(session) }
    if let rejected = try Row.fetchOne(
      database,
      sql: """
        SELECT reason, explanation FROM rejected WHERE topic = ? AND originPartition = ? AND originOffset = ?
        """, arguments: [row[3] as String, row[4] as Int64, row[5] as Int64])
    {
      return .rejected(reason: rejected[0], explanation: rejected[1])
    }
    return row[6] ? .read : .pending
  }

  /// Events of a session's page with their attributes.
  static func withAttributes(
    _ events: [SessionEvent], of session: String, _ database: Database
  ) throws -> [SessionEvent] {
    let ids = events.filter { !$0.isDerived }.map { ViewWriter.number(ofEvent: $0.id) }
    guard !ids.isEmpty else { return events }
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT id, attributes, omitted FROM event
        WHERE eventKey = (SELECT eventKey FROM session WHERE id = ?)
          AND id IN (\(ids.map(String.init).joined(separator: ", ")))
          AND (attributes IS NOT NULL OR omitted > 0)
        """, arguments: [session])
    let bodies = Dictionary(rows.map { ($0[0] as Int64, $0) }) { first, _ in first }
    return events.map { event in
      guard !event.isDerived, let body = bodies[ViewWriter.number(ofEvent: event.id)] else { return event }
      var event = event
      event.add((body[1] as Data?).map { [UInt8]($0) }, omitted: body[2])
      return event
    }
  }
}

extension SessionEntry {
  /// Whether an event is in the session: the journey map has the newest ones, and counts those before.
  func has(event id: String, at time: Int64) -> Bool {
    let map = SessionMap(self)
    if map.events.contains(where: { $0.id == id }) { return true }
    return map.omitted > 0 && time <= map.events.first?.time.milliseconds ?? .max
  }
}
