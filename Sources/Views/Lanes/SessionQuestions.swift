package import WireFormat

/// A session by its id.
package struct SessionQuestion: LaneQuestion {
  package static let number: UInt8 = 1
  package static var isOfOneLane: Bool { true }

  var id: String

  package init(id: String) { self.id = id }

  package func reply(from queries: ViewQueries) throws -> SessionEntry? { try queries.session(id) }
  package func isComplete(_ reply: SessionEntry?) -> Bool { reply != nil }
  package func merged(_ replies: [SessionEntry?]) -> SessionEntry? { replies.lazy.compactMap { $0 }.first }

  package func write(to writer: inout BinaryWriter) { writer.string(id) }
  package init(from reader: inout BinaryReader) throws(CodecError) { id = try reader.string() }
  package func write(_ reply: SessionEntry?, to writer: inout BinaryWriter) {
    writer.optional(reply) { $0.entry($1) }
  }
  package func readReply(from reader: inout BinaryReader) throws(CodecError) -> SessionEntry? {
    try reader.optional { (reader) throws(CodecError) in try reader.entry() }
  }
}

/// The session of a conversation: of several the one that changed last.
package struct ConversationQuestion: LaneQuestion {
  package static let number: UInt8 = 2

  var id: String

  package init(id: String) { self.id = id }

  package func reply(from queries: ViewQueries) throws -> ConversationEntry? { try queries.conversation(id) }

  package func merged(_ replies: [ConversationEntry?]) -> ConversationEntry? {
    replies.compactMap { $0 }.min { $0.isBefore($1) }
  }

  package func write(to writer: inout BinaryWriter) { writer.string(id) }
  package init(from reader: inout BinaryReader) throws(CodecError) { id = try reader.string() }
  package func write(_ reply: ConversationEntry?, to writer: inout BinaryWriter) {
    writer.optional(reply) { writer, found in
      writer.fixed(UInt64(bitPattern: found.last))
      writer.entry(found.session)
    }
  }
  package func readReply(from reader: inout BinaryReader) throws(CodecError) -> ConversationEntry? {
    try reader.optional { (reader) throws(CodecError) in
      let last = Int64(bitPattern: try reader.fixed())
      return ConversationEntry(session: try reader.entry(), last: last)
    }
  }
}

/// Sessions by their ids; those that no view has are missing.
package struct SessionsQuestion: LaneQuestion {
  package static let number: UInt8 = 3
  package static var isOfOneLane: Bool { true }

  var ids: [String]

  package init(ids: [String]) { self.ids = ids }

  package func reply(from queries: ViewQueries) throws -> [String: SessionEntry] { try queries.sessions(ids) }
  package func isComplete(_ reply: [String: SessionEntry]) -> Bool { ids.allSatisfy { reply[$0] != nil } }
  package func merged(_ replies: [[String: SessionEntry]]) -> [String: SessionEntry] {
    replies.reduce(into: [:]) { all, reply in all.merge(reply) { first, _ in first } }
  }

  package func write(to writer: inout BinaryWriter) { writer.strings(ids) }
  package init(from reader: inout BinaryReader) throws(CodecError) { ids = try reader.strings() }
  package func write(_ reply: [String: SessionEntry], to writer: inout BinaryWriter) {
    writer.list(reply.values.sorted { $0.id < $1.id }) { $0.entry($1) }
  }
  package func readReply(from reader: inout BinaryReader) throws(CodecError) -> [String: SessionEntry] {
    let entries = try reader.list { (reader) throws(CodecError) in try reader.entry() }
    return Dictionary(entries.map { ($0.id, $0) }) { first, _ in first }
  }
}

/// What happened in a session.
package struct SessionEventsQuestion: LaneQuestion {
  package static let number: UInt8 = 5
  package static var isOfOneLane: Bool { true }

  var id: String
  var kinds: Set<String>?
  var cursor: String?
  var size: PageSize

  /// - Parameters:
  ///   - kinds: kinds of events; `nil` for all.
  ///   - cursor: the text of a page's `next`; `nil` for the first page.
  package init(id: String, kinds: Set<String>?, after cursor: String?, _ size: PageSize) {
    (self.id, self.kinds, self.cursor, self.size) = (id, kinds, cursor, size)
  }

  package func reply(from queries: ViewQueries) throws -> SessionEventPage? {
    try queries.events(of: id, kinds: kinds, after: cursor, size)
  }
  package func isComplete(_ reply: SessionEventPage?) -> Bool { reply != nil }
  package func merged(_ replies: [SessionEventPage?]) -> SessionEventPage? {
    replies.lazy.compactMap { $0 }.first
  }

  package func write(to writer: inout BinaryWriter) {
    writer.string(id)
    writer.optional(kinds) { $0.strings($1.sorted()) }
    writer.string(cursor)
    writer.number(size.count)
  }
  package init(from reader: inout BinaryReader) throws(CodecError) {
    id = try reader.string()
    kinds = try reader.optional { (reader) throws(CodecError) in Set(try reader.strings()) }
    cursor = try reader.optionalString()
    size = try reader.pageSize()
  }
  package func write(_ reply: SessionEventPage?, to writer: inout BinaryWriter) {
    writer.optional(reply) { writer, page in
      writer.entry(page.session)
      writer.list(page.events) { $0.event($1) }
      writer.number(page.omitted)
      writer.optional(page.next) { $0.cursor($1) }
    }
  }
  package func readReply(from reader: inout BinaryReader) throws(CodecError) -> SessionEventPage? {
    try reader.optional { (reader) throws(CodecError) in
      SessionEventPage(
        session: try reader.entry(),
        events: try reader.list { (reader) throws(CodecError) in try reader.event() },
        omitted: try reader.number(),
        next: try reader.optional { (reader) throws(CodecError) in try reader.cursor() })
    }
  }
}

/// Whose session it is.
package struct IdentityQuestion: LaneQuestion {
  package static let number: UInt8 = 9
  package static var isOfOneLane: Bool { true }

  var id: String

  package init(id: String) { self.id = id }

  package func reply(from queries: ViewQueries) throws -> SessionIdentity? { try queries.identity(of: id) }
  package func isComplete(_ reply: SessionIdentity?) -> Bool { reply != nil }
  package func merged(_ replies: [SessionIdentity?]) -> SessionIdentity? {
    replies.lazy.compactMap { $0 }.first
  }

  package func write(to writer: inout BinaryWriter) { writer.string(id) }
  package init(from reader: inout BinaryReader) throws(CodecError) { id = try reader.string() }
  package func write(_ reply: SessionIdentity?, to writer: inout BinaryWriter) {
    writer.optional(reply) { writer, identity in
      writer.string(identity.type)
      writer.string(identity.customerIDType)
      writer.string(identity.customerID)
      writer.string(identity.externalID)
      writer.string(identity.conversationID)
    }
  }
  package func readReply(from reader: inout BinaryReader) throws(CodecError) -> SessionIdentity? {
    try reader.optional { (reader) throws(CodecError) in
      SessionIdentity(
        type: try reader.string(), customerIDType: try reader.string(), customerID: try reader.string(),
        externalID: try reader.optionalString(), conversationID: try reader.optionalString())
    }
  }
}
