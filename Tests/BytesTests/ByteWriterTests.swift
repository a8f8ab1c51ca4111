import Bytes
import Testing

@Suite struct ByteWriterTests {
  /// The same pieces, into an array and through writers with little and with much room.
  @Test(arguments: [0, 1, 63, 64, 65, 4_096])
  func whatIsWrittenIsWhatAnArrayTakes(_ room: Int) {
    let source = (0..<200).map { UInt8($0) }
    var writer = ByteWriter(room: room)
    var array: [UInt8] = []
    for round in 0..<300 {
      let slice = ByteSlice(offset: round % 100, length: round * 7 % 100)
      writer.append(UInt8(round % 256))
      array.append(UInt8(round % 256))
      writer.append("literal")
      array.append("literal")
      writer.append(slice, of: source)
      array.append(slice, of: source)
      writer.append(all: source)
      array.append(all: source)
      writer.append(contentsOf: source.reversed())
      array.append(contentsOf: source.reversed())
      writer.append(count: 3) { $0[1] = 9 }
      array.append(contentsOf: [0, 9, 0])
      JSONText.append("a\"\n\u{1}ü", to: &writer)
      JSONText.append("a\"\n\u{1}ü", to: &array)
      JSONText.append(slice, of: source, to: &writer)
      JSONText.append(slice, of: source, to: &array)
      JSONText.append(round - 150, to: &writer)
      JSONText.append(round - 150, to: &array)
    }
    var written: [UInt8] = [1, 2]
    writer.append(to: &written)
    #expect(written == [1, 2] + array)
  }

  /// Numbers have the forms that arrays give them, wherever room ends.
  @Test(arguments: 50..<70)
  func numbersHaveTheFormsOfArrays(_ before: Int) {
    for number in [0, 0x7f, 0x80, 0x3fff, 0x4000, 1 << 56, 1 << 63, .max] as [UInt64] {
      var writer = ByteWriter(room: 64)
      var array: [UInt8] = []
      for byte in 0..<before {
        writer.append(UInt8(byte))
        array.append(UInt8(byte))
      }
      writer.append(varint: number)
      Varint.append(number, to: &array)
      writer.append(littleEndian: number)
      array.append(littleEndian: number)
      writer.overwrite(at: before, littleEndian: 0x0403_0201)
      array.replaceSubrange(before..<(before + 4), with: [1, 2, 3, 4])
      #expect(writer.count == array.count)
      var written: [UInt8] = []
      writer.append(to: &written)
      #expect(written == array)
    }
  }

  /// Room is asked for at −1, 0 and +1 of what there is.
  @Test(arguments: [63, 64, 65])
  func pieceByPieceItGrows(_ count: Int) {
    var writer = ByteWriter(room: 64)
    for byte in 0..<count { writer.append(UInt8(byte)) }
    writer.append(block: UnsafeBufferPointer(start: nil, count: 0))
    var written: [UInt8] = []
    writer.append(to: &written)
    #expect(written == (0..<count).map { UInt8($0) })
  }
}
