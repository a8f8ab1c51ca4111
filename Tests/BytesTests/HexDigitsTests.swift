import Bytes
import Testing

@Suite struct HexDigitsTests {
  private func text(_ value: UInt32) -> String {
    withUnsafeBytes(of: Hex.digits(value).bigEndian) { String(decoding: $0, as: UTF8.self) }
  }

  @Test func eightDigitsOfANumberAreThoseOfItsText() {
    let numbers: [UInt32] = [0, 9, 10, 15, 16, 0x9999_9999, 0xaaaa_aaaa, 0x0f0f_0f0f, .max]
    for number in numbers + (1...10_000).map({ $0 &* 0x9e37_79b9 }) {
      let digits = String(number, radix: 16)
      #expect(text(number) == String(repeating: "0", count: 8 - digits.count) + digits)
    }
  }
}
