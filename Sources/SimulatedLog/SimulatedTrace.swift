internal import EventLog

/// Everything that happened in the log, folded into one number: two runs of one seed must agree on it.
public struct SimulatedTrace: Sendable, Hashable {
  /// The digest so far (as FNV-1a, over 64-bit words).
  public private(set) var digest: UInt64 = FNV1a.basis
  /// How many steps were folded in.
  public private(set) var steps = 0
  /// The steps as text; empty unless the configuration keeps them.
  public private(set) var lines: [String] = []
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
    digest = (digest ^ word) &* FNV1a.prime
    // Multiplication carries upwards only; this brings the high bits back down.
    digest ^= digest >> 32
  }
}
