import Bytes
import SeededGenerator
import Testing

@testable import Predictions

/// What pages came to is remembered, and never taken for that of another page.
@Suite struct PageMemoryTests {
  /// Looks a page up, reads it if it is not known, and says whether it was.
  private func look(_ text: String, digest: UInt64, in memory: inout PageMemory) -> Bool {
    let bytes = Array("..\(text)".utf8)
    let slice = ByteSlice(offset: 2, length: text.utf8.count)
    let right = PagePath(slice, of: bytes)
    if memory.knows(digest, slice, of: bytes) {
      #expect(memory.path(digest) == right)
      return true
    }
    memory.note(right, digest, slice, of: bytes)
    return false
  }

  @Test func isRememberedWhenItComesAgain() {
    var memory = PageMemory()
    #expect((0..<4).map { _ in look("/shop/cart", digest: 5, in: &memory) } == [false, false, true, true])
    // Another one with the same digest is read, and then in its place.
    #expect(!look("/shop/item", digest: 5, in: &memory))
    #expect(look("/shop/item", digest: 5, in: &memory))
    #expect(!look("/shop/cart", digest: 5, in: &memory))
  }

  /// As for facts that have no digest.
  @Test func withoutADigestNoneIsRemembered() {
    var memory = PageMemory()
    #expect((0..<4).allSatisfy { _ in !look("/shop", digest: 0, in: &memory) })
  }

  @Test(arguments: [-1, 0, 1])
  func longOnesAreReadEachTime(beyond: Int) {
    var memory = PageMemory()
    let page = "/" + String(repeating: "x", count: PageMemory.maxPageBytes + beyond - 1)
    let known = (0..<3).map { _ in look(page, digest: 9, in: &memory) }
    #expect(known == [false, false, beyond <= 0])
  }

  /// More pages than it has places and bytes for, whose digests are often the same.
  @Test func neverMistakesOneForAnother() {
    var generator = SeededGenerator(seed: 3)
    var memory = PageMemory()
    var known = 0
    for _ in 0..<40_000 {
      let number = Int(generator.pick(0...2_000))
      let page = "/" + String(repeating: letters(number), count: 1 + number % 60) + "/\(number)"
      if look(page, digest: UInt64(1 + number % 1_500), in: &memory) { known += 1 }
    }
    #expect(known > 1_000)
  }
}
