package import Bytes

/// Digests of texts and of their combinations: the same on every machine, as they are in models. They
/// distinguish contents and protect nothing.
package enum Mixing {
  /// Combines two numbers: both halves of a product of 128 bits.
  package static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = (left ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(by: right ^ 0xd6e8_feb8_6659_fd93)
    return product.high ^ product.low
  }

  /// The digest of a text.
  package static func digest(_ slice: ByteSlice, of bytes: borrowing [UInt8]) -> UInt32 {
    digest(FNV1a(of: slice, in: bytes))
  }

  /// The digest of a text.
  package static func digest(_ text: some StringProtocol) -> UInt32 {
    var digest = FNV1a()
    for byte in text.utf8 { digest.add(byte) }
    return self.digest(digest)
  }

  static func digest(_ digest: FNV1a) -> UInt32 { UInt32(truncatingIfNeeded: mix(digest.value, 0)) }
}
