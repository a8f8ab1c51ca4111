internal import GRDB

/// Removes what a view keeps no longer, a bounded slice at a time.
struct ViewTrim {
  /// Rows that one slice removes of each kind at most.
  static let sliceRows = 1_000

  let limits: ViewLimits
  /// The clock of the machine, in milliseconds since 1970-01-01T00:00:00Z.
  let now: Int64

  /// Written before this, an ended session goes.
  var sessionsBefore: Int64 { now - ViewTrim.milliseconds(limits.retention) }
  /// Written before this, what rules gave and dead letters go.
  var eventsBefore: Int64 { now - ViewTrim.milliseconds(limits.eventRetention) }

  /// Removes a slice, within a transaction.
  ///
  /// - Returns: whether there is more to remove.
  func slice(_ database: Database) throws -> Bool {
    var removed = try sessions(
      "ended IS NOT NULL AND written < ?", [sessionsBefore], ViewTrim.sliceRows, database)
    for table in ["derived", "rejected"] {
      removed += try execute(
        "DELETE FROM \(table) WHERE rowid IN (SELECT rowid FROM \(table) WHERE written < ? LIMIT ?)",
        [eventsBefore, ViewTrim.sliceRows], database)
    }
    // What may still come of a session that is gone was written before its removal.
    removed += try execute("DELETE FROM gone WHERE written < ?", [eventsBefore], database)
    removed += try events(database)
    removed += try rejectedBeyondLimit(database)
    let overflow = try ViewStore.usedBytes(database) > limits.maxBytes
    if overflow {
      removed += try oldest(database)
      // What was removed from the index of texts is noted there, and takes more room until it is merged.
      try database.execute(sql: "INSERT INTO search (search, rank) VALUES ('merge', -200)")
    }
    return removed >= ViewTrim.sliceRows || overflow && removed > 0
  }

  private func rejectedBeyondLimit(_ database: Database) throws -> Int {
    let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM rejected") ?? 0
    guard count > limits.maxRejected else { return 0 }
    return try execute(
      "DELETE FROM rejected WHERE rowid IN (SELECT rowid FROM rejected ORDER BY written, rowid LIMIT ?)",
      [min(count - limits.maxRejected, ViewTrim.sliceRows)], database)
  }

  /// What a session is without first, which is what events say beside it; then the sessions that were written
  /// first, the ended ones before any that is open.
  private func oldest(_ database: Database) throws -> Int {
    let events = try oldestEvents(database)
    if events > 0 { return events }
    let share = ViewTrim.sliceRows / 10
    let ended = try sessions("ended IS NOT NULL ORDER BY written", [], share, database)
    if ended > 0 { return ended }
    return try sessions("1 ORDER BY written", [], share, database)
  }

  /// Removes sessions with what was derived from them.
  private func sessions(
    _ condition: String, _ arguments: StatementArguments, _ limit: Int, _ database: Database
  ) throws -> Int {
    let rows = try Row.fetchAll(
      database, sql: "SELECT number, id FROM session WHERE \(condition) LIMIT ?",
      arguments: arguments + [limit])
    let writer = ViewWriter(database: database)
    for row in rows {
      _ = try execute("DELETE FROM derived WHERE session = ?", [row["id"] as String], database)
      try writer.removeSession(number: row["number"])
    }
    try writer.texts.write(database)
    return rows.count
  }

  func execute(_ sql: String, _ arguments: StatementArguments, _ database: Database) throws -> Int {
    try database.execute(sql: sql, arguments: arguments)
    return database.changesCount
  }

  static func milliseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
  }
}
