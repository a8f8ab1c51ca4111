import SeededGenerator
import Testing

@testable import Predictions

/// Numbers of tokens beside a dictionary.
@Suite struct TokenNumbersTests {
  private static func token(_ bits: UInt32) throws -> Token { try #require(Token(bits: bits)) }

  @Test func agreeWithADictionary() throws {
    var generator = SeededGenerator(seed: 4)
    var numbers = TokenNumbers()
    var known: [UInt32: Int] = [:]
    for round in 0..<20_000 {
      // Often one again, and others that only differ in bits that places do not see.
      let bits = UInt32(generator.unit() * 6_000 + 1) &* (round % 3 == 0 ? 1 : 1 << 16) | 1
      let token = try Self.token(bits)
      #expect(numbers.number(of: token) == known[bits])
      let number = numbers.add(token)
      #expect(number == known[bits, default: known.count])
      known[bits] = number
    }
    #expect(numbers.count == known.count && known.count > 4_000)
    for (bits, number) in known { #expect(numbers.tokens[number] == bits) }
  }

  /// Around the sizes at which the table grows, from 512 tokens on.
  @Test(arguments: [511, 512, 513, 1_023, 1_024, 1_025]) func growWithWhatTheyHold(count: Int) throws {
    var numbers = TokenNumbers()
    for number in 0..<count { #expect(numbers.add(try Self.token(UInt32(number + 1))) == number) }
    for number in 0..<count { #expect(numbers.number(of: try Self.token(UInt32(number + 1))) == number) }
    #expect(numbers.number(of: try Self.token(UInt32(count + 1))) == nil)
  }
}
