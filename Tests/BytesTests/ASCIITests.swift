import Bytes
import Testing

@Suite struct ASCIITests {
  @Test func namesAreTheirCharacters() {
    let named: [(UInt8, Character)] = [
      (ASCII.tab, "\t"), (ASCII.newline, "\n"), (ASCII.carriageReturn, "\r"), (ASCII.space, " "),
      (ASCII.quote, "\""), (ASCII.percent, "%"), (ASCII.plus, "+"), (ASCII.comma, ","), (ASCII.hyphen, "-"),
      (ASCII.point, "."), (ASCII.slash, "/"), (ASCII.zero, "0"), (ASCII.nine, "9"), (ASCII.colon, ":"),
      (ASCII.semicolon, ";"), (ASCII.question, "?"), (ASCII.at, "@"), (ASCII.openBracket, "["),
      (ASCII.backslash, "\\"), (ASCII.closeBracket, "]"), (ASCII.underscore, "_"), (ASCII.openBrace, "{"),
      (ASCII.closeBrace, "}"),
    ]
    for (byte, character) in named { #expect(character.asciiValue == byte, "\(character)") }
  }

  @Test func lettersAndDigitsAreTheStandardLibrarys() {
    for byte in (0 as UInt8)..<0x80 {
      let character = Character(Unicode.Scalar(byte))
      #expect(ASCII.digits.contains(byte) == character.isWholeNumber)
      #expect(ASCII.capitals.contains(byte) == character.isUppercase)
      #expect(ASCII.smallLetters.contains(byte) == character.isLowercase)
      #expect(ASCII.lowercased(byte) == character.lowercased().utf8.first)
    }
    for byte in (0x80 as UInt8)...UInt8.max { #expect(ASCII.lowercased(byte) == byte) }
  }
}
