import Bytes
import Foundation
import Testing

@Suite struct JSONTextTests {
  /// A reader of JSON that knows nothing of this one.
  private func read(_ bytes: [UInt8]) throws -> String? {
    try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) as? String
  }

  @Test func everyCharacterIsReadBackAtEveryPlace() throws {
    for scalar in (0 as UInt8)..<0x80 {
      for before in 0...9 {
        let text = String(repeating: "x", count: before) + String(Unicode.Scalar(scalar)) + "ü"
        var whole: [UInt8] = []
        JSONText.append(text, to: &whole)
        #expect(try read(whole) == text, "\(scalar) behind \(before)")
        let source = [ASCII.quote] + Array(text.utf8) + [ASCII.quote]
        var slice: [UInt8] = []
        JSONText.append(ByteSlice(offset: 1, length: text.utf8.count), of: source, to: &slice)
        #expect(slice == whole)
        // Not in one piece: byte by byte.
        var bytewise: [UInt8] = []
        JSONText.append(text.utf8.lazy.map { $0 }, to: &bytewise)
        #expect(bytewise == whole)
      }
    }
  }

  @Test func escapesAreTheirOwnInverse() {
    for byte in UInt8.min...UInt8.max {
      guard let letter = JSONText.escape(of: byte) else { continue }
      #expect(JSONText.byte(escapedAs: letter) ?? letter == byte)
    }
    #expect(JSONText.byte(escapedAs: UInt8(ascii: "u")) == nil)
    #expect(JSONText.byte(escapedAs: UInt8(ascii: "b")) == 0x08)
    #expect(JSONText.byte(escapedAs: UInt8(ascii: "f")) == 0x0c)
  }

  @Test(arguments: [0, 7, -7, 10, 99, 100, .max, .min])
  func numbers(_ number: Int) {
    var bytes: [UInt8] = []
    JSONText.append(number, to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "\(number)")
  }

  @Test func aQuoteOrABackslashOfEightBytesIsFound() {
    for byte in UInt8.min...UInt8.max {
      for place in 0..<8 {
        var bytes = [UInt8](repeating: ASCII.space, count: 8)
        bytes[place] = byte
        let word = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        let found = JSONText.ends(word)
        let isEnd = byte == ASCII.quote || byte == ASCII.backslash
        #expect((found == 0) == !isEnd, "byte \(byte)")
        if isEnd { #expect(found.trailingZeroBitCount >> 3 == place) }
        #expect(JSONText.needsEscape(eight: word) == (isEnd || byte < ASCII.space), "byte \(byte)")
        #expect(JSONText.hasZero(word) == (byte == 0))
      }
    }
  }
}
