/// Name-based UUIDs with SHA-1 (RFC 9562, section 5.5).
///
/// The hash is written out here because the core imports no C and no cryptography package; it names things
/// and protects nothing. Tests compare it with the RFC's vectors.
public enum UUIDVersion5 {
  /// The RFC's name space for URLs, 6ba7b811-9dad-11d1-80b4-00c04fd430c8.
  public static let urlNamespace: [UInt8] = [
    0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
  ]

  /// The 16 bytes of the UUID.
  public static func bytes(namespace: [UInt8], name: [UInt8]) -> [UInt8] {
    var digest = Array(sha1(namespace + name).prefix(16))
    digest[6] = digest[6] & 0x0f | 0x50
    digest[8] = digest[8] & 0x3f | 0x80
    return digest
  }

  /// SHA-1 (FIPS 180-4): 20 bytes.
  public static func sha1(_ message: [UInt8]) -> [UInt8] {
    var padded = message
    let bitCount = UInt64(message.count) * 8
    padded.append(0x80)
    while padded.count % 64 != 56 { padded.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) {
      padded.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
    }
    var state: (UInt32, UInt32, UInt32, UInt32, UInt32) = (
      0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0
    )
    // On the stack: the hash runs once per session.
    var words = InlineArray<80, UInt32>(repeating: 0)
    for block in stride(from: 0, to: padded.count, by: 64) {
      for index in 0..<16 {
        let at = block + index * 4
        words[index] =
          UInt32(padded[at]) << 24 | UInt32(padded[at + 1]) << 16 | UInt32(padded[at + 2]) << 8
          | UInt32(padded[at + 3])
      }
      for index in 16..<80 {
        words[index] = rotate(
          words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], by: 1)
      }
      var (a, b, c, d, e) = state
      func step(_ mixed: UInt32, _ constant: UInt32, _ word: UInt32) {
        let next = rotate(a, by: 5) &+ mixed &+ e &+ constant &+ word
        (e, d, c, b, a) = (d, c, rotate(b, by: 30), a, next)
      }
      // Four loops, so that no step asks which quarter it is in.
      for index in 0..<20 { step(b & c | ~b & d, 0x5a82_7999, words[index]) }
      for index in 20..<40 { step(b ^ c ^ d, 0x6ed9_eba1, words[index]) }
      for index in 40..<60 { step(b & c | b & d | c & d, 0x8f1b_bcdc, words[index]) }
      for index in 60..<80 { step(b ^ c ^ d, 0xca62_c1d6, words[index]) }
      state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
    }
    var digest: [UInt8] = []
    digest.reserveCapacity(20)
    for word in [state.0, state.1, state.2, state.3, state.4] {
      for shift in stride(from: 24, through: 0, by: -8) {
        digest.append(UInt8(truncatingIfNeeded: word >> UInt32(shift)))
      }
    }
    return digest
  }

  private static func rotate(_ word: UInt32, by count: UInt32) -> UInt32 {
    word << count | word >> (32 - count)
  }
}
