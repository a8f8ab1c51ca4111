import JourneyModel
import Testing

@testable import JourneyRules

/// What is remembered of events' values: never anything but what looking through them would give.
@Suite struct EventMemoryTests {
  private static let hits = [
    EventMemory.Hit(key: 3, criterion: 7, holds: true), EventMemory.Hit(key: 3, criterion: 9, holds: false),
  ]

  private func slice(_ bytes: [UInt8]) -> ByteSlice { ByteSlice(offset: 0, length: bytes.count) }

  /// The criteria that are remembered; `nil` if the value has to be looked through.
  private func known(_ memory: inout EventMemory, _ digest: UInt64, _ bytes: [UInt8], root: Int32 = 0)
    -> [Int32]?
  {
    guard case .known(let range) = memory.look(root, digest, slice(bytes), of: bytes) else { return nil }
    return range.map { memory[$0].criterion }
  }

  private func isSeenOnce(_ memory: inout EventMemory, _ digest: UInt64, _ bytes: [UInt8]) -> Bool {
    if case .seenOnce = memory.look(0, digest, slice(bytes), of: bytes) { return true }
    return false
  }

  @discardableResult
  private func remember(_ memory: inout EventMemory, _ digest: UInt64, _ bytes: [UInt8]) -> Range<Int32>? {
    memory.remember(0, digest, slice(bytes), of: bytes, hits: EventMemoryTests.hits)
  }

  @Test func aValueIsRememberedWhenItComesAgain() {
    var memory = EventMemory(roots: [true])
    let page = Array("{\"url\":\"/loans\"}".utf8)
    #expect(known(&memory, 5, page) == nil)
    #expect(isSeenOnce(&memory, 5, page))
    #expect(remember(&memory, 5, page)?.count == 2)
    #expect(known(&memory, 5, page) == [7, 9])
    #expect(memory.count == 1)
  }

  @Test func theBytesCountAndNotTheDigestAlone() {
    var memory = EventMemory(roots: [true])
    let page = Array("{\"url\":\"/loans\"}".utf8)
    for length in [page.count, page.count - 1, 7, 8, 9] {
      var other = Array(page.prefix(length))
      remember(&memory, 5, page)
      if length == page.count { other[length - 1] ^= 1 }
      #expect(known(&memory, 5, other) == nil, "\(length) bytes")
      #expect(known(&memory, 5, page) == [7, 9])
    }
    for place in page.indices {
      var other = page
      other[place] ^= 0x20
      #expect(known(&memory, 5, other) == nil, "byte \(place)")
    }
  }

  @Test func aNewerValueTakesThePlaceOfAnOlderOne() {
    var memory = EventMemory(roots: [true])
    let (older, newer) = (Array("\"a\"".utf8), Array("\"b\"".utf8))
    let digest = 5 + UInt64(EventMemory.maxValues)
    remember(&memory, 5, older)
    #expect(known(&memory, digest, newer) == nil)
    #expect(isSeenOnce(&memory, digest, newer))
    remember(&memory, digest, newer)
    #expect(known(&memory, digest, newer) == [7, 9])
    #expect(known(&memory, 5, older) == nil)
  }

  @Test func equalBytesUnderTwoRootsAreTwoValues() {
    var memory = EventMemory(roots: [true, true])
    let page = Array("\"a\"".utf8)
    remember(&memory, 5, page)
    #expect(known(&memory, 5, page, root: 1) == nil)
    #expect(known(&memory, 5, page) == [7, 9])
  }

  @Test func moreHitsThanThereIsRoomForAreNotRemembered() {
    let page = Array("\"a\"".utf8)
    for extra in [-1, 0, 1] {
      var memory = EventMemory(roots: [true])
      let room = (EventMemory.maxBytes - page.count) / MemoryLayout<EventMemory.Hit>.stride
      let hits = Array(repeating: EventMemoryTests.hits[0], count: room + extra)
      let range = memory.remember(0, 5, slice(page), of: page, hits: hits)
      #expect(range?.count == (extra > 0 ? nil : hits.count), "\(extra)")
    }
  }

  @Test func someValuesAreNeverRemembered() {
    var memory = EventMemory(roots: [false, true])
    let page = Array("\"a\"".utf8)
    // A root of which nothing is, and a text, which has no digest.
    for (root, digest) in [(Int32(0), UInt64(5)), (1, 0)] {
      for _ in 0..<3 {
        guard case .new = memory.look(root, digest, slice(page), of: page) else {
          Issue.record("root \(root), digest \(digest)")
          continue
        }
      }
    }
    for (length, isRemembered) in [(-1, true), (0, true), (1, false)] {
      let long = [UInt8](repeating: 97, count: EventMemory.maxValueBytes + length)
      _ = memory.look(1, 9, slice(long), of: long)
      guard case .seenOnce = memory.look(1, 9, slice(long), of: long) else {
        #expect(!isRemembered, "\(length)")
        continue
      }
      #expect(isRemembered, "\(length)")
    }
  }

  @Test func whatIsRememberedIsBounded() {
    let hits = EventMemoryTests.hits.count * MemoryLayout<EventMemory.Hit>.stride
    for extra in [-1, 0, 1] {
      var memory = EventMemory(roots: [true])
      var left = EventMemory.maxBytes + extra
      var digest: UInt64 = 1
      // Whatever is left over goes into the last one.
      while left > 0 {
        let size = left - hits > EventMemory.maxValueBytes * 2 ? EventMemory.maxValueBytes : left - hits
        remember(&memory, digest, [UInt8](repeating: 97, count: size))
        left -= size + hits
        digest += 1
      }
      let isForgotten = extra > 0
      #expect(memory.count == (isForgotten ? 1 : Int(digest) - 1), "\(extra)")
      let first = [UInt8](repeating: 97, count: EventMemory.maxValueBytes)
      #expect((known(&memory, 1, first) == nil) == isForgotten)
    }
  }

  @Test func rulesFireForRememberedPagesAsForNewOnes() throws {
    // Both keys of the page are asked for: a text of the one says nothing about the other.
    let url = Criterion(key: "page.url", values: ["/loans"], operator: .containsAny, shouldIgnoreCase: true)
    let title = Criterion(key: "page.title", values: ["Loans"], shouldIgnoreCase: false)
    let rules = CompiledRules(
      segments: [
        Segment(id: "url", displayName: "", rule: Rule(journey: [Scene.pattern([url], count: 4)])),
        Segment(id: "title", displayName: "", rule: Rule(journey: [Scene.pattern([title], count: 2)])),
        Segment(
          id: "bought", displayName: "", rule: Rule(journey: [Scene.pattern([title], eventName: "bought")])),
      ], outcomes: [])
    for rehearses in [false, true] {
      let feed = try RuleFeed(rules)
      feed.rehearses = rehearses
      var fired: [[Int]] = []
      for number in 0..<6 {
        let title = number % 2 == 0 ? "Loans" : "loans"
        let page = ModelValue.Member.object("page", ["url": "/LOANS", "title": title])
        fired.append(try feed.take("e\(number)", at: Int64(number), page).map { $0.definition })
      }
      let page = ModelValue.Member.object("page", ["url": "/LOANS", "title": "Loans"])
      fired.append(try feed.take("e6", "bought", at: 6, page).map { $0.definition })
      #expect(fired == [[], [], [1], [0], [], [], [2]], "\(rehearses)")
      if rehearses { #expect(feed.rememberedValues > 1) }
    }
  }
}
