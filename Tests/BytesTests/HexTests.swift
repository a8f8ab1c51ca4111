import Bytes
import Testing

@Suite struct HexTests {
  @Test func digitsAreReadBackAndNothingElseIsOne() {
    for byte in UInt8.min...UInt8.max {
      // The standard library's reading of the same character is the oracle; beyond ASCII there are no digits.
      let expected = byte < 0x80 ? Character(Unicode.Scalar(byte)).hexDigitValue : nil
      #expect(Hex.value(of: byte).map(Int.init) == expected, "byte \(byte)")
    }
    for value in UInt8(0)..<16 {
      #expect(Hex.value(of: Hex.digit(value)) == value)
      #expect(Hex.digit(value | 0xf0) == Hex.digit(value))
    }
  }

  @Test(arguments: [0, 1, 0x0123_4567_89ab_cdef, 0x8000_0000_0000_0000, UInt64.max])
  func numbersHaveAllTheirDigits(_ value: UInt64) {
    var bytes: [UInt8] = [7]
    Hex.append(value, to: &bytes)
    let digits = String(value, radix: 16)
    #expect(bytes.first == 7)
    #expect(
      String(decoding: bytes.dropFirst(), as: UTF8.self)
        == String(repeating: "0", count: 16 - digits.count) + digits)
  }

  @Test func bytesHaveTwoDigits() {
    var bytes: [UInt8] = []
    for byte in [0x00, 0x0a, 0xa0, 0xff] as [UInt8] { Hex.append(byte, to: &bytes) }
    #expect(String(decoding: bytes, as: UTF8.self) == "000aa0ff")
  }
}
