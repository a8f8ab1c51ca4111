internal import JourneyModel
internal import Sessionizer

/// What every value but a session has behind its identity: the sections of a session of which nothing is known but two times.
///
/// Kinds that are no sessions were stored so first, and logs are read for as long as they are retained: so their bytes stay.
enum EmptySessionForm {
  static func encode(_ value: StoredValue, to writer: inout BinaryWriter) {
    writer.section(StateCodec.Tag.activity) { writer in
      writer.byte(Session.Lifecycle.open.rawValue)
      writer.byte(Session.EndReason.none.rawValue)
      writer.number(Int(value.first.milliseconds))
      writer.number(Int(value.last.milliseconds))
      // Events, views, revision and emitted revision.
      for _ in 0..<4 { writer.number(0) }
    }
    writer.section(StateCodec.Tag.map) { writer in
      // Omitted and held entries.
      for _ in 0..<2 { writer.number(0) }
    }
    writer.section(StateCodec.Tag.duplicates) { $0.number(0) }
    guard value.stream.profile.isConversational else { return }
    writer.section(StateCodec.Tag.conversation) { writer in
      writer.byte(ConversationPhase.none.rawValue)
      writer.number(0)
      // No flags, no wrap-up.
      writer.byte(0)
      writer.number(0)
    }
  }

  /// Takes in the section of activity. What the others say is nothing.
  static func activity(_ body: inout BinaryReader, _ value: StoredValue) throws(CodecError) {
    guard try body.byte() == Session.Lifecycle.open.rawValue,
      try body.byte() == Session.EndReason.none.rawValue
    else { throw CodecError("a value that is no session has ended") }
    value.first = try StateCodec.eventTime(&body)
    value.last = try StateCodec.eventTime(&body)
    guard value.first <= value.last else { throw CodecError("a value ends before it begins") }
    for _ in 0..<4 {
      guard try StateCodec.amount(&body) == 0 else {
        throw CodecError("a value that is no session has events")
      }
    }
  }
}
