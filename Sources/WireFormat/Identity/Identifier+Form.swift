package import Identity

/// Type, value and source; the key follows from them.
extension Identifier: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let number = try reader.byte()
    guard let type = IdentifierType(rawValue: number) else {
      throw CodecError("\(number) is no type of identifier")
    }
    let value = try reader.text()
    let source = try reader.text()
    guard !value.isEmpty, value.count <= Identifier.longest, source.count <= Identifier.longest else {
      throw CodecError("an identifier of \(value.count) bytes, its source of \(source.count)")
    }
    guard source.isEmpty || type.isPerSource else { throw CodecError("a \(type.name) has no source") }
    // A device's name is a customer's id as it came, and that may have any but NUL.
    let least: UInt8 = type.isStrong ? 0x20 : 1
    guard !value.contains(where: { $0 < least }), !source.contains(where: { $0 < 0x20 }) else {
      throw CodecError("a control character in an identifier")
    }
    self.init(type: type, value: value, source: source)
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.byte(type.rawValue)
    writer.text(all: value)
    writer.text(all: source)
  }
}
