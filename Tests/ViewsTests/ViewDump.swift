import GRDB

@testable import Views

/// All that a view holds, in an order that does not depend on the order in which it came.
enum ViewDump {
  /// All lines that the index has of a session, in whatever rows they are.
  private static func text(_ column: String) -> String {
    """
    (SELECT group_concat(nullif(part, ''), char(10)) FROM (
      SELECT \(column) AS part FROM search WHERE rowid >= s.number AND rowid < s.number + 64 ORDER BY rowid))
    """
  }

  static func of(_ store: ViewStore) throws -> [String] {
    try store.read { database in
      try [
        "SELECT * FROM position ORDER BY topic, partition",
        """
        SELECT s.id, lane, written, type, idType, customerId, externalId, conversationId, contactId,
          created, ended, last, revision, contactRevision, mergedInto, divisions,
          eventKey, names, marks, texts, hex(snapshot), \(["ids", "events", "attributes"].map(text).joined(separator: ", "))
        FROM session s ORDER BY s.id
        """,
        """
        SELECT s.id, kind, value, m.created FROM mark m LEFT JOIN session s ON s.number = m.session
        ORDER BY s.id, kind, value
        """,
        "SELECT rowid FROM search WHERE rowid & ~63 NOT IN (SELECT number FROM session)",
        """
        SELECT topic, lane, offset, written, id, session, time, kind, definition, state, hex(json)
        FROM derived ORDER BY topic, lane, offset
        """,
        "SELECT id, written, revision, mergedTo, mergeSet, hex(json) FROM contact ORDER BY id",
        "SELECT * FROM contact_device ORDER BY contact, idType, value, start, stop",
        """
        SELECT eventKey, id, time, written, stream, topic, partition, offset, isGone, hex(attributes), omitted
        FROM event ORDER BY eventKey, id
        """,
        "SELECT * FROM gone_event ORDER BY eventKey, start, stop",
        "SELECT * FROM gone ORDER BY id", "SELECT * FROM rejected ORDER BY lane, offset",
        "SELECT topic, partition, next FROM input ORDER BY topic, partition",
        "SELECT lane, offset, sequence, takenAt, hex(journal) FROM lane ORDER BY lane",
        "SELECT key, hex(value) FROM definition ORDER BY key",
      ].flatMap { sql in try Row.fetchAll(database, sql: sql).map { "\($0)" } }
    }
  }
}
