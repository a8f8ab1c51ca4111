import Bytes
import SeededGenerator
import Testing

@Suite struct HexWordsTests {
  private func text(_ value: UInt32) -> String {
    withUnsafeBytes(of: Hex.digits(value).bigEndian) { String(decoding: $0, as: UTF8.self) }
  }

  @Test func eightDigitsOfANumberAreThoseOfItsText() {
    var generator = SeededGenerator(seed: 3)
    let numbers: [UInt32] = [0, 9, 10, 15, 16, 0x9999_9999, 0xaaaa_aaaa, 0x0f0f_0f0f, .max]
    for number in numbers + (0..<10_000).map({ _ in UInt32.random(in: 0 ... .max, using: &generator) }) {
      let digits = String(number, radix: 16)
      #expect(text(number) == String(repeating: "0", count: 8 - digits.count) + digits)
    }
  }
}
