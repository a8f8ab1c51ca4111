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
    scanned(texts, value, padding: padding, lowers: false) ?? []
  }

  /// `nil` if the value cannot be looked at to its end.
  private func scanned(_ texts: [[UInt8]], _ value: [UInt8], padding: Int = 0, lowers: Bool) -> [Hit]? {
    let matcher = TextMatcher(texts)
    let source =
      Array(repeating: UInt8(ascii: "a"), count: padding) + value + [UInt8](repeating: 97, count: padding)
    var hits: [Hit] = []
    let slice = ByteSlice(offset: padding, length: value.count)
    let isWhole = matcher.scan(slice, of: source, lowers: lowers) { text, end in
      hits.append(Hit(text: text, end: end))
    }
    return isWhole ? hits : nil
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

  @Test func upperCaseLettersCountAsLowerCaseOnes() {
    var generator = SeededGenerator(seed: 11)
    var found = 0
    for round in 0..<2_000 {
      // The bytes next to the letters are what a wrong range would lower as well.
      let letters = Array("aAbBzZ@[`{-".utf8)
      let value = (0..<Int(generator.unit() * 40)).map { _ in generator.pick(letters) }
      let lowered = value.map { $0 >= 0x41 && $0 <= 0x5a ? $0 + 32 : $0 }
      var texts: Set<[UInt8]> = []
      for _ in 0..<Int(generator.unit() * 8) + 1 {
        let length = Int(generator.unit() * 6) + 1
        let start = Int(generator.unit() * Double(max(lowered.count - length, 0) + 1))
        texts.insert(
          lowered.count >= length
            ? Array(lowered[start..<start + length]) : Array(repeating: 0x61, count: length))
      }
      let list = texts.sorted { $0.lexicographicallyPrecedes($1) }
      let seen = scanned(list, value, padding: round % 3, lowers: true) ?? []
      #expect(Set(seen) == Set(obvious(list, lowered)), "\(list) in \(value)")
      found += seen.count
    }
    #expect(found > 5_000)
  }

  @Test func onlyASCIIIsLoweredOnTheWay() {
    let texts = [Array("straße".utf8), Array("abc".utf8)]
    #expect(scanned(texts, Array("xABC".utf8), lowers: true) == [Hit(text: 1, end: 4)])
    #expect(scanned(texts, Array("ABC Straße".utf8), lowers: true) == nil)
    #expect(scanned(texts, Array("ABC é".utf8), lowers: true) == nil)
    #expect(scanned(texts, Array("straße".utf8), lowers: false) == [Hit(text: 0, end: 7)])
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
