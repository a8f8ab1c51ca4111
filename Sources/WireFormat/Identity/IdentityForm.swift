/// What of identity is stored and sent: a version, and a body that the version explains.
///
/// All numbers are checked: damaged bytes give an error, never a trap and never a value that the pure part
/// could not have made.
package protocol IdentityForm {
  /// The forms that this build reads; the newest is written.
  static var formVersions: ClosedRange<UInt8> { get }

  /// Reads a body.
  init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError)

  /// Writes the newest version's body.
  func encode(to writer: inout BinaryWriter)
}

extension IdentityForm {
  package static var formVersions: ClosedRange<UInt8> { 1...1 }

  /// Version and body.
  package func encoded() -> [UInt8] {
    var writer = BinaryWriter()
    writer.byte(Self.formVersions.upperBound)
    encode(to: &writer)
    return writer.bytes
  }

  /// Reads what `encoded` gave; nothing may be behind it.
  package init(form bytes: [UInt8]) throws(CodecError) {
    var reader = BinaryReader(bytes)
    let version = try reader.byte()
    guard Self.formVersions.contains(version) else {
      throw CodecError("identity form \(version) is not one this build reads")
    }
    self = try Self(decoding: &reader, version: version)
    guard reader.isAtEnd else { throw CodecError("there are bytes behind the form") }
  }
}
