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
    #expect((0..<4).map { _ in look("/shop/cart", digest: 5, in: &memory) } == [false, true, true, true])
    // Another one with the same digest is read, and then in its place.
    #expect(!look("/shop/item", digest: 5, in: &memory))
    #expect(look("/shop/item", digest: 5, in: &memory))
    #expect(!look("/shop/cart", digest: 5, in: &memory))
  }

  /// Three pages of which two have a place: the one that was asked for longest ago makes room.
  @Test func aPageThatComesAgainDrivesOutAnotherOne() {
    var memory = PageMemory()
    let step = UInt64(PageMemory.maxPages / 2)
    func look(_ page: Int) -> Bool {
      self.look("/\(letters(page))", digest: 1 + UInt64(page) * step, in: &memory)
    }
    #expect([0, 1, 0, 1, 0].map { look($0) } == [false, false, true, true, true])
    // Not kept when it comes for the first time.
    #expect([2, 2, 2].map { look($0) } == [false, false, true])
    #expect([0, 1].map { look($0) } == [true, false])
  }

  @Test func allAreForgottenWhenTheyTakeTooMuch() {
    var memory = PageMemory()
    let count = PageMemory.maxBytes / PageMemory.maxPageBytes
    func look(_ page: Int) -> Bool {
      let start = "/\(letters(page))"
      let text = start + String(repeating: "x", count: PageMemory.maxPageBytes - start.utf8.count)
      return self.look(text, digest: UInt64(1 + page), in: &memory)
    }
    for page in 0..<count { #expect(!look(page)) }
    #expect(look(0) && look(count - 1))
    #expect(!look(count))
    #expect(look(count) && !look(0) && look(0))
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
    #expect(known == [false, beyond <= 0, beyond <= 0])
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
