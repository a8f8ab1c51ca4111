import Testing
import WireFormat

/// The alphabet of the state codec.
@Suite struct BinaryCodecTests {
  @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, Int.max, -1, Int.min])
  func numbersComeBack(_ number: Int) throws {
    var writer = BinaryWriter()
    writer.number(number)
    var reader = BinaryReader(writer.bytes)
    #expect(try reader.number() == number)
    #expect(reader.isAtEnd)
    if number >= 0, number < 128 { #expect(writer.bytes.count == 1) }
  }

  @Test func fixedNumbersAndTextComeBack() throws {
    var writer = BinaryWriter()
    writer.fixed(0x0102_0304_0506_0708)
    writer.text("é\u{0}".utf8)
    writer.section(9) { $0.byte(7) }
    #expect(writer.bytes.first == 8)
    var reader = BinaryReader(writer.bytes)
    #expect(try reader.fixed() == 0x0102_0304_0506_0708)
    #expect(try reader.text() == Array("é\u{0}".utf8))
    var (tag, body) = try reader.section()
    #expect(tag == 9)
    #expect(try body.byte() == 7)
    #expect(body.isAtEnd)
    #expect(reader.isAtEnd)
  }

  @Test func aLengthBeyondTheEndIsAnError() {
    for bytes: [UInt8] in [[], [5, 1], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]] {
      #expect(throws: CodecError.self) {
        var reader = BinaryReader(bytes)
        return try reader.text()
      }
    }
    #expect(throws: CodecError.self) {
      var reader = BinaryReader([UInt8](repeating: 0xff, count: 11))
      return try reader.number()
    }
    #expect(throws: CodecError.self) {
      var reader = BinaryReader([1, 0xff, 0xff, 0xff, 0xff, 0])
      return try reader.section().tag
    }
    #expect(throws: CodecError.self) {
      var reader = BinaryReader([1, 2, 3, 4, 5, 6, 7])
      return try reader.fixed()
    }
  }
}
