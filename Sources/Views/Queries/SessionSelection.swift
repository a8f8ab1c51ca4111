internal import GRDB
internal import JourneyModel

/// The SQL of a filter.
struct SessionSelection {
  private var source = "session s"
  private var conditions = ["s.mergedInto IS NULL"]
  private var arguments: StatementArguments = []
  /// What the entries are ordered by: the column that an index of the source has.
  private var created = "s.created"
  /// The session's row, as it is known before the session is looked up.
  private var number = "s.number"
  /// Whether the index of texts is gone through, in the order of its rows, which is nearly that of the list.
  private var isOfText = false

  init(_ filter: SessionFilter, after cursor: Cursor?) {
    var marks: [(SnapshotFacts.Mark.Kind, String)] = []
    if let segment = filter.segment { marks.append((.segment, segment)) }
    if let outcome = filter.outcome { marks.append((.outcome, outcome)) }
    if let queue = filter.queue { marks.append((.queue, queue)) }
    if let agent = filter.agent { marks.append((.agent, agent)) }
    if let text = filter.text {
      number = "x.rowid & ~\(SessionNumber.parts - 1)"
      source = "search x CROSS JOIN session s ON s.number = \(number)"
      isOfText = true
      add("x.search MATCH ?", SessionSelection.match(text, in: filter.places))
    } else if let (kind, value) = marks.popLast() {
      // The index of marks is in the order of the list. CROSS JOIN says which table is gone through.
      source = "mark m CROSS JOIN session s ON s.number = m.session"
      created = "m.created"
      add("m.kind = ?", kind.rawValue)
      add("m.value = ?", value)
    }
    for (kind, value) in marks {
      add(
        "EXISTS (SELECT 1 FROM mark y WHERE y.session = \(number) AND y.kind = ? AND y.value = ?)",
        kind.rawValue)
      arguments += [value]
    }
    if let customer = filter.customer {
      add("s.idType = ?", customer.idType)
      add("s.customerId = ?", customer.id)
    }
    if let contacts = filter.contacts { add(contacts: contacts) }
    if let type = filter.type { add("s.type = ?", type) }
    if let isOpen = filter.isOpen { conditions.append("s.ended IS \(isOpen ? "" : "NOT ")NULL") }
    if let from = filter.from {
      add("\(created) >= ?", from.milliseconds)
      if isOfText { add("x.rowid >= ?", SessionNumber.bucket(of: from.milliseconds).lowerBound) }
    }
    if let to = filter.to {
      add("\(created) < ?", to.milliseconds)
      if isOfText { add("x.rowid < ?", SessionNumber.end(of: to.milliseconds)) }
    }
    if let divisions = filter.divisions { add(divisions) }
    if let types = filter.types {
      conditions.append("s.type IN (\(types.map { _ in "?" }.joined(separator: ", ")))")
      arguments += StatementArguments(types.sorted())
    }
    if let cursor {
      add("(\(created), s.id) < (?, ?)", cursor.time)
      arguments += [cursor.id]
      if isOfText { add("x.rowid < ?", SessionNumber.end(of: cursor.time)) }
    }
  }

  /// One session, if it is in the filter.
  init(_ filter: SessionFilter, only id: String) {
    self.init(filter, after: nil)
    add("s.id = ?", id)
  }

  /// The entries, the newest first; of those that began at the same time, the greater id.
  func entries(_ database: Database, limit: Int) throws -> [SessionEntry] {
    if isOfText { return try entriesOfText(database, limit: limit) }
    let sql = """
      SELECT \(SessionEntry.columns) FROM \(source) WHERE \(conditions.joined(separator: " AND "))
      ORDER BY \(created) DESC, s.id DESC LIMIT ?
      """
    return try Row.fetchAll(database, sql: sql, arguments: arguments + [limit]).map { try SessionEntry($0) }
  }

  /// By the index of texts, which has several rows of a session one behind the other, and knows no order
  /// among sessions that began in the same millisecond: it is read until no row can be of one that began
  /// later than the last one.
  private func entriesOfText(_ database: Database, limit: Int) throws -> [SessionEntry] {
    let sql = """
      SELECT \(SessionEntry.columns), s.number FROM \(source) WHERE \(conditions.joined(separator: " AND "))
      ORDER BY x.rowid DESC
      """
    let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
    var entries: [SessionEntry] = []
    var last: Int64?
    var oldest = Int64.max
    while let row = try rows.next() {
      let number: Int64 = row["number"]
      if number == last { continue }
      if entries.count >= limit, number < SessionNumber.bucket(of: oldest).lowerBound { break }
      let entry = try SessionEntry(row)
      entries.append(entry)
      oldest = min(oldest, entry.created.milliseconds)
      last = number
    }
    return Array(entries.sorted { ($0.created, $0.id) > ($1.created, $1.id) }.prefix(limit))
  }

  private mutating func add(_ condition: String, _ value: some DatabaseValueConvertible) {
    conditions.append(condition)
    arguments += [value]
  }

  private mutating func add(contacts: [String]) {
    let places = contacts.map { _ in "?" }.joined(separator: ", ")
    conditions.append(
      """
      s.number IN (
        SELECT number FROM session WHERE contactId IN (\(places))
        UNION SELECT o.number FROM contact_device d JOIN session o
          ON o.idType = d.idType AND o.customerId = d.value AND o.created >= d.start AND o.created < d.stop
        WHERE d.contact IN (\(places)) AND o.contactId IS NULL AND o.mergedInto IS NULL)
      """)
    arguments += StatementArguments(contacts + contacts)
  }

  private mutating func add(_ divisions: Set<String>) {
    let lines = "char(10) || s.divisions || char(10)"
    let seen = divisions.sorted().map { division in
      arguments += ["\n\(division)\n"]
      return "instr(\(lines), ?) > 0"
    }
    conditions.append("(" + (["s.divisions = ''"] + seen).joined(separator: " OR ") + ")")
  }

  /// Whether a text can be in the index: lines are in rows of their own, so no text goes over the end of one.
  /// SQLite reads a phrase up to a NUL, and then finds no end of it.
  static func canBeFound(_ text: String) -> Bool { !text.utf8.contains { $0 == 0 || $0 == 0x0a } }

  /// A phrase of FTS5, in some columns: whatever the text has is text and no operator.
  static func match(_ text: String, in places: Set<SessionFilter.Place>) -> String {
    let phrase =
      "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    let columns = SessionFilter.Place.allCases.filter(places.contains).map(\.rawValue)
    return columns.count == SessionFilter.Place.allCases.count
      ? phrase : "{\(columns.joined(separator: " "))} : \(phrase)"
  }
}
