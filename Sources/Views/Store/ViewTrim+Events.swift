internal import GRDB

extension ViewTrim {
  /// Removes events whose time is over, and those that are in no session.
  ///
  /// - Returns: how many rows were looked at or removed; as many as a slice has if there may be more.
  func events(_ database: Database) throws -> Int {
    let old = try execute(
      "DELETE FROM event WHERE number IN (SELECT number FROM event WHERE written < ? LIMIT ?)",
      [eventsBefore, ViewTrim.sliceRows], database)
    _ = try execute("DELETE FROM gone_event WHERE written < ?", [eventsBefore], database)
    return old + (try orphans(database))
  }

  /// Events that lanes have read and that no session has: late ones, reports, and those of sessions that are
  /// gone. What no lane has read yet is waited for, however long the processor is away.
  private func orphans(_ database: Database) throws -> Int {
    let facts = ViewFacts(database)
    let newest = try Int64.fetchOne(database, sql: "SELECT max(number) FROM event") ?? 0
    // The number of a row that was the newest and is gone is given again.
    let from = min(try facts.integer(.orphansThrough) ?? 0, newest)
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT e.number, e.eventKey, e.written < ? AND coalesce(i.next > e.offset, 0),
          EXISTS (SELECT 1 FROM session s WHERE s.eventKey = e.eventKey)
        FROM event e LEFT JOIN input i ON i.topic = e.topic AND i.partition = e.partition
        WHERE e.number > ? ORDER BY e.number LIMIT ?
        """, arguments: [now - ViewTrim.milliseconds(limits.maxOrphanAge), from, ViewTrim.sliceRows])
    var through = from
    for row in rows {
      guard row[2] else { break }
      through = row[0]
      guard !(row[3] as Bool) else { continue }
      _ = try execute("DELETE FROM event WHERE number = ?", [through], database)
      // Of a customer whose session was removed no copy may stay either.
      let isRemoval = try Bool.fetchOne(
        database, sql: "SELECT EXISTS (SELECT 1 FROM gone_event WHERE eventKey = ?)",
        arguments: [row[1] as Int64])
      if isRemoval == true {
        try facts.set(.purgeSince, to: facts.integer(.purgeSince) ?? now)
      }
    }
    if through != from { try facts.set(.orphansThrough, to: through) }
    return through == rows.last?[0] ? rows.count : 0
  }

  /// The events that were read first.
  func oldestEvents(_ database: Database) throws -> Int {
    try execute(
      "DELETE FROM event WHERE number IN (SELECT number FROM event ORDER BY number LIMIT ?)",
      [ViewTrim.sliceRows], database)
  }
}
