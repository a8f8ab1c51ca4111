internal import JourneyModel
internal import JourneyRules
package import Sessionizer

/// Sessions as bytes for the `redo` and `state` topics and for local files.
///
/// Version byte, then tagged sections. A reader skips sections with tags it does not know (written by a newer
/// version) and leaves at its default what a section does not say (written by an older one). A section's own layout
/// never changes: a change gets a new tag. Identity comes first, and activity is never missing.
///
/// A value cut exactly between two sections would be read with the rest at its default. It needs no end mark, as
/// wherever values stand their length is stated and checked: by an LZ4 block's length, by a section around each.
package enum StateCodec {
  /// Versions this build can read: the first byte.
  package static let version: UInt8 = 1

  private enum Tag {
    static let identity: UInt8 = 1
    static let activity: UInt8 = 2
    static let facts: UInt8 = 3
    static let collected: UInt8 = 4
    static let attributes: UInt8 = 5
    static let map: UInt8 = 6
    static let duplicates: UInt8 = 7
    static let conversation: UInt8 = 8
    static let rate: UInt8 = 9
    static let rules: UInt8 = 10
    static let assignmentEvents: UInt8 = 16
    static let legs: UInt8 = 20
  }

  package static func encode(_ session: Session, to writer: inout BinaryWriter) {
    writer.byte(version)
    encodeIdentity(session, &writer)
    writer.section(Tag.activity) { writer in
      writer.byte(session.lifecycle.rawValue)
      writer.byte(session.endReason.rawValue)
      writer.number(Int(session.first.milliseconds))
      writer.number(Int(session.last.milliseconds))
      writer.number(session.eventCount)
      writer.number(session.viewCount)
      writer.number(session.revision)
      writer.number(session.emittedRevision)
    }
    encode(session.facts, &writer)
    encode(session.map, &writer)
    writer.section(Tag.duplicates) { writer in
      writer.number(session.duplicates.digests.count)
      session.duplicates.forEach { writer.fixed($0) }
    }
    if session.stream.profile.isConversational {
      writer.section(Tag.conversation) { writer in
        let state = session.conversation
        writer.byte(state.phase.rawValue)
        writer.number(Int(state.phaseTime.milliseconds))
        writer.byte(
          (state.wrapupTime == nil ? 0 : 1) | (state.hadAgent ? 2 : 0) | (state.afterCallWorkElapsed ? 4 : 0))
        writer.number(Int(state.wrapupTime?.milliseconds ?? 0))
      }
      if session.conversation.hasLegs {
        writer.section(Tag.legs) { LegCodec.encode(session.conversation, to: &$0) }
      }
    }
    // Left out while it is 1: the newest minute of any session has an event.
    if session.minuteCount > 1 {
      writer.section(Tag.rate) { $0.number(session.minuteCount) }
    }
    if !session.rules.isEmpty {
      writer.section(Tag.rules) { session.rules.encode(to: &$0.bytes) }
      if session.rules.namesEvents {
        writer.section(Tag.assignmentEvents) { session.rules.encodeEvents(to: &$0.bytes) }
      }
    }
  }

  private static func encodeIdentity(_ session: Session, _ writer: inout BinaryWriter) {
    let start = writer.beginSection(Tag.identity)
    writer.fixed(session.id.high)
    writer.fixed(session.id.low)
    writer.byte(session.stream.rawValue)
    writer.fixed(session.keyDigest)
    writer.text(all: session.key)
    writer.text(session.identity.type, of: session.identity.bytes)
    writer.text(session.identity.customerIDType, of: session.identity.bytes)
    writer.text(session.identity.customerID, of: session.identity.bytes)
    writer.text(session.identity.externalID, of: session.identity.bytes)
    writer.endSection(start)
  }

  private static func encode(_ facts: borrowing FactStore, _ writer: inout BinaryWriter) {
    if !facts.facts.isEmpty {
      let start = writer.beginSection(Tag.facts)
      writer.number(facts.facts.count)
      for index in facts.facts.indices {
        let fact = facts.facts[index]
        writer.byte(fact.field.rawValue)
        writer.number(Int(fact.time.milliseconds))
        writer.fixed(fact.digest)
        writer.text(fact.value, of: facts.bytes)
      }
      writer.endSection(start)
    }
    if !facts.collected.isEmpty || facts.omitted > 0 {
      let start = writer.beginSection(Tag.collected)
      writer.number(facts.omitted)
      writer.number(facts.collected.count)
      for index in facts.collected.indices {
        let entry = facts.collected[index]
        writer.byte(entry.field.rawValue)
        writer.number(Int(entry.time.milliseconds))
        writer.fixed(entry.digest)
        writer.text(entry.value, of: facts.bytes)
      }
      writer.endSection(start)
    }
    if !facts.attributes.isEmpty {
      let start = writer.beginSection(Tag.attributes)
      writer.number(facts.attributes.count)
      for index in facts.attributes.indices {
        let entry = facts.attributes[index]
        writer.byte(entry.isList ? 1 : 0)
        writer.number(Int(entry.time.milliseconds))
        writer.fixed(entry.nameDigest)
        writer.fixed(entry.digest)
        writer.text(entry.name, of: facts.bytes)
        writer.text(entry.value, of: facts.bytes)
      }
      writer.endSection(start)
    }
  }

  private static func encode(_ map: borrowing JourneyMap, _ writer: inout BinaryWriter) {
    let start = writer.beginSection(Tag.map)
    writer.number(map.omitted)
    writer.number(map.entries.count)
    for index in map.entries.indices {
      let entry = map.entries[index]
      writer.number(Int(entry.time.milliseconds))
      writer.number(Int(entry.head))
      writer.text(entry.value, of: map.bytes)
    }
    writer.endSection(start)
  }

  package static func decode(_ bytes: [UInt8]) throws(CodecError) -> Session {
    var reader = BinaryReader(bytes)
    return try decode(&reader)
  }

  package static func decode(_ reader: inout BinaryReader) throws(CodecError) -> Session {
    let version = try reader.byte()
    guard version == StateCodec.version else {
      throw CodecError("state version \(version) is not one this build reads (\(StateCodec.version))")
    }
    var session: Session?
    var hasActivity = false
    while !reader.isAtEnd {
      var (tag, body) = try reader.section()
      if tag == Tag.identity {
        session = try identity(&body)
        continue
      }
      guard let session else { throw CodecError("the identity section is not the first") }
      switch tag {
      case Tag.activity:
        try activity(&body, session)
        hasActivity = true
      case Tag.facts: try facts(&body, session)
      case Tag.collected: try collected(&body, session)
      case Tag.attributes: try attributes(&body, session)
      case Tag.map: try map(&body, session)
      case Tag.duplicates:
        var digests: [UInt64] = []
        for _ in 0..<(try body.count()) { digests.append(try body.fixed()) }
        session.duplicates = DuplicateFilter(digests: digests)
      case Tag.conversation: try conversation(&body, session)
      case Tag.legs: try LegCodec.decode(&body, into: &session.conversation)
      case Tag.rate: session.minuteCount = try amount(&body)
      case Tag.rules: session.rules = try rules(&body)
      case Tag.assignmentEvents: try assignmentEvents(&body, session)
      default: continue
      }
    }
    guard let session else { throw CodecError("there is no identity section") }
    guard hasActivity else { throw CodecError("there is no activity section") }
    return session
  }

  private static func identity(_ body: inout BinaryReader) throws(CodecError) -> Session {
    let id = SessionID(high: try body.fixed(), low: try body.fixed())
    guard let stream = JourneyModel.Stream(rawValue: try body.byte()) else {
      throw CodecError("unknown stream")
    }
    let digest = try body.fixed()
    let key = try body.text()
    var bytes: [UInt8] = []
    var slices: [ByteSlice] = []
    for _ in 0..<4 {
      let part = try body.text()
      slices.append(ByteSlice(offset: bytes.count, length: part.count))
      bytes.append(all: part)
    }
    let identity = Session.Identity(
      type: slices[0], customerIDType: slices[1], customerID: slices[2], externalID: slices[3], of: bytes,
      key: key)
    return Session(
      id: id, stream: stream, keyDigest: digest, key: key, identity: identity,
      first: EventTime(milliseconds: 0))
  }

  /// A time that decoding could have accepted: arithmetic with another one would trap.
  static func eventTime(_ body: inout BinaryReader) throws(CodecError) -> EventTime {
    let time = EventTime(milliseconds: Int64(try body.number()))
    guard time.milliseconds >= 0, time <= .latest else { throw CodecError("an impossible time") }
    return time
  }

  /// How many there are of something: far from where adding to it would trap.
  static func amount(_ body: inout BinaryReader) throws(CodecError) -> Int {
    let amount = try body.number()
    guard amount >= 0, amount < 1 << 48 else { throw CodecError("an impossible count") }
    return amount
  }

  private static func activity(_ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    guard let lifecycle = Session.Lifecycle(rawValue: try body.byte()),
      let reason = Session.EndReason(rawValue: try body.byte())
    else { throw CodecError("unknown lifecycle or end reason") }
    session.lifecycle = lifecycle
    session.endReason = reason
    session.first = try eventTime(&body)
    session.last = try eventTime(&body)
    guard session.first <= session.last else { throw CodecError("a session ends before it begins") }
    session.eventCount = try amount(&body)
    session.viewCount = try amount(&body)
    session.revision = try amount(&body)
    session.emittedRevision = try amount(&body)
    // Unless the section of its own says otherwise.
    session.minuteCount = max(session.minuteCount, 1)
  }

  private static func facts(_ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    for _ in 0..<(try body.count()) {
      let field = EventField(rawValue: try body.byte())
      let time = try eventTime(&body)
      let digest = try body.fixed()
      let value = try body.text()
      // A field of a newer version: dropped, as this build could not show it.
      guard let field else { continue }
      session.facts.restore(fact: field, time: time, digest: digest, value: value)
    }
  }

  private static func collected(_ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    session.facts.omitted = try amount(&body)
    for _ in 0..<(try body.count()) {
      let field = EventField(rawValue: try body.byte())
      let time = try eventTime(&body)
      let digest = try body.fixed()
      let value = try body.text()
      guard let field else { continue }
      session.facts.restore(collected: field, time: time, digest: digest, value: value)
    }
  }

  private static func attributes(_ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    for _ in 0..<(try body.count()) {
      let isList = try body.byte() == 1
      let time = try eventTime(&body)
      let nameDigest = try body.fixed()
      let digest = try body.fixed()
      let name = try body.text()
      let value = try body.text()
      session.facts.restore(
        attribute: name, nameDigest: nameDigest, time: time, digest: digest, value: value, isList: isList)
    }
  }

  private static func map(_ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    session.map.omitted = try amount(&body)
    for _ in 0..<(try body.count()) {
      let time = try eventTime(&body)
      let head = try body.number()
      let value = try body.text()
      guard head >= 0, head <= value.count else { throw CodecError("a map entry's head exceeds it") }
      session.map.restore(time: time, head: head, value: value)
    }
  }

  private static func rules(_ body: inout BinaryReader) throws(CodecError) -> RuleState {
    do {
      return try RuleState(encoded: body.rest())
    } catch {
      throw CodecError(error.description)
    }
  }

  private static func assignmentEvents(
    _ body: inout BinaryReader, _ session: Session
  ) throws(CodecError) {
    do {
      try session.rules.takeEvents(encoded: body.rest())
    } catch {
      throw CodecError(error.description)
    }
  }

  private static func conversation(_ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    guard let phase = ConversationPhase(rawValue: try body.byte()) else { throw CodecError("unknown phase") }
    session.conversation.phase = phase
    session.conversation.phaseTime = try eventTime(&body)
    let flags = try body.byte()
    let wrapup = try eventTime(&body)
    session.conversation.wrapupTime = flags & 1 != 0 ? wrapup : nil
    session.conversation.hadAgent = flags & 2 != 0
    session.conversation.afterCallWorkElapsed = flags & 4 != 0
  }
}
