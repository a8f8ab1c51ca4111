internal import Foundation
internal import GRDB
internal import JourneyModel
internal import WireFormat

/// What can be asked of a view. Every answer is of one state of it; asking blocks.
package struct ViewQueries: Sendable {
  let store: ViewStore

  package init(_ store: ViewStore) { self.store = store }

  /// A session, also one that was merged into another; `nil` if the view has none with this id.
  package func session(_ id: String) throws(ViewError) -> SessionEntry? {
    try store.read { try ViewQueries.session(id, $0) }
  }

  /// The session of a conversation: of several the one that changed last.
  package func conversation(_ id: String) throws(ViewError) -> ConversationEntry? {
    try store.read { database in
      try Row.fetchOne(
        database,
        sql: """
          SELECT \(SessionEntry.columns), s.last FROM session s WHERE s.conversationId = ?
          ORDER BY s.mergedInto IS NULL DESC, s.last DESC, s.id LIMIT 1
          """, arguments: [id]
      ).map { ConversationEntry(session: try SessionEntry($0), last: $0["last"]) }
    }
  }

  /// Whose session it is, by the names that its events have; `nil` if the view has none with this id.
  package func identity(of id: String) throws(ViewError) -> SessionIdentity? {
    try store.read { database in
      try Row.fetchOne(
        database,
        sql: "SELECT type, idType, customerId, externalId, conversationId FROM session WHERE id = ?",
        arguments: [id]
      ).map {
        SessionIdentity(
          type: $0[0], customerIDType: $0[1], customerID: $0[2], externalID: $0[3], conversationID: $0[4])
      }
    }
  }

  /// Sessions of a filter, the newest first.
  ///
  /// - Parameter cursor: the text of a page's `next`; `nil` for the first page.
  package func sessions(
    _ filter: SessionFilter, after cursor: String?, _ size: PageSize
  ) throws -> SessionPage {
    let after = try cursor.map { try Cursor($0, filter: filter.number) }
    if let text = filter.text, filter.places.isEmpty || !SessionSelection.canBeFound(text) {
      return SessionPage(sessions: [], next: nil)
    }
    return try store.read { database in
      var filter = filter
      let number = filter.number
      // All of an id means that session and no other one that has it in its texts.
      if let text = filter.text, filter.places.contains(.ids), try ViewQueries.session(text, database) != nil
      {
        filter.text = nil
        return try ViewQueries.page(of: text, filter, database)
      }
      var entries = try SessionSelection(filter, after: after).entries(database, limit: size.count + 1)
      guard entries.count > size.count else { return SessionPage(sessions: entries, next: nil) }
      entries.removeLast()
      let next = entries.last.map { Cursor(time: $0.created.milliseconds, id: $0.id, filter: number) }
      return SessionPage(sessions: entries, next: next)
    }
  }

  /// What happened in a session, in the order of time: the events of its journey map, and what rules gave.
  /// `nil` if the view has no such session.
  ///
  /// - Parameter kinds: kinds of events; `nil` for all.
  package func events(
    of id: String, kinds: Set<String>?, after cursor: String?, _ size: PageSize
  ) throws -> SessionEventPage? {
    let filter = Cursor.filter([id, kinds.map { $0.sorted().joined(separator: ",") }])
    let after = try cursor.map { try Cursor($0, filter: filter) }
    return try store.read { database in
      guard let entry = try ViewQueries.session(id, database) else { return nil }
      let map = SessionMap(entry)
      let events = try map.events + ViewQueries.derived(of: id, database)
      let rest = events.filter { event in
        (kinds?.contains(event.kind) ?? true)
          && (after.map { (event.time.milliseconds, event.id) > ($0.time, $0.id) } ?? true)
      }.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
      let page = try ViewQueries.withAttributes(Array(rest.prefix(size.count)), of: id, database)
      let next =
        rest.count > page.count
        ? page.last.map { Cursor(time: $0.time.milliseconds, id: $0.id, filter: filter) } : nil
      return SessionEventPage(session: entry, events: page, omitted: map.omitted, next: next)
    }
  }

  // MARK: Within a state

  static func session(_ id: String, _ database: Database) throws -> SessionEntry? {
    try Row.fetchOne(
      database, sql: "SELECT \(SessionEntry.columns) FROM session s WHERE s.id = ?", arguments: [id]
    ).map { try SessionEntry($0) }
  }

  /// A page of one session, if the rest of the filter has it.
  private static func page(
    of id: String, _ filter: SessionFilter, _ database: Database
  ) throws -> SessionPage {
    let entries = try SessionSelection(filter, only: id).entries(database, limit: 1)
    return SessionPage(sessions: entries, next: nil, isOfOneID: true)
  }

  private static func derived(of id: String, _ database: Database) throws -> [SessionEvent] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT id, time, kind, json FROM derived WHERE session = ? ORDER BY time, id",
      arguments: [id])
    return try rows.map { try derivedEvent($0) }
  }

  /// An event of a row with id, time, kind and value.
  static func derivedEvent(_ row: Row) throws -> SessionEvent {
    let json: [UInt8]
    do { json = try Compression.decompress([UInt8](row[3] as Data)) } catch {
      throw ViewError.damaged("event \(row[0] as String): \(error)")
    }
    return SessionEvent(
      id: row[0], time: EventTime(milliseconds: row[1]), kind: row[2], isDerived: true, json: json)
  }
}
