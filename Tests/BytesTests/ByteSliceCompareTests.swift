import Bytes
import Testing

/// Comparison of bytes that lie in two arrays.
@Suite struct ByteSliceCompareTests {
  @Test(arguments: 0...25)
  func everyByteCounts(_ count: Int) {
    let source = [UInt8](repeating: 1, count: 3) + (0..<count).map { UInt8($0 + 40) } + [2, 2]
    let slice = ByteSlice(offset: 3, length: count)
    let others = [9, 9] + source[slice.indices] + [9]
    #expect(slice.equals(source, others, at: 2))
    for place in 0..<count {
      var changed = others
      changed[2 + place] ^= 0x80
      #expect(!slice.equals(source, changed, at: 2), "byte \(place) of \(count)")
    }
  }

  @Test func whatIsNotThereIsNotEqual() {
    let source: [UInt8] = Array(0..<20)
    let slice = ByteSlice(offset: 4, length: 9)
    let others = Array(source[slice.indices])
    for start in [-1, 1] { #expect(!slice.equals(source, others, at: start)) }
    #expect(slice.equals(source, others, at: 0))
    #expect(!slice.equals(source, Array(others.dropLast()), at: 0))
    #expect(!ByteSlice(offset: 12, length: 9).equals(source, source, at: 12))
    #expect(ByteSlice.empty.equals([], [], at: 0))
  }
}
