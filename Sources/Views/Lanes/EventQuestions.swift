package import JourneyModel
package import WireFormat

/// What became of the events with an id, the newest first.
package struct FatesQuestion: LaneQuestion {
  package static let number: UInt8 = 6

  var id: String

  package init(event id: String) { self.id = id }

  package func reply(from queries: ViewQueries) throws -> [EventFate] { try queries.fates(ofEvent: id) }

  package func merged(_ replies: [[EventFate]]) -> [EventFate] {
    let all = replies.joined().sorted { ($1.time, $0.key) < ($0.time, $1.key) }
    return Array(all.prefix(ViewQueries.maxFates))
  }

  package func write(to writer: inout BinaryWriter) { writer.string(id) }
  package init(from reader: inout BinaryReader) throws(CodecError) { id = try reader.string() }

  package func write(_ reply: [EventFate], to writer: inout BinaryWriter) {
    writer.list(reply) { writer, fate in
      writer.fixed(UInt64(bitPattern: fate.key))
      writer.string(fate.stream)
      writer.time(fate.time)
      switch fate.state {
      case .pending: writer.byte(0)
      case .applied(let session):
        writer.byte(1)
        writer.entry(session)
      case .rejected(let reason, let explanation):
        writer.byte(2)
        writer.string(reason)
        writer.string(explanation)
      case .read: writer.byte(3)
      }
    }
  }

  package func readReply(from reader: inout BinaryReader) throws(CodecError) -> [EventFate] {
    try reader.list { (reader) throws(CodecError) in
      EventFate(
        key: Int64(bitPattern: try reader.fixed()), stream: try reader.string(), time: try reader.time(),
        state: try FatesQuestion.state(&reader))
    }
  }

  private static func state(_ reader: inout BinaryReader) throws(CodecError) -> EventFate.State {
    switch try reader.byte() {
    case 0: .pending
    case 1: .applied(try reader.entry())
    case 2: .rejected(reason: try reader.string(), explanation: try reader.string())
    case 3: .read
    case let byte: throw CodecError("no fate has the number \(byte)")
    }
  }
}

/// What action maps did since a time, the newest first.
package struct TriggersQuestion: LaneQuestion {
  package static let number: UInt8 = 7

  var since: EventTime
  var size: PageSize

  package init(since: EventTime, _ size: PageSize) { (self.since, self.size) = (since, size) }

  package func reply(from queries: ViewQueries) throws -> [TriggerEntry] {
    try queries.triggers(since: since, size)
  }

  package func merged(_ replies: [[TriggerEntry]]) -> [TriggerEntry] {
    Array(replies.joined().sorted { $0.isBefore($1) }.prefix(size.count))
  }

  package func write(to writer: inout BinaryWriter) {
    writer.time(since)
    writer.number(size.count)
  }
  package init(from reader: inout BinaryReader) throws(CodecError) {
    since = try reader.time()
    size = try reader.pageSize()
  }

  package func write(_ reply: [TriggerEntry], to writer: inout BinaryWriter) {
    writer.list(reply) { writer, trigger in
      writer.time(trigger.written)
      writer.number(trigger.lane.index)
      writer.number(Int(trigger.offset))
      writer.event(trigger.event)
    }
  }

  package func readReply(from reader: inout BinaryReader) throws(CodecError) -> [TriggerEntry] {
    try reader.list { (reader) throws(CodecError) in
      TriggerEntry(
        written: try reader.time(), lane: try reader.lane(), offset: Int64(try reader.number()),
        event: try reader.event())
    }
  }
}

/// What definitions gave since a time.
package struct MatchesQuestion: LaneQuestion {
  package static let number: UInt8 = 8

  var since: EventTime

  package init(since: EventTime) { self.since = since }

  package func reply(from queries: ViewQueries) throws -> [DefinitionMatches] {
    try queries.matches(since: since)
  }

  package func merged(_ replies: [[DefinitionMatches]]) -> [DefinitionMatches] {
    var sums: [[String]: DefinitionMatches] = [:]
    for matches in replies.joined() {
      sums.merge([[matches.kind, matches.id]: matches]) { $0.adding($1) }
    }
    return sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }

  package func write(to writer: inout BinaryWriter) { writer.time(since) }
  package init(from reader: inout BinaryReader) throws(CodecError) { since = try reader.time() }

  package func write(_ reply: [DefinitionMatches], to writer: inout BinaryWriter) {
    writer.list(reply) { writer, matches in
      writer.string(matches.kind)
      writer.string(matches.id)
      writer.number(matches.count)
      writer.time(matches.newest)
    }
  }

  package func readReply(from reader: inout BinaryReader) throws(CodecError) -> [DefinitionMatches] {
    try reader.list { (reader) throws(CodecError) in
      DefinitionMatches(
        kind: try reader.string(), id: try reader.string(), count: try reader.amount(),
        newest: try reader.time())
    }
  }
}

/// What is to be shown to a visitor.
package struct OffersQuestion: LaneQuestion {
  package static let number: UInt8 = 10

  var idType: String
  var customerID: String
  var session: String?
  var now: EventTime

  /// - Parameter session: only of this session; `nil` for all of the visitor's.
  package init(idType: String, customerID: String, session: String?, now: EventTime) {
    (self.idType, self.customerID, self.session, self.now) = (idType, customerID, session, now)
  }

  package func reply(from queries: ViewQueries) throws -> [SessionOffer] {
    try queries.offers(idType: idType, customerID: customerID, session: session, now: now)
  }

  package func merged(_ replies: [[SessionOffer]]) -> [SessionOffer] {
    let all = replies.joined().sorted { ($0.offered, $0.event) < ($1.offered, $1.event) }
    return Array(all.prefix(ViewQueries.maxOffers))
  }

  package func write(to writer: inout BinaryWriter) {
    writer.string(idType)
    writer.string(customerID)
    writer.string(session)
    writer.time(now)
  }
  package init(from reader: inout BinaryReader) throws(CodecError) {
    idType = try reader.string()
    customerID = try reader.string()
    session = try reader.optionalString()
    now = try reader.time()
  }

  package func write(_ reply: [SessionOffer], to writer: inout BinaryWriter) {
    writer.list(reply) { writer, offer in
      writer.string(offer.id)
      writer.string(offer.session)
      writer.time(offer.expires)
      writer.time(offer.offered)
      writer.string(offer.event)
      writer.text(all: offer.json)
    }
  }

  package func readReply(from reader: inout BinaryReader) throws(CodecError) -> [SessionOffer] {
    try reader.list { (reader) throws(CodecError) in
      SessionOffer(
        id: try reader.string(), session: try reader.string(), expires: try reader.time(),
        offered: try reader.time(), event: try reader.string(), json: try reader.text())
    }
  }
}

/// The ids of the sessions that go with a person, by the lane that wrote them.
package struct SessionLanesQuestion: LaneQuestion {
  package static let number: UInt8 = 11

  var contacts: [String]
  var identifiers: [ContactEntry.Identifier]

  /// - Parameters:
  ///   - contacts: all ids of the person.
  ///   - identifiers: hers.
  package init(contacts: [String], identifiers: [ContactEntry.Identifier]) {
    (self.contacts, self.identifiers) = (contacts, identifiers)
  }

  package func reply(from queries: ViewQueries) throws -> [LaneNumber: [String]] {
    try queries.sessionsByLane(ofContacts: contacts, identifiers: identifiers)
  }

  package func merged(_ replies: [[LaneNumber: [String]]]) -> [LaneNumber: [String]] {
    replies.reduce(into: [:]) { all, reply in all.merge(reply) { Set($0 + $1).sorted() } }
  }

  package func write(to writer: inout BinaryWriter) {
    writer.strings(contacts)
    writer.list(identifiers) { writer, identifier in
      writer.string(identifier.type)
      writer.string(identifier.value)
    }
  }
  package init(from reader: inout BinaryReader) throws(CodecError) {
    contacts = try reader.strings()
    identifiers = try reader.list { (reader) throws(CodecError) in
      ContactEntry.Identifier(type: try reader.string(), value: try reader.string())
    }
  }

  package func write(_ reply: [LaneNumber: [String]], to writer: inout BinaryWriter) {
    writer.list(reply.sorted { $0.key < $1.key }) { writer, lane in
      writer.number(lane.key.index)
      writer.strings(lane.value)
    }
  }

  package func readReply(from reader: inout BinaryReader) throws(CodecError) -> [LaneNumber: [String]] {
    let lanes = try reader.list { (reader) throws(CodecError) in (try reader.lane(), try reader.strings()) }
    return Dictionary(lanes) { $0 + $1 }
  }
}
