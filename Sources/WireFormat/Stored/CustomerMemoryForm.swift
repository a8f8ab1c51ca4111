internal import JourneyModel
internal import JourneyRules
internal import Sessionizer

/// The sections of what is remembered of a customer.
enum CustomerMemoryForm {
  static func encode(_ memory: CustomerMemory, to writer: inout BinaryWriter) {
    EmptySessionForm.encode(memory, to: &writer)
    StateCodec.encode(memory.rules, to: &writer)
  }

  /// Takes in a section; one that it does not know is skipped.
  static func take(_ tag: UInt8, _ body: inout BinaryReader, _ memory: CustomerMemory) throws(CodecError) {
    switch tag {
    case StateCodec.Tag.activity: try EmptySessionForm.activity(&body, memory)
    case StateCodec.Tag.rules: memory.rules = try StateCodec.rules(&body)
    case StateCodec.Tag.assignmentEvents: try StateCodec.takeEvents(&body, into: &memory.rules)
    default: return
    }
  }
}
