import Bytes
import Testing

@Suite struct VarintTests {
  /// Numbers around each power of two.
  private static let numbers: [UInt64] =
    [0, .max] + (0..<64).flatMap { bit in [(1 << bit) - 1, 1 << bit, (1 << bit) + 1] as [UInt64] }

  @Test(arguments: numbers)
  func numbersAreReadBack(_ value: UInt64) throws {
    var bytes: [UInt8] = [0xff]
    Varint.append(value, to: &bytes)
    // Seven bits a byte, and one byte for 0.
    #expect(bytes.count == 1 + max(1, (70 - value.leadingZeroBitCount) / 7))
    bytes.append(0x80)
    var place = 1
    #expect(try Varint.read(bytes, at: &place, end: bytes.count - 1) == value)
    #expect(place == bytes.count - 1)
  }

  @Test(arguments: numbers)
  func cutNumbersEndTooEarly(_ value: UInt64) {
    var bytes: [UInt8] = []
    Varint.append(value, to: &bytes)
    for end in 0..<bytes.count {
      var place = 0
      #expect(throws: Varint.Failure.endsTooEarly) { try Varint.read(bytes, at: &place, end: end) }
    }
  }

  @Test func moreBitsThanThereMayBeAreRefused() throws {
    let bytes = [UInt8](repeating: 0x80, count: 9) + [1]
    var place = 0
    #expect(try Varint.read(bytes, at: &place, end: 10) == 1 << 63)
    place = 0
    #expect(throws: Varint.Failure.tooLong) { try Varint.read(bytes, at: &place, end: 10, bits: 63) }
    place = 0
    let longer = [UInt8](repeating: 0x80, count: 10) + [1]
    #expect(throws: Varint.Failure.tooLong) { try Varint.read(longer, at: &place, end: 11) }
  }

  @Test func theFormIsLEB128() {
    var bytes: [UInt8] = []
    Varint.append(624_485, to: &bytes)
    #expect(bytes == [0xe5, 0x8e, 0x26])
  }
}
