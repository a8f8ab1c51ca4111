internal import Foundation
internal import GRDB
package import JourneyModel
package import WireFormat

/// A dead letter as the view has it.
package struct DeadLetter: Sendable, Hashable {
  package var lane: LaneNumber
  package var offset: Int64
  package var written: EventTime
  package var reason: String
  package var explanation: String
  package var topic: String
  package var originPartition: Int32
  package var originOffset: Int64
  /// The first bytes of the value, and how many it has.
  package var head: [UInt8]
  package var bytes: Int
}

/// How many dead letters have a reason.
package struct RejectionCount: Sendable, Hashable {
  package var reason: String
  package var count: Int
  package var newest: EventTime
}

/// What an action map did.
package struct TriggerEntry: Sendable, Hashable {
  /// When the record was written, and where it stands.
  var written: EventTime
  var lane: LaneNumber
  var offset: Int64
  package var event: SessionEvent

  /// Whether it is before another one where the newest come first.
  func isBefore(_ other: TriggerEntry) -> Bool {
    (other.written, lane, other.offset) < (written, other.lane, offset)
  }
}

extension ViewQueries {
  /// The newest journal record of each lane, in the order of lanes.
  package func lanes() throws(ViewError) -> [JournalRecord] {
    try store.read { database in
      let rows = try Row.fetchAll(database, sql: "SELECT journal FROM lane ORDER BY lane")
      return rows.compactMap { try? JournalRecord(decoding: [UInt8]($0[0] as Data)) }
    }
  }

  /// Sessions that the view has, and bytes of its file that hold something.
  package func size() throws(ViewError) -> (sessions: Int, bytes: Int) {
    try store.read { database in
      (
        try Int.fetchOne(database, sql: "SELECT count(*) FROM session") ?? 0,
        try ViewStore.usedBytes(database)
      )
    }
  }

  /// Dead letters by reason, the most frequent first.
  package func rejections() throws(ViewError) -> [RejectionCount] {
    try store.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT reason, count(*), max(written) FROM rejected GROUP BY reason ORDER BY count(*) DESC, reason
          """
      ).map {
        RejectionCount(reason: $0[0], count: $0[1], newest: EventTime(milliseconds: $0[2]))
      }
    }
  }

  /// Dead letters, the newest first.
  ///
  /// - Parameter reason: only those that have it.
  package func deadLetters(reason: String?, _ size: PageSize) throws(ViewError) -> [DeadLetter] {
    try store.read { database in
      let condition = reason == nil ? "" : "WHERE reason = ?"
      let arguments = StatementArguments((reason.map { [$0] } ?? []) + [] as [String]) + [size.count]
      return try Row.fetchAll(
        database,
        sql: """
          SELECT lane, offset, written, reason, explanation, topic, originPartition, originOffset, head, bytes
          FROM rejected \(condition) ORDER BY written DESC, lane, offset DESC LIMIT ?
          """, arguments: arguments
      ).map { row in
        DeadLetter(
          lane: LaneNumber(row[0]), offset: row[1], written: EventTime(milliseconds: row[2]), reason: row[3],
          explanation: row[4], topic: row[5], originPartition: row[6], originOffset: row[7],
          head: [UInt8](row[8] as Data), bytes: row[9])
      }
    }
  }

  /// What action maps did since a time, the newest first.
  package func triggers(since time: EventTime, _ size: PageSize) throws(ViewError) -> [TriggerEntry] {
    try store.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT id, time, kind, json, written, lane, offset FROM derived
          WHERE written >= ? AND kind IN ('WebActionEvent', 'BlockedWebActionOfferEvent')
          ORDER BY written DESC, lane, offset DESC LIMIT ?
          """, arguments: [time.milliseconds, size.count]
      ).map { row in
        TriggerEntry(
          written: EventTime(milliseconds: row[4]), lane: LaneNumber(row[5]), offset: row[6],
          event: try ViewQueries.derivedEvent(row))
      }
    }
  }
}
