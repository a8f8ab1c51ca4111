internal import JourneyModel
internal import JourneyRules
package import Sessionizer

/// Values as bytes for the `redo` and `state` topics and for local files: the frame that all kinds share.
///
/// Version byte, then tagged sections. A reader skips sections with tags it does not know (written by a newer
/// version) and leaves at its default what a section does not say (written by an older one). A section's own
/// layout never changes: a change gets a new tag. Identity comes first, and its key says which kind the value
/// is of; activity is never missing.
///
/// A value cut exactly between two sections would be read with the rest at its default. It needs no end mark,
/// as wherever values are their length is stated and checked: by an LZ4 block's length, by a section around
/// each.
package enum StateCodec {
  /// The first byte of a value, and of all that lane files say of values' form.
  package static let version: UInt8 = 1

  /// The version of what builds from before persons would take for something else: what is kept of persons,
  /// and sessions that know of any.
  private static let personVersion: UInt8 = 2

  /// The version of what builds from before predictions would lose the features and scores of: sessions that
  /// have any.
  private static let predictionVersion: UInt8 = 3

  /// The version of what older builds would ask for twice, or show as another person's: sessions that have
  /// asked for maps, and those about which somebody decided.
  private static let decisionVersion: UInt8 = 4

  private static func version(of value: StoredValue) -> UInt8 {
    switch value.content {
    case .session(let session):
      session.hasPerson && session.person.map { !$0.grants.isEmpty || $0.link != nil } ?? false
        ? decisionVersion
        : session.isPredicted ? predictionVersion : session.hasPerson ? personVersion : version
    case .customerMemory, .endedConversation: version
    case .identifier, .device, .contact: personVersion
    }
  }

  /// Tags of all kinds, so that none is given twice.
  enum Tag {
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
    static let person: UInt8 = 21
    static let register: UInt8 = 22
    static let device: UInt8 = 23
    static let alias: UInt8 = 24
    static let scores: UInt8 = 25
    static let predictions: UInt8 = 26
    static let grants: UInt8 = 27
    static let link: UInt8 = 28
  }

  package static func encode(_ value: StoredValue, to writer: inout BinaryWriter) {
    writer.byte(version(of: value))
    encodeIdentity(value, &writer)
    switch value.content {
    case .session(let session): SessionForm.encode(session, to: &writer)
    case .customerMemory(let memory): CustomerMemoryForm.encode(memory, to: &writer)
    case .endedConversation(let ending): EndedConversationForm.encode(ending, to: &writer)
    case .identifier, .device, .contact: PersonForm.encode(value, to: &writer)
    }
  }

  /// The value as bytes.
  package static func encoded(_ value: StoredValue) -> [UInt8] {
    var writer = BinaryWriter()
    encode(value, to: &writer)
    return writer.bytes
  }

  private static func encodeIdentity(_ value: StoredValue, _ writer: inout BinaryWriter) {
    let start = writer.beginSection(Tag.identity)
    writer.fixed(value.id.high)
    writer.fixed(value.id.low)
    writer.byte(value.stream.rawValue)
    writer.fixed(value.keyDigest)
    writer.text(all: value.key)
    writer.text(value.identity.type, of: value.identity.bytes)
    writer.text(value.identity.customerIDType, of: value.identity.bytes)
    writer.text(value.identity.customerID, of: value.identity.bytes)
    writer.text(value.identity.externalID, of: value.identity.bytes)
    writer.endSection(start)
  }

  package static func decode(_ bytes: [UInt8]) throws(CodecError) -> StoredValue {
    var reader = BinaryReader(bytes)
    return try decode(&reader)
  }

  package static func decode(_ reader: inout BinaryReader) throws(CodecError) -> StoredValue {
    let version = try reader.byte()
    guard (StateCodec.version...decisionVersion).contains(version) else {
      throw CodecError(
        "state version \(version) is not one this build reads (\(StateCodec.version) to \(decisionVersion))"
      )
    }
    var value: StoredValue?
    var hasActivity = false
    while !reader.isAtEnd {
      var (tag, body) = try reader.section()
      if tag == Tag.identity {
        value = try identity(&body)
        continue
      }
      guard let value else { throw CodecError("the identity section is not the first") }
      if tag == Tag.activity { hasActivity = true }
      switch value.content {
      case .session(let session): try SessionForm.take(tag, &body, session)
      case .customerMemory(let memory): try CustomerMemoryForm.take(tag, &body, memory)
      case .endedConversation(let ending): try EndedConversationForm.take(tag, &body, ending)
      case .identifier, .device, .contact: try PersonForm.take(tag, &body, value)
      }
    }
    guard let value else { throw CodecError("there is no identity section") }
    guard hasActivity else { throw CodecError("there is no activity section") }
    return value
  }

  private static func identity(_ body: inout BinaryReader) throws(CodecError) -> StoredValue {
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
    return StoredValue.make(
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

  /// The state of rules, if there is any.
  static func encode(_ rules: borrowing RuleState, to writer: inout BinaryWriter) {
    if rules.isEmpty { return }
    let start = writer.beginSection(Tag.rules)
    rules.encode(to: &writer.bytes)
    writer.endSection(start)
    if rules.namesEvents {
      let events = writer.beginSection(Tag.assignmentEvents)
      rules.encodeEvents(to: &writer.bytes)
      writer.endSection(events)
    }
    guard !rules.scores.isEmpty else { return }
    let scores = writer.beginSection(Tag.scores)
    rules.scores.encode(to: &writer.bytes)
    writer.endSection(scores)
  }

  /// What is predicted in a session.
  static func scores(_ body: inout BinaryReader) throws(CodecError) -> SessionScores {
    do {
      return try SessionScores(encoded: body.rest())
    } catch {
      throw CodecError(error.description)
    }
  }

  /// The state of rules, without the events that it names.
  static func rules(_ body: inout BinaryReader) throws(CodecError) -> RuleState {
    do {
      return try RuleState(encoded: body.rest())
    } catch {
      throw CodecError(error.description)
    }
  }

  /// The events that a state of rules names.
  static func takeEvents(_ body: inout BinaryReader, into rules: inout RuleState) throws(CodecError) {
    do {
      try rules.takeEvents(encoded: body.rest())
    } catch {
      throw CodecError(error.description)
    }
  }
}
