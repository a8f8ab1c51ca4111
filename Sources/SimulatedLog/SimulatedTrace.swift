/// Everything that happened in the log, folded into one number: two runs of one seed must agree on it.
package struct SimulatedTrace: Sendable, Hashable {
  /// The digest so far (FNV-1a over 64-bit words).
  package private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325
  /// How many steps were folded in.
  package private(set) var steps = 0
  /// The steps as text; empty unless the configuration keeps them.
  package private(set) var lines: [String] = []
  private let keepsLines: Bool

  init(keepsLines: Bool) { self.keepsLines = keepsLines }

  /// Folds one step in.
  mutating func note(_ line: @autoclosure () -> String) {
    steps += 1
    var text = line()
    text.withUTF8 { fold(UnsafeRawBufferPointer($0)) }
    if keepsLines { lines.append(text) }
  }

  /// Adds a line that is not part of the digest.
  mutating func remark(_ line: @autoclosure () -> String) {
    if keepsLines { lines.append(line()) }
  }

  /// Folds bytes in; a null is different from an empty run.
  mutating func note(_ bytes: [UInt8]?) {
    guard let bytes else { return fold(UInt64.max) }
    bytes.withUnsafeBytes { fold($0) }
  }

  /// Eight bytes at a time, little endian, then the rest and the length.
  private mutating func fold(_ bytes: UnsafeRawBufferPointer) {
    var at = 0
    while at + 8 <= bytes.count {
      fold(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
      at += 8
    }
    while at < bytes.count {
      fold(UInt64(bytes[at]))
      at += 1
    }
    fold(UInt64(bytes.count))
  }

  private mutating func fold(_ word: UInt64) {
    digest = (digest ^ word) &* 0x100_0000_01b3
    // Multiplication carries upwards only; this brings the high bits back down.
    digest ^= digest >> 32
  }
}
