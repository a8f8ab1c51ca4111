import Foundation
import JourneyRules
import SeededGenerator
import Testing

/// Decimal numbers: what is one, and how they compare.
@Suite struct DecimalNumberTests {
  @Test(arguments: [
    "", "+", "-", ".", ".5", "5.", "1.2.3", "1e", "1e+", "e1", "0x10", "1,000", " 1", "1 ", "nan", "inf",
    "--1",
    "1e100000", "1e-100000", "١",
  ]) func thisIsNoNumber(_ text: String) { #expect(DecimalNumber(text) == nil) }

  @Test(arguments: [
    ("0", "-0.00"), ("1", "1.0"), ("+1", "001"), ("10", "1e1"), ("0.1", "1E-1"), ("100e-2", "1"),
    ("0e99999", "0"), ("123456789012345678901234567890", "1.2345678901234567890123456789e29"),
  ]) func theseAreEqual(_ left: String, _ right: String) throws {
    let numbers = (try #require(DecimalNumber(left)), try #require(DecimalNumber(right)))
    #expect(numbers.0 == numbers.1)
    #expect(!(numbers.0 < numbers.1) && !(numbers.1 < numbers.0))
  }

  @Test func numbersAreInOrder() throws {
    let ordered = [
      "-1e99999", "-100", "-99.9", "-1", "-0.1", "-1e-5", "0", "1e-99999", "0.09", "0.1", "0.11", "1",
      "1.0000000000000000000000000000001", "9.99", "10", "99999999999999999999", "1e20",
    ]
    let numbers = try ordered.map { try #require(DecimalNumber($0)) }
    for left in numbers.indices {
      for right in numbers.indices { #expect((numbers[left] < numbers[right]) == (left < right)) }
    }
  }

  @Test func onlyTheFirst38DigitsCount() throws {
    let digits = String(repeating: "1", count: 37)
    #expect(try #require(DecimalNumber(digits + "2")) > #require(DecimalNumber(digits + "1")))
    #expect(try #require(DecimalNumber(digits + "12")) == #require(DecimalNumber(digits + "11")))
  }

  @Test(arguments: [
    ("0", true), ("1", true), ("1.0", true), ("1.5", false), ("15e-1", false), ("150e-1", true),
    ("1e40", true),
    ("0.1", false), ("12345678901234567890.5", false), ("12345678901234567890123.0", true), ("1e18", true),
    ("-3.25", false),
  ]) func anIntegerHasNoFraction(_ text: String, _ isInteger: Bool) throws {
    #expect(try #require(DecimalNumber(text)).isInteger == isInteger)
  }

  @Test func comparesAsFoundationsDecimals() throws {
    var generator = SeededGenerator(seed: 7)
    func text() -> String {
      var text = generator.chance(40) ? "-" : ""
      text += (0..<generator.pick(1...12)).map { _ in String(generator.pick(0...9)) }.joined()
      if generator.chance(60) {
        text += "." + (0..<generator.pick(1...12)).map { _ in String(generator.pick(0...2)) }.joined()
      }
      if generator.chance(30) { text += "e\(generator.pick(-5...5))" }
      return text
    }
    var counts = [0, 0, 0]
    for _ in 0..<20_000 {
      let left = text()
      let right = generator.chance(30) ? left + (left.contains("e") ? "" : "e0") : text()
      let numbers = (try #require(DecimalNumber(left)), try #require(DecimalNumber(right)))
      let expected = (try #require(Decimal(string: left)), try #require(Decimal(string: right)))
      #expect((numbers.0 < numbers.1) == (expected.0 < expected.1), "\(left) \(right)")
      #expect((numbers.0 == numbers.1) == (expected.0 == expected.1), "\(left) \(right)")
      counts[expected.0 < expected.1 ? 0 : expected.0 == expected.1 ? 1 : 2] += 1
    }
    #expect(counts.allSatisfy { $0 > 2_000 })
  }

  /// One meaning of Integer: the value has no fraction and 38 digits at most, however it is written.
  @Test(
    arguments: [
      ("10", "10"), ("10.0", "10"), ("1e1", "10"), ("1E2", "100"), ("0.1e1", "1"), ("-0", "0"),
      ("-5.000", "-5"), ("+7", "7"),
      ("007", "7"), ("10.5", nil), ("1e-1", nil), ("100e-2", "1"), ("9007199254740993", "9007199254740993"),
      ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
      ("1e37", "1" + String(repeating: "0", count: 37)),
      ("1e38", nil),
    ] as [(String, String?)]) func anIntegerIsWrittenInDigits(_ text: String, _ digits: String?) throws
  {
    #expect(try #require(DecimalNumber(text)).integerText == digits)
  }
}
