internal import EventLog
internal import Testing

@Suite struct PlacementTests {
  /// From Kafka's own `UtilsTest.testMurmur2`.
  static let vectors: [(text: String, hash: Int32)] = [
    ("21", -973_932_308),
    ("foobar", -790_332_482),
    ("a-little-bit-long-string", -985_981_536),
    ("a-little-bit-longer-string", -1_486_304_829),
    ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
    ("abc", 479_470_107),
  ]

  @Test(arguments: vectors) func hashesLikeKafka(text: String, hash: Int32) {
    #expect(Int32(bitPattern: Placement.murmur2(Array(text.utf8))) == hash)
  }

  @Test(arguments: vectors) func partitionIsThePositiveRemainder(text: String, hash: Int32) {
    for partitions: Int32 in [1, 2, 3, 8, 64, 1000] {
      #expect(
        Placement.partition(of: Array(text.utf8), partitions: partitions) == (hash & 0x7fff_ffff) % partitions
      )
    }
  }

  @Test func everyKindOfBytesHashesAlike() {
    let bytes = Array("xxfoobaryy".utf8)
    #expect(Placement.murmur2(bytes[2..<8]) == Placement.murmur2(Array("foobar".utf8)))
    bytes.withUnsafeBytes { raw in
      #expect(
        Placement.murmur2(UnsafeRawBufferPointer(rebasing: raw[2..<8]))
          == Placement.murmur2(Array("foobar".utf8)))
    }
  }

  /// The algorithm byte by byte, as its author's reference has it.
  private func obviousHash(_ key: [UInt8]) -> UInt32 {
    let multiplier: UInt32 = 0x5bd1_e995
    var hash: UInt32 = 0x9747_b28c ^ UInt32(key.count)
    var rest = key[...]
    while rest.count >= 4 {
      var word = rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) } &* multiplier
      word ^= word >> 24
      hash = (hash &* multiplier) ^ (word &* multiplier)
      rest = rest.dropFirst(4)
    }
    if !rest.isEmpty {
      for (place, byte) in rest.enumerated() { hash ^= UInt32(byte) << UInt32(8 * place) }
      hash = hash &* multiplier
    }
    hash ^= hash >> 13
    hash = hash &* multiplier
    return hash ^ hash >> 15
  }

  @Test func everyLengthHashesAsByteByByte() {
    // Bytes from 0x80 on as well: the reference sign-extends nothing.
    let bytes = (0..<80).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 91) }
    for length in 0...64 {
      for start in 0..<8 {
        let key = Array(bytes[start..<start + length])
        #expect(Placement.murmur2(key) == obviousHash(key), "\(length) bytes from \(start)")
      }
    }
  }

  @Test func anEmptyKeyHasAPartition() {
    #expect((0..<7).contains(Placement.partition(of: [], partitions: 7)))
  }
}
