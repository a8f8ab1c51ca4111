internal import JourneyModel

/// What a bundle or a definition says, in 16 bytes: the first half of SHA-1 of its canonical bytes.
///
/// It distinguishes contents and protects nothing.
public struct DefinitionHash: Sendable, Hashable, CustomStringConvertible {
  /// The first eight bytes, big endian.
  public var high: UInt64
  /// The last eight bytes, big endian.
  public var low: UInt64

  /// Creates a hash from its halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The hash of bytes.
  public init(of bytes: [UInt8]) {
    let digest = UUIDVersion5.sha1(bytes)
    high = digest[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = digest[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Thirty-two hexadecimal digits.
  public var description: String {
    var bytes: [UInt8] = []
    Hex.append(high, to: &bytes)
    Hex.append(low, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
