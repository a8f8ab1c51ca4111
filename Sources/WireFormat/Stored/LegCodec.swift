internal import JourneyModel
internal import Sessionizer

/// The legs of a conversation as a section of its stored value.
///
/// Status and flags of the card, count left out, count of legs, then each leg: kind, flags, times, and a list of texts, each with its number, its time and its
/// bytes. Kinds and texts of a newer version are skipped: each leg is a section of its own.
enum LegCodec {
  private enum Flag {
    static let flat: UInt8 = 1
    static let opened: UInt8 = 2
    static let ended: UInt8 = 4
    static let coded: UInt8 = 8
  }

  static func encode(_ state: ConversationState, to writer: inout BinaryWriter) {
    let book = state.legs
    writer.byte(state.status.rawValue)
    writer.byte((state.isMissed ? 1 : 0) | (state.showsAgent ? 2 : 0))
    writer.number(book.omitted)
    writer.number(book.legs.count)
    for leg in book.legs {
      let start = writer.beginSection(leg.kind.rawValue)
      writer.byte(
        (leg.isFlat ? Flag.flat : 0) | (leg.opened == nil ? 0 : Flag.opened)
          | (leg.ended == nil ? 0 : Flag.ended) | (leg.coded == nil ? 0 : Flag.coded))
      writer.byte(leg.talkAtStart.rawValue)
      writer.byte(leg.talk.rawValue)
      for time in [leg.first, leg.last] { writer.number(Int(time.milliseconds)) }
      for time in [leg.opened, leg.ended, leg.coded] {
        if let time { writer.number(Int(time.milliseconds)) }
      }
      let texts = Leg.Text.allCases.filter { leg.has($0) }
      writer.number(texts.count)
      for text in texts {
        writer.byte(UInt8(truncatingIfNeeded: text.rawValue))
        writer.number(Int(leg.time(text).milliseconds))
        writer.text(leg.slice(text), of: leg.bytes)
      }
      writer.endSection(start)
    }
  }

  static func decode(_ body: inout BinaryReader, into state: inout ConversationState) throws(CodecError) {
    let status = ConversationCard.Status(rawValue: try body.byte()) ?? .waiting
    let flags = try body.byte()
    let omitted = try StateCodec.amount(&body)
    var legs: [Leg] = []
    for _ in 0..<(try body.count()) {
      var (tag, one) = try body.section()
      guard let kind = LegKind(rawValue: tag) else { continue }
      legs.append(try leg(kind, &one))
    }
    state.legs.restore(legs, omitted: omitted)
    state.restore(status: status, isMissed: flags & 1 != 0, showsAgent: flags & 2 != 0)
  }

  private static func leg(_ kind: LegKind, _ body: inout BinaryReader) throws(CodecError) -> Leg {
    let flags = try body.byte()
    let talkAtStart = LegMark.Talk(rawValue: try body.byte()) ?? .unknown
    let talk = LegMark.Talk(rawValue: try body.byte()) ?? .unknown
    var leg = Leg(kind, isFlat: flags & Flag.flat != 0, at: try StateCodec.eventTime(&body))
    leg.last = try StateCodec.eventTime(&body)
    if flags & Flag.opened != 0 { leg.opened = try StateCodec.eventTime(&body) }
    if flags & Flag.ended != 0 { leg.ended = try StateCodec.eventTime(&body) }
    if flags & Flag.coded != 0 { leg.coded = try StateCodec.eventTime(&body) }
    leg.talkAtStart = talkAtStart
    leg.talk = talk
    for _ in 0..<(try body.count()) {
      let number = try body.byte()
      let time = try StateCodec.eventTime(&body)
      let value = try body.text()
      guard let text = Leg.Text(rawValue: Int(number)) else { continue }
      leg.set(text, at: time, value, ByteSlice(offset: 0, length: value.count))
    }
    return leg
  }
}
