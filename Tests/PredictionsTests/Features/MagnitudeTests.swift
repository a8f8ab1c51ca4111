import Bytes
import Foundation
import Predictions
import Testing

/// How large numbers are.
@Suite struct MagnitudeTests {
  private func magnitude(_ text: String) -> Magnitude? {
    let bytes = Array(text.utf8)
    return Magnitude(ByteSlice(offset: 0, length: bytes.count), of: bytes)
  }

  @Test(arguments: [
    ("1", 1, 0), ("1.18", 1, 0), ("1.19", 1, 1), ("1.42", 1, 2), ("1.69", 1, 3), ("1.99", 1, 3), ("2", 1, 4),
    ("-2", -1, 4), ("0.5", 1, -4), ("0", 0, 0), ("-0.0", 0, 0), ("20000", 1, 57), ("2e4", 1, 57),
  ])
  func isASignAndAQuarterOfAnOctave(text: String, sign: Int8, quarters: Int16) {
    let magnitude = magnitude(text)
    #expect(magnitude?.sign == sign)
    #expect(magnitude?.quarters == quarters)
  }

  @Test(arguments: ["", "a", "inf", "nan", "0x10", "1 ", "1e999", String(repeating: "1", count: 65), "--1"])
  func nothingElseIsANumber(text: String) { #expect(magnitude(text) == nil) }

  @Test func agreesWithTheLibrarysLogarithm() {
    for step in 1...5_000 {
      let value = Double(step) * 0.037 + 0.0001
      let quarters = Int16(floor(log2(value) * 4))
      #expect(Magnitude(value)?.quarters == quarters, "\(value)")
    }
  }

  @Test func storedOnesArePossible() {
    #expect(Magnitude(sign: 0, quarters: 1) == nil)
    #expect(Magnitude(sign: 2, quarters: 0) == nil)
    #expect(Magnitude(sign: 1, quarters: 4_101) == nil)
    for value in [1e308, .leastNonzeroMagnitude, -1.5, 0] {
      guard let magnitude = Magnitude(value) else { return #expect(Bool(false), "\(value)") }
      #expect(Magnitude(sign: magnitude.sign, quarters: magnitude.quarters) == magnitude)
    }
  }
}
