internal import JourneyModel
internal import Sessionizer

/// The sections of what is remembered of a conversation that is over.
enum EndedConversationForm {
  static func encode(_ ending: EndedConversation, to writer: inout BinaryWriter) {
    EmptySessionForm.encode(ending, to: &writer)
  }

  /// Takes in a section; one that it does not know is skipped.
  static func take(_ tag: UInt8, _ body: inout BinaryReader, _ ending: EndedConversation) throws(CodecError) {
    if tag == StateCodec.Tag.activity { try EmptySessionForm.activity(&body, ending) }
  }
}
