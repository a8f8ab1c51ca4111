/// What one kind of message says.
package protocol MessagePayload: Sendable {
  /// Its kind.
  static var kind: MessageKind { get }

  /// Reads a payload of one of the kind's versions; damaged bytes give an error, never a trap.
  init(decoding payload: inout BinaryReader, version: UInt8) throws(CodecError)

  /// Writes the newest version.
  func encode(to payload: inout BinaryWriter)
}
