import JourneyModel
import SeededGenerator
import Testing

@testable import JourneyRules

/// Many texts at once against one text at a time.
@Suite struct TextMatcherTests {
  private struct Hit: Hashable {
    var text: Int
    var end: Int
  }

  private func hits(_ texts: [[UInt8]], _ value: [UInt8], padding: Int = 0) -> [Hit] {
    let matcher = TextMatcher(texts)
    let source =
      Array(repeating: UInt8(ascii: "a"), count: padding) + value + [UInt8](repeating: 97, count: padding)
    var hits: [Hit] = []
    matcher.scan(ByteSlice(offset: padding, length: value.count), of: source) { text, end in
      hits.append(Hit(text: text, end: end))
    }
    return hits
  }

  private func obvious(_ texts: [[UInt8]], _ value: [UInt8]) -> [Hit] {
    texts.indices.flatMap { number in
      (0...value.count).filter { value[..<$0].suffix(texts[number].count).elementsEqual(texts[number]) }
        .map { Hit(text: number, end: $0) }
    }
  }

  @Test func findsWhatIsThereAndNothingElse() {
    var generator = SeededGenerator(seed: 9)
    var found = 0
    var widths: Set<Int> = []
    for round in 0..<3_000 {
      // Two letters make windows that many texts share; all bytes make windows that few do.
      let letters: [UInt8] = round % 3 == 0 ? Array(0...255) : Array("ab".utf8)
      func text(_ count: Int) -> [UInt8] { (0..<count).map { _ in generator.pick(letters) } }
      let value = text(Int(generator.unit() * 40))
      var texts: Set<[UInt8]> = []
      for _ in 0..<Int(generator.unit() * 12) + 1 {
        let length = Int(generator.unit() * 9) + 1
        if generator.chance(50), value.count >= length {
          let start = Int(generator.unit() * Double(value.count - length + 1))
          texts.insert(Array(value[start..<start + length]))
        } else {
          texts.insert(text(length))
        }
      }
      let list = texts.sorted { $0.lexicographicallyPrecedes($1) }
      let expected = obvious(list, value)
      let seen = hits(list, value, padding: round % 2 * 5)
      #expect(Set(seen) == Set(expected), "\(list) in \(value)")
      #expect(seen.count == expected.count, "each place once")
      found += seen.count
      for hit in seen { widths.insert(min(list[hit.text].count, 4)) }
    }
    #expect(found > 10_000)
    #expect(widths == [1, 2, 3, 4])
  }

  @Test func nothingStandsInAnEmptyValue() {
    #expect(hits([Array("a".utf8)], []).isEmpty)
    #expect(hits([], Array("abc".utf8)).isEmpty)
  }

  @Test func manyTextsWithOneBeginning() {
    let texts = (0..<5_000).map { Array("https://shop.example/catalogue/item-\($0)".utf8) }
    let value = Array("https://shop.example/catalogue/item-4321".utf8)
    #expect(Set(hits(texts, value).map(\.text)) == [4, 43, 432, 4_321])
  }
}
