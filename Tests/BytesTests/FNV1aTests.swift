import Bytes
import Testing

@Suite struct FNV1aTests {
  /// The vectors of its authors.
  @Test(
    arguments: zip(
      ["", "a", "foobar"], [0xcbf2_9ce4_8422_2325, 0xaf63_dc4c_8601_ec8c, 0x8594_4171_f739_67e8] as [UInt64]))
  func publishedDigests(_ text: String, _ digest: UInt64) {
    let bytes = [1, 2] + Array(text.utf8) + [3]
    let slice = ByteSlice(offset: 2, length: text.utf8.count)
    #expect(FNV1a(of: slice, in: bytes).value == digest)
    var steps = FNV1a()
    for byte in text.utf8 { steps.add(byte) }
    #expect(steps.value == digest)
  }
}
