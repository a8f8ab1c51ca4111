internal import Identity
internal import JourneyModel
internal import Sessionizer

/// The sections of what is kept of persons, and what a session knows of its own.
enum PersonForm {
  private typealias Tag = StateCodec.Tag
  private static let version: UInt8 = 1

  static func encode(_ value: StoredValue, to writer: inout BinaryWriter) {
    writer.section(Tag.activity) { writer in
      writer.number(Int(value.first.milliseconds))
      writer.number(Int(value.last.milliseconds))
    }
    switch value.content {
    case .identifier(let record):
      guard let register = record.register else { return }
      writer.section(Tag.register) { writer in
        writer.byte(version)
        writer.time(optional: record.due)
        register.encode(to: &writer)
      }
    case .device(let record):
      guard let device = record.device else { return }
      writer.section(Tag.device) { writer in
        writer.byte(version)
        device.encode(to: &writer)
        writer.number(record.revision)
        record.timeline.encode(to: &writer)
        writer.array(record.named) { named, writer in
          named.identifier.encode(to: &writer)
          writer.time(named.since)
          writer.optional(named.answer) { $0.encode(to: &$1) }
        }
      }
    case .contact(let record):
      guard let register = record.register else { return }
      writer.section(Tag.alias) { writer in
        writer.byte(version)
        register.encode(to: &writer)
      }
    case .session, .customerMemory, .endedConversation: break
    }
  }

  /// Takes in a section; one that it does not know is skipped.
  static func take(_ tag: UInt8, _ body: inout BinaryReader, _ value: StoredValue) throws(CodecError) {
    switch (tag, value.content) {
    case (Tag.activity, _):
      value.first = try StateCodec.eventTime(&body)
      value.last = try StateCodec.eventTime(&body)
      guard value.first <= value.last else { throw CodecError("a value ends before it begins") }
    case (Tag.register, .identifier(let record)):
      let version = try known(&body)
      record.due = try body.optionalTime()
      record.register = try Register(decoding: &body, version: version)
    case (Tag.device, .device(let record)):
      let version = try known(&body)
      record.device = try Identifier(decoding: &body, version: version)
      record.revision = try body.natural("a revision", most: Int(Int64.max >> 1))
      record.timeline = try WeakTimeline(decoding: &body, version: version)
      record.restore(
        try body.array { reader throws(CodecError) in
          let identifier = try Identifier(decoding: &reader, version: version)
          let since = try reader.time()
          let answer = try reader.optional { reader throws(CodecError) in
            try Resolution.Answer(decoding: &reader, version: version)
          }
          return NamedOnDevice(identifier, since: since, answer: answer)
        })
    case (Tag.alias, .contact(let record)):
      record.register = try AliasRegister(decoding: &body, version: try known(&body))
    default: return
    }
  }

  private static func known(_ body: inout BinaryReader) throws(CodecError) -> UInt8 {
    let version = try body.byte()
    guard version == PersonForm.version else { throw CodecError("a person's form \(version) is not known") }
    return version
  }

  // MARK: - A session's own

  static func encode(_ person: SessionPerson, to writer: inout BinaryWriter) {
    writer.byte(version)
    writer.number(person.revision)
    writer.number(person.emitted)
    writer.optional(person.shown) { shown, writer in
      shown.answer.encode(to: &writer)
      writer.byte(shown.by.rawValue)
      writer.byte(shown.strength.rawValue)
    }
    writer.array(person.named) { named, writer in
      named.identifier.encode(to: &writer)
      writer.stamp(named.first)
      writer.stamp(named.last)
      writer.byte(named.strength.rawValue)
      writer.fixed(named.traits)
      writer.optional(named.answer) { $0.encode(to: &$1) }
    }
  }

  static func person(_ body: inout BinaryReader) throws(CodecError) -> SessionPerson {
    let version = try known(&body)
    var person = SessionPerson()
    person.revision = try StateCodec.amount(&body)
    person.emitted = try StateCodec.amount(&body)
    person.shown = try body.optional { reader throws(CodecError) in
      let answer = try Resolution.Answer(decoding: &reader, version: version)
      let byte = try reader.byte()
      guard let type = IdentifierType(rawValue: byte) else { throw CodecError("\(byte) is no type") }
      return SessionPerson.Shown(answer, by: type, try reader.strength())
    }
    person.named = try body.array { reader throws(CodecError) in
      let identifier = try Identifier(decoding: &reader, version: version)
      let first = try reader.stamp()
      let last = try reader.stamp()
      var named = SessionPerson.Named(identifier, try reader.strength(), first)
      named.last = last
      named.traits = try reader.fixed()
      named.answer = try reader.optional { reader throws(CodecError) in
        try Resolution.Answer(decoding: &reader, version: version)
      }
      return named
    }
    return person
  }

  // MARK: - What a session has asked

  static func encode(grants: [SessionGrant], to writer: inout BinaryWriter) {
    writer.byte(version)
    writer.array(grants) { grant, writer in
      writer.text(all: grant.map)
      writer.text(all: grant.assignment)
      writer.stamp(grant.asker)
      writer.byte(grant.state.rawValue)
    }
  }

  static func grants(_ body: inout BinaryReader) throws(CodecError) -> [SessionGrant] {
    _ = try known(&body)
    return try body.array { reader throws(CodecError) in
      let map = try reader.shortText("a map", least: 1)
      let assignment = try reader.shortText("an assignment", least: 1)
      let asker = try reader.stamp()
      let byte = try reader.byte()
      guard let state = SessionGrant.State(rawValue: byte) else { throw CodecError("\(byte) is no answer") }
      return SessionGrant(map: map, assignment: assignment, asker: asker, state: state)
    }
  }

  // MARK: - What somebody decided about a session

  static func encode(_ link: SessionLink, to writer: inout BinaryWriter) {
    writer.byte(version)
    link.encode(to: &writer)
  }

  static func link(_ body: inout BinaryReader) throws(CodecError) -> SessionLink {
    try SessionLink(decoding: &body, version: try known(&body))
  }
}
