internal import Bytes
internal import CXXHash

/// A running 64-bit digest of bytes: what the journal says about a batch's outputs and state changes.
///
/// XXH3 chained through its seed: it detects damage and divergence, not forgery.
public struct Digest: Sendable, Hashable {
  /// The digest of everything so far.
  public private(set) var value: UInt64 = 0

  /// Creates the digest of nothing.
  public init() {}

  /// Appends bytes.
  public mutating func append(_ bytes: borrowing [UInt8]) {
    let seed = value
    value = bytes.withUnsafeBytes { xxh3_64_seeded($0.baseAddress, $0.count, seed) }
  }

  /// Appends a part of an array.
  public mutating func append(_ bytes: borrowing [UInt8], _ range: Range<Int>) {
    let seed = value
    value = bytes.withUnsafeBytes {
      xxh3_64_seeded($0.baseAddress.map { $0 + range.lowerBound }, range.count, seed)
    }
  }

  /// Appends a number.
  public mutating func append(_ number: Int64) {
    let seed = value
    value = withUnsafeBytes(of: number.littleEndian) { xxh3_64_seeded($0.baseAddress, $0.count, seed) }
  }

  /// Sixteen hexadecimal digits.
  public var text: String {
    var bytes: [UInt8] = []
    Hex.append(value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
