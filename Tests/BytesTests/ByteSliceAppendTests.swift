import Bytes
import Testing

@Suite struct ByteSliceAppendTests {
  private static let source = (0..<64).map { UInt8($0) }

  @Test(arguments: [0, 1, 7, 8, 9, 31, 32, 33, 64])
  func blocksAreAppendedAsTheyAre(_ count: Int) {
    let slice = ByteSlice(offset: 64 - count, length: count)
    let expected = Array(ByteSliceAppendTests.source.suffix(count))
    for start in [[], [9], Array(repeating: 9, count: 100)] as [[UInt8]] {
      var bytes = start
      // Another one holds the same memory, and must not see what is appended.
      let held = bytes
      bytes.append(slice, of: ByteSliceAppendTests.source)
      #expect(bytes == start + expected)
      bytes.append(expected.span)
      bytes.append(all: expected)
      expected.withUnsafeBufferPointer { bytes.append(block: $0) }
      #expect(bytes == start + expected + expected + expected + expected)
      #expect(held == start)
    }
  }

  @Test func nothingIsAppendedOfNoMemory() {
    var bytes: [UInt8] = [1]
    bytes.append(block: UnsafeBufferPointer(start: nil, count: 0))
    #expect(bytes == [1])
  }

  @Test func appendingManyTimesGrowsNowAndThen() {
    var bytes: [UInt8] = []
    var (growths, capacity) = (0, 0)
    for _ in 0..<10_000 {
      bytes.append("abc")
      if bytes.capacity != capacity { growths += 1 }
      capacity = bytes.capacity
    }
    #expect(bytes.count == 30_000)
    #expect(growths < 20)
  }

  @Test func wordsBeginWithTheirLowestByte() {
    var bytes: [UInt8] = [7]
    bytes.append(littleEndian: 0x0807_0605_0403_0201)
    bytes.append(littleEndian: .max)
    #expect(bytes == [7, 1, 2, 3, 4, 5, 6, 7, 8] + [UInt8](repeating: 0xff, count: 8))
  }
}
