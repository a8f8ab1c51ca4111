internal import Bytes
internal import Foundation
internal import GRDB
internal import JourneyModel
internal import WireFormat

/// Puts rows into the tables, within a transaction that somebody else opens.
struct ViewWriter {
  let database: Database
  /// Who hears of sessions that are others than before.
  var changes: ChangeNotes?
  /// What the index of texts has to have, once somebody writes it.
  let texts = TextNotes()

  /// Applies rows, of which each counts once.
  func apply(_ rows: [ViewRow]) throws {
    for row in ViewWriter.withoutOutdated(rows) { try apply(row) }
    try texts.write(database)
  }

  /// Leaves out snapshots behind which a newer one of the same session comes: most sessions change several
  /// times while a view catches up. Of two under the same revision the first one counts.
  static func withoutOutdated(_ rows: [ViewRow]) -> [ViewRow] {
    var newest: [String: (revision: Int, contactRevision: Int)] = [:]
    var kept: [ViewRow] = []
    kept.reserveCapacity(rows.count)
    for row in rows.reversed() {
      switch row {
      case .session(let session):
        let revisions = (session.facts.revision, session.facts.contactRevision)
        if let later = newest[session.facts.id], later > revisions { continue }
        newest[session.facts.id] = (revisions.0, revisions.1)
      // What comes before it is removed. Which events go with it depends on the other sessions of the
      // customer that were there then.
      case .removal: newest = [:]
      default: break
      }
      kept.append(row)
    }
    return kept.reversed()
  }

  /// Applies a row. What is older than what is there changes nothing, so a record may come twice.
  private func apply(_ row: ViewRow) throws {
    switch row {
    case .session(let row): try apply(row)
    case .removal(let id, let written): try remove(id: id, written: written)
    case .contact(let row): try apply(row)
    case .contactRemoval(let id, let written): try removeContact(id: id, written: written)
    case .derived(let row): try apply(row)
    case .rejected(let row): try apply(row)
    case .lane(let row): try apply(row)
    case .event(let row): try apply(row)
    case .definition(let key, let value?):
      try execute("INSERT OR REPLACE INTO definition (key, value) VALUES (?, ?)", [key, Data(value)])
    case .definition(let key, nil): try execute("DELETE FROM definition WHERE key = ?", [key])
    }
  }

  // MARK: Sessions

  private func apply(_ row: SessionRow) throws {
    let facts = row.facts
    let known = try Row.fetchOne(
      try database.cachedStatement(
        sql: "SELECT number, revision, contactRevision, names, marks, texts FROM session WHERE id = ?"),
      arguments: [facts.id])
    if let known,
      (known["revision"] as Int, known["contactRevision"] as Int) >= (facts.revision, facts.contactRevision)
    {
      return
    }
    changes?.note(SessionChange(facts))
    let marks = ViewWriter.digest(
      facts.marks.map { "\($0.kind.rawValue)\t\($0.value)" } + ["\(facts.created)"])
    let texts = ViewWriter.digest([facts.search.ids, facts.search.events, facts.search.attributes])
    let snapshot = Data(Compression.compress(row.snapshot))
    let names = ViewWriter.names(facts, row.lane)
    let number: Int64
    if let known, known["names"] == names {
      number = known["number"]
      try execute(
        ViewWriter.update,
        [
          row.written, facts.ended, facts.last, facts.revision, facts.contactRevision, marks, texts, snapshot,
          number,
        ])
    } else {
      number = try replace(known?["number"], facts, row, names: names, marks: marks, texts: texts, snapshot)
    }
    if known?["marks"] != marks || known?["number"] != number { try replaceMarks(of: number, by: facts) }
    let isMoved = known.map { $0["number"] != number } ?? true
    if isMoved || known?["texts"] != texts {
      self.texts.note(facts.search, at: number, isKnown: !isMoved)
    }
  }

  /// Writes every column.
  private func replace(
    _ known: Int64?, _ facts: SnapshotFacts, _ row: SessionRow, names: Int64, marks: Int64, texts: Int64,
    _ snapshot: Data
  ) throws -> Int64 {
    var number = known
    if let known, !SessionNumber.bucket(of: facts.created).contains(known) {
      // It began at another time than was thought: an earlier event has come.
      try removeSession(number: known)
      number = nil
    }
    let place =
      try number
      ?? SessionNumber.free(created: facts.created, id: facts.id) { number in
        try Bool.fetchOne(
          try database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM session WHERE number = ?)"),
          arguments: [number]) ?? false
      }
    try execute(
      ViewWriter.insert,
      [
        place, facts.id, row.lane.value, row.written, facts.type, facts.customerIDType, facts.customerID,
        facts.externalID, facts.conversationID, facts.contactID, facts.created, facts.ended, facts.last,
        facts.revision, facts.contactRevision, facts.mergedInto, facts.divisions.joined(separator: "\n"),
        EventKey(facts).value, names, marks, texts, snapshot,
      ])
    return place
  }

  private static let insert = """
    INSERT OR REPLACE INTO session (number, id, lane, written, type, idType, customerId, externalId,
      conversationId, contactId, created, ended, last, revision, contactRevision, mergedInto, divisions,
      eventKey, names, marks, texts, snapshot)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  /// What changes from snapshot to snapshot. The indexes of all other columns are left alone.
  private static let update = """
    UPDATE session SET written = ?, ended = ?, last = ?, revision = ?, contactRevision = ?,
      marks = ?, texts = ?, snapshot = ? WHERE number = ?
    """

  /// A digest of what a session is called and found by, which stays nearly always.
  private static func names(_ facts: SnapshotFacts, _ lane: LaneNumber) -> Int64 {
    digest(
      [
        facts.id, facts.type, facts.customerIDType, facts.customerID, facts.externalID ?? "\0",
        facts.conversationID ?? "\0", facts.contactID ?? "\0", facts.mergedInto ?? "\0", "\(facts.created)",
        "\(lane)",
      ] + facts.divisions)
  }

  private func replaceMarks(of number: Int64, by facts: SnapshotFacts) throws {
    try execute("DELETE FROM mark WHERE session = ?", [number])
    for mark in facts.marks {
      try execute(
        "INSERT INTO mark (session, kind, value, created) VALUES (?, ?, ?, ?)",
        [number, mark.kind.rawValue, mark.value, facts.created])
    }
  }

  static func digest(_ texts: [String]) -> Int64 {
    var digest = Digest()
    for text in texts {
      digest.append(Array(text.utf8))
      digest.append(Int64(text.utf8.count))
    }
    return Int64(bitPattern: digest.value)
  }

  /// Removes a session that its topic has a tombstone of, with everything that was derived from it
  /// until then.
  private func remove(id: String, written: Int64) throws {
    try execute(
      """
      INSERT INTO gone (id, written) VALUES (?1, ?2)
      ON CONFLICT (id) DO UPDATE SET written = max(written, ?2)
      """, [id, written])
    try execute("DELETE FROM derived WHERE session = ? AND written <= ?", [id, written])
    if let known = try Row.fetchOne(
      try database.cachedStatement(
        sql: """
          SELECT number, type, idType, customerId, divisions, eventKey, created, last FROM session WHERE id = ?
          """), arguments: [id])
    {
      try removeEvents(
        of: known["eventKey"], but: known["number"],
        known["created"]...max(known["created"], known["last"] as Int64), written: written)
      let divisions: String = known["divisions"]
      changes?.note(
        SessionChange(
          id: id, isGone: true, type: known["type"], customerIDType: known["idType"],
          customerID: known["customerId"],
          divisions: divisions.split(separator: "\n").map(String.init)))
      try removeSession(number: known["number"])
    }
    try ViewFacts(database).set(.purgeSince, to: ViewFacts(database).integer(.purgeSince) ?? written)
  }

  /// Removes a session's own rows; its texts once they are written.
  func removeSession(number: Int64) throws {
    texts.note(nil, at: number, isKnown: true)
    try execute("DELETE FROM mark WHERE session = ?", [number])
    try execute("DELETE FROM session WHERE number = ?", [number])
  }

  // MARK: Others

  private func apply(_ row: DerivedRow) throws {
    let facts = row.facts
    try execute(
      """
      INSERT OR REPLACE INTO derived
        (topic, lane, offset, written, id, session, time, kind, definition, state, json)
      SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
      WHERE NOT EXISTS (SELECT 1 FROM gone WHERE id = ?6 AND written >= ?4)
      """,
      [
        row.topic, row.lane.value, row.offset, row.written, facts.id, facts.session, facts.time, facts.kind,
        facts.definition, facts.state, Data(Compression.compress(row.json)),
      ])
  }

  private func apply(_ row: RejectedRow) throws {
    try execute(
      """
      INSERT OR REPLACE INTO rejected
        (lane, offset, written, reason, explanation, topic, originPartition, originOffset, head, bytes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        row.lane.value, row.offset, row.written, row.reason, row.explanation, row.topic, row.originPartition,
        row.originOffset, Data(row.head), row.bytes,
      ])
  }

  private func apply(_ row: LaneRow) throws {
    try execute(
      "INSERT OR REPLACE INTO lane (lane, offset, sequence, takenAt, journal) VALUES (?, ?, ?, ?, ?)",
      [row.lane.value, row.offset, row.sequence, row.takenAt, Data(row.journal)])
    for (topic, next) in row.record.ranges.mapValues(\.upperBound) {
      try execute(
        """
        INSERT INTO input (topic, partition, next) VALUES (?1, ?2, ?3)
        ON CONFLICT (topic, partition) DO UPDATE SET next = max(next, ?3)
        """, [topic, row.lane.partition, next])
    }
  }

  func execute(_ sql: String, _ arguments: StatementArguments) throws {
    try database.cachedStatement(sql: sql).execute(arguments: arguments)
  }
}
