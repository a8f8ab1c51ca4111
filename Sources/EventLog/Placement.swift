/// Kafka's default placement of keyed records, so that a producer that keys by customer pays nothing.
public enum Placement {
  /// The partition of a key: `(murmur2(key) & 0x7fffffff) mod partitions`, as the Java client does it.
  @inlinable
  public static func partition(of key: some Collection<UInt8>, partitions: Int32) -> Int32 {
    Int32(murmur2(key) & 0x7fff_ffff) % partitions
  }

  /// MurmurHash2, 32 bits, seed 0x9747b28c, over little-endian words
  /// (org.apache.kafka.common.utils.Utils.murmur2).
  @inlinable
  public static func murmur2(_ key: some Collection<UInt8>) -> UInt32 {
    key.withContiguousStorageIfAvailable { murmur2($0.span.bytes) } ?? murmur2(Array(key).span.bytes)
  }

  @usableFromInline
  static func murmur2(_ key: RawSpan) -> UInt32 {
    let multiplier: UInt32 = 0x5bd1_e995
    var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: key.byteCount)
    var at = 0
    while at + 4 <= key.byteCount {
      var word = UInt32(littleEndian: key.unsafeLoadUnaligned(fromByteOffset: at, as: UInt32.self))
      word = word &* multiplier
      word ^= word >> 24
      word = word &* multiplier
      hash = hash &* multiplier
      hash ^= word
      at += 4
    }
    if at < key.byteCount {
      for place in at..<key.byteCount {
        hash ^= UInt32(key.unsafeLoad(fromByteOffset: place, as: UInt8.self)) << (8 * UInt32(place - at))
      }
      hash = hash &* multiplier
    }
    hash ^= hash >> 13
    hash = hash &* multiplier
    hash ^= hash >> 15
    return hash
  }
}
