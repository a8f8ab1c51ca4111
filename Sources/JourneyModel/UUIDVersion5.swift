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
    let (high, low) = halves(of: namespace + name)
    return (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - $0 % 8 * 8)) }
  }

  /// The two halves of the UUID, big endian, of a name behind its name space.
  package static func halves(of message: consuming [UInt8]) -> (high: UInt64, low: UInt64) {
    let digest = hash(message)
    return (
      high: (UInt64(digest.0) << 32 | UInt64(digest.1)) & ~0xf000 | 0x5000,
      low: (UInt64(digest.2) << 32 | UInt64(digest.3)) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
    )
  }

  /// SHA-1 (FIPS 180-4): 20 bytes.
  public static func sha1(_ message: [UInt8]) -> [UInt8] {
    let digest = hash(message)
    return [digest.0, digest.1, digest.2, digest.3, digest.4].flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - $0 * 8)) }
    }
  }

  /// What is read behind a message: a one bit, zeros up to eight bytes before a multiple of 64, its length in
  /// bits.
  package static let paddingBytes = 72

  private static func hash(_ message: consuming [UInt8]) -> (UInt32, UInt32, UInt32, UInt32, UInt32) {
    var padded = message
    let bitCount = UInt64(padded.count) * 8
    let zeros = 64 - (padded.count + 8) % 64
    var padding = InlineArray<72, UInt8>(repeating: 0)
    padding[0] = 0x80
    var tail = padding.mutableSpan
    var length = tail.mutableBytes
    length.storeBytes(of: bitCount.bigEndian, toByteOffset: zeros, as: UInt64.self)
    padded.append(padding.span.extracting(0..<(zeros + 8)))
    var state: (UInt32, UInt32, UInt32, UInt32, UInt32) = (
      0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0
    )
    // On the stack: the hash runs once per session.
    var words = InlineArray<80, UInt32>(repeating: 0)
    for block in stride(from: 0, to: padded.count, by: 64) {
      // Unsafe by name only: the loads check their bounds, and any four bytes are a number.
      for index in 0..<16 {
        words[index] = UInt32(
          bigEndian: padded.span.bytes.unsafeLoadUnaligned(
            fromByteOffset: block + index * 4, as: UInt32.self))
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
    return state
  }

  private static func rotate(_ word: UInt32, by count: UInt32) -> UInt32 {
    word << count | word >> (32 - count)
  }
}
