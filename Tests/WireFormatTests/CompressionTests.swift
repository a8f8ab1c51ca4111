import SeededGenerator
import Testing
import WireFormat

/// LZ4 blocks.
@Suite struct CompressionTests {
  private func samples() -> [[UInt8]] {
    var generator = SeededGenerator(seed: 3)
    let noise = (0..<5_000).map { _ in UInt8(generator.pick(0...255)) }
    return [[], [7], Array(repeating: 65, count: 100_000), noise, Array("abcabcabcabd".utf8)]
  }

  @Test func givesBackWhatWasCompressed() throws {
    for bytes in samples() {
      #expect(try Compression.decompress(Compression.compress(bytes)) == bytes)
    }
    #expect(Compression.compress(samples()[2]).count < 1_000)
  }

  @Test func everyTruncationIsAnError() {
    for bytes in samples().dropFirst() {
      let block = Compression.compress(bytes)
      for end in block.indices.prefix(600) {
        #expect(throws: CodecError.self) { try Compression.decompress(Array(block[..<end])) }
      }
    }
  }

  @Test func damageIsAnErrorOrOtherBytesOfTheSameLength() throws {
    var generator = SeededGenerator(seed: 4)
    let bytes = Array("the same words again and again, the same words again and again".utf8)
    let block = Compression.compress(bytes)
    for _ in 0..<3_000 {
      var damaged = block
      damaged[Int(generator.pick(4...Int64(block.count - 1)))] ^= UInt8(generator.pick(1...255))
      if let result = try? Compression.decompress(damaged) { #expect(result.count == bytes.count) }
    }
  }

  @Test func aDamagedLengthAsksForNoMemory() {
    for length: [UInt8] in [[0xff, 0xff, 0xff, 0xff], [1, 0, 0, 4], [0, 0, 0, 0]] {
      #expect(throws: CodecError.self) { try Compression.decompress(length + [0x50, 65, 65, 65, 65, 65]) }
    }
  }
}
