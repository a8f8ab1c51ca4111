/// A feature's number: 32 bits, never 0.
///
/// The top bit marks counts. Of those the lowest three bits are the bucket, so that whoever trains can tell
/// the buckets of one name, and no other; all other bits are a digest.
package struct Token: Sendable, Hashable, Comparable, BitwiseCopyable {
  package let bits: UInt32

  private static let countMark: UInt32 = 1 << 31
  private static let bucketBits: UInt32 = 7

  /// The token of these bits; `nil` for 0, which marks empty places.
  package init?(bits: UInt32) {
    guard bits != 0 else { return nil }
    self.bits = bits
  }

  private init(known bits: UInt32) { self.bits = bits }

  package init(_ feature: Feature) {
    if feature.family == .count {
      let digest = Mixing.mix(UInt64(feature.family.rawValue), UInt64(feature.first) << 32)
      let name = UInt32(truncatingIfNeeded: digest) & ~(Token.countMark | Token.bucketBits)
      bits = Token.countMark | name | feature.second & Token.bucketBits
    } else {
      let about = UInt64(feature.first) << 32 | UInt64(feature.second)
      let digest = Mixing.mix(UInt64(feature.family.rawValue), about)
      bits = max(UInt32(truncatingIfNeeded: digest) & ~Token.countMark, 1)
    }
  }

  /// Whether it counts events of a name.
  package var isCount: Bool { bits & Token.countMark != 0 }

  /// Which bucket of `Steps.counts` it says; means nothing for other tokens.
  package var bucket: Int { Int(bits & Token.bucketBits) }

  /// The token of another bucket of the same name.
  package func with(bucket: Int) -> Token {
    Token(known: bits & ~Token.bucketBits | UInt32(bucket) & Token.bucketBits)
  }

  package static func < (left: Token, right: Token) -> Bool { left.bits < right.bits }
}
