internal import JourneyModel
internal import JourneyRules
internal import Predictions
internal import Sessionizer

/// The sections of a session.
enum SessionForm {
  private typealias Tag = StateCodec.Tag

  static func encode(_ session: Session, to writer: inout BinaryWriter) {
    // Nearly all of a value are these, and most of that is what the session holds.
    var text = ByteWriter(room: session.facts.bytes.count + session.map.bytes.count + 2_048)
    encodeActivity(session, &text)
    encode(session.facts, &text)
    encode(session.map, &text)
    let duplicates = text.beginSection(Tag.duplicates)
    text.number(session.duplicates.digests.count)
    session.duplicates.forEach { text.fixed($0) }
    text.endSection(duplicates)
    text.append(to: &writer.bytes)
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
    session.settleScores()
    StateCodec.encode(session.rules, to: &writer)
    if session.hasPerson, let person = session.person {
      writer.section(Tag.person) { PersonForm.encode(person, to: &$0) }
      if !person.grants.isEmpty {
        writer.section(Tag.grants) { PersonForm.encode(grants: person.grants, to: &$0) }
      }
      if let link = person.link { writer.section(Tag.link) { PersonForm.encode(link, to: &$0) } }
    }
    if let predictions = session.predictions {
      writer.section(Tag.predictions) { predictions.encode(to: &$0.bytes) }
    }
  }

  private static func encodeActivity(_ session: Session, _ writer: inout ByteWriter) {
    let start = writer.beginSection(Tag.activity)
    writer.byte(session.lifecycle.rawValue)
    writer.byte(session.endReason.rawValue)
    writer.number(Int(session.first.milliseconds))
    writer.number(Int(session.last.milliseconds))
    writer.number(session.eventCount)
    writer.number(session.viewCount)
    writer.number(session.revision)
    writer.number(session.emittedRevision)
    writer.endSection(start)
  }

  private static func encode(_ facts: borrowing FactStore, _ writer: inout ByteWriter) {
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

  private static func encode(_ map: borrowing JourneyMap, _ writer: inout ByteWriter) {
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

  /// Takes in a section; one that it does not know is skipped.
  static func take(_ tag: UInt8, _ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    switch tag {
    case Tag.activity: try activity(&body, session)
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
    case Tag.rate: session.minuteCount = try StateCodec.amount(&body)
    case Tag.person: session.person = try PersonForm.person(&body)
    case Tag.grants: session.person?.grants = try PersonForm.grants(&body)
    case Tag.link: session.person?.link = try PersonForm.link(&body)
    case Tag.rules: session.rules = try StateCodec.rules(&body)
    case Tag.assignmentEvents: try StateCodec.takeEvents(&body, into: &session.rules)
    case Tag.scores: session.rules.scores = try StateCodec.scores(&body)
    case Tag.predictions: session.predictions = try predictions(&body)
    default: return
    }
  }

  /// What predictions are made of; `nil` if it was of other features than this build's.
  private static func predictions(_ body: inout BinaryReader) throws(CodecError) -> PredictionState? {
    do {
      return try PredictionState.decode(body.rest())
    } catch {
      throw CodecError(error.description)
    }
  }

  private static func activity(_ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    guard let lifecycle = Session.Lifecycle(rawValue: try body.byte()),
      let reason = Session.EndReason(rawValue: try body.byte())
    else { throw CodecError("unknown lifecycle or end reason") }
    session.lifecycle = lifecycle
    session.endReason = reason
    session.first = try StateCodec.eventTime(&body)
    session.last = try StateCodec.eventTime(&body)
    guard session.first <= session.last else { throw CodecError("a session ends before it begins") }
    session.eventCount = try StateCodec.amount(&body)
    session.viewCount = try StateCodec.amount(&body)
    session.revision = try StateCodec.amount(&body)
    session.emittedRevision = try StateCodec.amount(&body)
    // Unless the section of its own says otherwise.
    session.minuteCount = max(session.minuteCount, 1)
  }

  private static func facts(_ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    for _ in 0..<(try body.count()) {
      let field = EventField(rawValue: try body.byte())
      let time = try StateCodec.eventTime(&body)
      let digest = try body.fixed()
      let value = try body.text()
      // A field of a newer version: dropped, as this build could not show it.
      guard let field else { continue }
      session.facts.restore(fact: field, time: time, digest: digest, value: value)
    }
  }

  private static func collected(_ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    session.facts.omitted = try StateCodec.amount(&body)
    for _ in 0..<(try body.count()) {
      let field = EventField(rawValue: try body.byte())
      let time = try StateCodec.eventTime(&body)
      let digest = try body.fixed()
      let value = try body.text()
      guard let field else { continue }
      session.facts.restore(collected: field, time: time, digest: digest, value: value)
    }
  }

  private static func attributes(_ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    for _ in 0..<(try body.count()) {
      let isList = try body.byte() == 1
      let time = try StateCodec.eventTime(&body)
      let nameDigest = try body.fixed()
      let digest = try body.fixed()
      let name = try body.text()
      let value = try body.text()
      session.facts.restore(
        attribute: name, nameDigest: nameDigest, time: time, digest: digest, value: value, isList: isList)
    }
  }

  private static func map(_ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    session.map.omitted = try StateCodec.amount(&body)
    for _ in 0..<(try body.count()) {
      let time = try StateCodec.eventTime(&body)
      let head = try body.number()
      let value = try body.text()
      guard head >= 0, head <= value.count else { throw CodecError("a map entry's head exceeds it") }
      session.map.restore(time: time, head: head, value: value)
    }
  }

  private static func conversation(_ body: inout BinaryReader, _ session: Session) throws(CodecError) {
    guard let phase = ConversationPhase(rawValue: try body.byte()) else { throw CodecError("unknown phase") }
    session.conversation.phase = phase
    session.conversation.phaseTime = try StateCodec.eventTime(&body)
    let flags = try body.byte()
    let wrapup = try StateCodec.eventTime(&body)
    session.conversation.wrapupTime = flags & 1 != 0 ? wrapup : nil
    session.conversation.hadAgent = flags & 2 != 0
    session.conversation.afterCallWorkElapsed = flags & 4 != 0
  }
}
