package import Identity

/// Both keys, what is said of them, and by what.
extension Assertion: IdentityForm {
  /// In the byte beside the strength: they do not belong together.
  private static let separating: UInt8 = 0x80

  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let one = try reader.key()
    let other = try reader.key()
    guard one < other, let pair = IdentifierPair(one, other) else {
      throw CodecError("the keys of a pair are not in their order")
    }
    let kind = try reader.byte()
    let stamp = try reader.stamp()
    if kind == Assertion.separating | EvidenceStrength.curated.rawValue {
      self.init(separation: pair, stamp)
    } else if let strength = EvidenceStrength(rawValue: kind) {
      self.init(link: pair, strength, stamp)
    } else {
      throw CodecError("\(kind) is no kind of assertion")
    }
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.key(pair.one)
    writer.key(pair.other)
    writer.byte(isPositive ? strength.rawValue : strength.rawValue | Assertion.separating)
    writer.stamp(stamp)
  }
}
