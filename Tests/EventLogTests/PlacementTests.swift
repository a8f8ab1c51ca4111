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

  @Test(arguments: vectors) func laneIsThePositiveRemainder(text: String, hash: Int32) {
    for partitions: Int32 in [1, 2, 3, 8, 64, 1000] {
      #expect(
        Placement.lane(of: Array(text.utf8), partitions: partitions) == (hash & 0x7fff_ffff) % partitions)
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

  @Test func anEmptyKeyHasALane() {
    #expect((0..<7).contains(Placement.lane(of: [], partitions: 7)))
  }
}
