internal import JourneyModel
package import WireFormat

/// Sessions of a filter, the newest first.
package struct SessionListQuestion: LaneQuestion {
  package static let number: UInt8 = 4

  var filter: SessionFilter
  var cursor: String?
  var size: PageSize

  /// - Parameter cursor: the text of a page's `next`; `nil` for the first page.
  package init(_ filter: SessionFilter, after cursor: String?, _ size: PageSize) {
    (self.filter, self.cursor, self.size) = (filter, cursor, size)
  }

  package func reply(from queries: ViewQueries) throws -> SessionPage {
    try queries.sessions(filter, after: cursor, size)
  }

  /// All of a session's id means that session, whatever others have it in their texts.
  package func isComplete(_ reply: SessionPage) -> Bool { reply.isOfOneID }

  package func merged(_ replies: [SessionPage]) -> SessionPage {
    if let one = replies.first(where: \.isOfOneID) { return one }
    // What moved from one view's lanes to another's meanwhile could be there twice.
    var newest: [String: SessionEntry] = [:]
    for entry in replies.flatMap(\.sessions) {
      newest.merge([entry.id: entry]) { $0.revision >= $1.revision ? $0 : $1 }
    }
    let all = newest.values.sorted { ($0.created, $0.id) > ($1.created, $1.id) }
    let page = Array(all.prefix(size.count))
    guard all.count > size.count || replies.contains(where: { $0.next != nil }), let last = page.last else {
      return SessionPage(sessions: page, next: nil)
    }
    return SessionPage(
      sessions: page,
      next: Cursor(time: last.created.milliseconds, id: last.id, filter: filter.number))
  }

  package func write(to writer: inout BinaryWriter) {
    for text in [
      filter.text, filter.type, filter.segment, filter.outcome, filter.queue, filter.agent, cursor,
    ] { writer.string(text) }
    writer.strings(filter.places.map(\.rawValue).sorted())
    writer.optional(filter.customer) { writer, customer in
      writer.string(customer.idType)
      writer.string(customer.id)
    }
    writer.optional(filter.contacts) { $0.strings($1) }
    writer.optional(filter.isOpen) { $0.flag($1) }
    for time in [filter.from, filter.to] { writer.optional(time) { $0.time($1) } }
    for names in [filter.divisions, filter.types] { writer.optional(names) { $0.strings($1.sorted()) } }
    writer.number(size.count)
  }

  package init(from reader: inout BinaryReader) throws(CodecError) {
    filter = SessionFilter()
    filter.text = try reader.optionalString()
    filter.type = try reader.optionalString()
    filter.segment = try reader.optionalString()
    filter.outcome = try reader.optionalString()
    filter.queue = try reader.optionalString()
    filter.agent = try reader.optionalString()
    cursor = try reader.optionalString()
    filter.places = Set(
      try reader.list { (reader) throws(CodecError) in
        guard let place = SessionFilter.Place(rawValue: try reader.string()) else {
          throw CodecError("no place of a text")
        }
        return place
      })
    filter.customer = try reader.optional { (reader) throws(CodecError) in
      SessionFilter.Customer(idType: try reader.string(), id: try reader.string())
    }
    filter.contacts = try reader.optional { (reader) throws(CodecError) in try reader.strings() }
    filter.isOpen = try reader.optional { (reader) throws(CodecError) in try reader.flag() }
    filter.from = try reader.optional { (reader) throws(CodecError) in try reader.time() }
    filter.to = try reader.optional { (reader) throws(CodecError) in try reader.time() }
    filter.divisions = try reader.optional { (reader) throws(CodecError) in Set(try reader.strings()) }
    filter.types = try reader.optional { (reader) throws(CodecError) in Set(try reader.strings()) }
    size = try reader.pageSize()
  }

  package func write(_ reply: SessionPage, to writer: inout BinaryWriter) {
    writer.list(reply.sessions) { $0.entry($1) }
    writer.optional(reply.next) { $0.cursor($1) }
    writer.flag(reply.isOfOneID)
  }

  package func readReply(from reader: inout BinaryReader) throws(CodecError) -> SessionPage {
    SessionPage(
      sessions: try reader.list { (reader) throws(CodecError) in try reader.entry() },
      next: try reader.optional { (reader) throws(CodecError) in try reader.cursor() },
      isOfOneID: try reader.flag())
  }
}
