import Testing
import WireFormat

/// Digests of outputs and state.
@Suite struct DigestTests {
  private func digest(_ parts: [[UInt8]]) -> String {
    var digest = Digest()
    for part in parts { digest.append(part) }
    return digest.text
  }

  @Test func everyBitOrderAndLengthCounts() {
    let bytes = Array("a record of some length, longer than one lane of the hash".utf8)
    var seen: Set<String> = [digest([bytes])]
    for index in bytes.indices {
      for bit in 0..<8 {
        var other = bytes
        other[index] ^= 1 << UInt8(bit)
        seen.insert(digest([other]))
      }
      seen.insert(digest([Array(bytes[..<index])]))
    }
    #expect(seen.count == 1 + bytes.count * 9)
    #expect(digest([[1], [2]]) != digest([[2], [1]]))
    #expect(digest([[1]]) != digest([[1], []]))
  }

  @Test func aRangeIsTheSameAsItsBytes() {
    let bytes = Array("0123456789".utf8)
    var left = Digest()
    left.append(bytes, 2..<7)
    var right = Digest()
    right.append(Array(bytes[2..<7]))
    #expect(left == right)
  }

  @Test func numbersCount() {
    var seen: Set<UInt64> = []
    for number in [0, 1, -1, Int64.max, Int64.min, 1 << 32] as [Int64] {
      var digest = Digest()
      digest.append(number)
      seen.insert(digest.value)
    }
    #expect(seen.count == 6)
  }

  @Test func theTextHasSixteenDigits() {
    #expect(Digest().text == "0000000000000000")
    // XXH3 of nothing with seed 0.
    #expect(digest([[]]) == "2d06800538d394c2")
  }
}
