internal import EventLog
internal import Testing

@Suite struct HeaderBlockTests {
  private static func sample() -> HeaderBlock {
    var block = HeaderBlock([("ce_id", "a-1"), ("leer", ""), ("ce_id", "zweite: ü")])
    block.append("null", nil)
    block.append("", [0, 255])
    return block
  }

  @Test func headersComeBackInOrder() {
    let headers = Self.sample().headers
    #expect(headers.map(\.name) == ["ce_id", "leer", "ce_id", "null", ""])
    #expect(headers.map(\.value) == [Array("a-1".utf8), [], Array("zweite: ü".utf8), nil, [0, 255]])
  }

  @Test func theFirstOfANameIsItsText() {
    let block = Self.sample()
    #expect(block.text("ce_id") == "a-1")
    #expect(block.text("leer") == "")
    #expect(block.text("null") == nil)
    #expect(block.text("missing") == nil)
  }

  @Test func bytesAreTheBlock() {
    let block = Self.sample()
    #expect(HeaderBlock(bytes: block.bytes) == block)
    #expect(HeaderBlock().headers.isEmpty)
  }

  @Test func layoutIsFixed() {
    // Stored in files: a change of the layout would be a change of the file format.
    var block = HeaderBlock()
    block.append("ab", [9])
    block.append("c", nil)
    #expect(block.bytes == [2, 0, 97, 98, 1, 0, 0, 0, 9, 1, 0, 99, 255, 255, 255, 255])
  }

  @Test func everyDamagedTailEndsTheList() {
    let bytes = Self.sample().bytes
    let whole = HeaderBlock(bytes: bytes).headers.map(\.name)
    for length in 0..<bytes.count {
      let names = HeaderBlock(bytes: bytes.prefix(length)).headers.map(\.name)
      #expect(names.count < whole.count && names == Array(whole.prefix(names.count)))
    }
  }

  @Test func aValueIsFoundInAnArena() {
    let block = Self.sample().bytes
    let arena = [UInt8](repeating: 7, count: 5) + block + [9, 9, 9]
    func find(_ name: String, _ length: Int) -> [UInt8]? {
      HeaderBlock.find(Array(name.utf8), in: arena, ByteSlice(offset: 5, length: length)).map {
        Array(arena[$0])
      }
    }
    #expect(find("ce_id", block.count) == Array("a-1".utf8))
    #expect(find("leer", block.count) == [])
    #expect(find("null", block.count) == nil)
    #expect(find("", block.count) == [0, 255])
    #expect(find("ce_i", block.count) == nil)
    // A damaged end is no value, and nothing behind it is looked at.
    for length in 0..<block.count { #expect(find("", length) == nil) }
    let absurd: [UInt8] = [1, 0, 97, 255, 255, 255, 127, 1]
    #expect(HeaderBlock.find([97], in: absurd, ByteSlice(offset: 0, length: absurd.count)) == nil)
  }

  @Test func absurdLengthsEndTheList() {
    #expect(HeaderBlock(bytes: [255, 255, 1]).headers.isEmpty)
    #expect(HeaderBlock(bytes: [1, 0, 97, 255, 255, 255, 127]).headers.isEmpty)
    #expect(HeaderBlock(bytes: [1, 0, 97, 0, 0, 0, 128]).headers.map(\.value) == [nil])
  }

  @Test func aNameThatIsTooLongIsCut() {
    let block = HeaderBlock([(String(repeating: "n", count: 70_000), "v")])
    #expect(block.headers.first?.name.utf8.count == 65_535)
    #expect(block.headers.first?.value == Array("v".utf8))
  }
}
