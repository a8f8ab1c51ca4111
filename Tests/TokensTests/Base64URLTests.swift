import Foundation
import SeededGenerator
import Testing

@testable import Tokens

@Suite struct Base64URLTests {
  @Test func everySequenceHasOneText() {
    var random = SeededGenerator(seed: 2)
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(Base64URL.decoded(SigningKey.base64URL(bytes).utf8) == bytes)
    }
    // Of all texts of two and three characters only those that an encoder writes.
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    for first in alphabet {
      for second in alphabet {
        for text in [[first, second], [first, 0x41, second]] {
          let decoded = Base64URL.decoded(text)
          let isWritten = decoded.map { SigningKey.base64URL($0) == String(decoding: text, as: UTF8.self) }
          #expect(isWritten != false)
          #expect(
            (decoded != nil) == ((alphabet.firstIndex(of: second) ?? 0) % (text.count == 2 ? 16 : 4) == 0))
        }
      }
    }
  }

  @Test(arguments: ["A", "AAAAA", "AA==", "AAA=", "A+AA", "A/AA", "AA A", "AA\n", "ÄÄ", "AA.A", "\u{0}AAA"])
  func noTexts(text: String) { #expect(Base64URL.decoded(text.utf8) == nil) }
}
