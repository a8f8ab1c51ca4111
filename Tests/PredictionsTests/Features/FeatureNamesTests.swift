import Bytes
import JourneyModel
import JourneyRules
import SeededGenerator
import Testing

@testable import Predictions

/// Features in words, by the events that they are made of.
@Suite struct FeatureNamesTests {
  /// A session with one fact of each family that has texts.
  private struct FakeSession: SessionFacts {
    var stream = Stream.web

    func haveChanged(_ fields: UInt64) -> Bool { true }
    func haveBeenTold() {}

    func tell(_ visitor: any FactVisitor) {
      let facts: [(EventField, String)] = [
        (.page, #"{"pathname":"/shop/4711/cart"}"#), (.browser, #"{"family":"Fire\u0066ox","lang":"de"}"#),
        (.authenticated, "true"),
      ]
      for (field, text) in facts {
        let bytes = Array(text.utf8)
        visitor.take(fact: field, digest: 0, value: ByteSlice(offset: 0, length: bytes.count), of: bytes)
      }
      let attributes = [
        ("plan", #"{"dataType":"string","value":"gold"}"#), ("total", #"{"dataType":"number","value":40.5}"#),
      ]
      for (name, value) in attributes {
        let bytes = Array((name + value).utf8)
        visitor.take(
          attribute: ByteSlice(offset: 0, length: name.utf8.count),
          value: ByteSlice(offset: name.utf8.count, length: value.utf8.count), isList: false, of: bytes)
      }
      let bytes = Array("web".utf8)
      visitor.take(text: .type, value: ByteSlice(offset: 0, length: bytes.count), of: bytes)
    }
  }

  private func told(_ events: [(name: String, time: Int64)]) -> (FeatureState, FeatureNames) {
    var state = FeatureState()
    let (features, names) = (SessionFeatures(), FeatureNames())
    for (name, at) in events {
      var batch = EventBatch()
      batch.bytes = Array(name.utf8)
      var event = Event(stream: .web, time: time(at))
      event.name = ByteSlice(offset: 0, length: batch.bytes.count)
      var changes = FeatureChanges()
      features.take(event, of: batch, session: FakeSession(), into: &state, noting: &changes)
      names.take(event, of: batch, session: FakeSession(), rules: RuleState())
    }
    return (state, names)
  }

  @Test func everyFeatureOfASessionHasItsWords() {
    // 2026-01-05 was a Monday; 8 h UTC.
    let start: Int64 = 1_767_600_000_000
    let (state, names) = told([("view", start), ("cart", start + 500), ("view", start + 5_500)])
    var words: [String] = []
    state.forEachFeature { words.append(names.words(for: .feature($0))) }
    #expect(
      Set(words) == [
        "sessionType 'web'", "browserFamily 'Firefox'", "browserLanguage 'de'", "authenticated 'true'",
        "began on a Monday, UTC", "began from 6:00 to 9:00, UTC", "view, 2", "cart, 1", "newest is view",
        "view after cart", "is on /shop", "is on /shop/#", "is on /shop/#/cart", "was on /shop",
        "was on /shop/#", "attribute plan 'gold'", "attribute total 40.5", "4 to 7 s since the event before",
        "4 to 7 s since the first event", "events: 3",
        Mixing.digest("view") < Mixing.digest("cart") ? "view with cart" : "cart with view",
      ])
    #expect(names.words(for: .events(Mixing.digest("view"))) == "view")
    #expect(names.words(for: .number(Mixing.digest("total"))) == "attribute total 40.5")
  }

  @Test func whatNobodyKnowsIsToldByItsDigest() {
    let names = FeatureNames()
    #expect(names.words(for: .feature(Feature(.segment, 0x1f))) == "segment #0000001f")
    #expect(names.words(for: .events(Mixing.digest("*"))) == "other names")
    #expect(names.words(for: .feature(Feature(.bigram, 0, 1))) == "begins with #00000001")
    #expect(names.words(for: .feature(Feature(.gap, 0))) == "less than 1 s since the event before")
    #expect(names.words(for: .feature(Feature(.gap, 1))) == "1 s since the event before")
    // Whatever a feature's numbers are, there are words.
    for family in Feature.Family.allCases {
      for number in [0, 1, 62, 63, 64, .max] as [UInt32] {
        #expect(!names.words(for: .feature(Feature(family, number, number))).isEmpty)
      }
    }
  }

  @Test func aMergeBringsTheOthersTexts() {
    let (_, names) = told([("view", 0)])
    let (_, other) = told([("help", 0)])
    #expect(names.words(for: .events(Mixing.digest("help"))) != "help")
    names.merge(other)
    #expect(names.words(for: .events(Mixing.digest("help"))) == "help")
    #expect(names.words(for: .events(Mixing.digest("view"))) == "view")
  }

  @Test func textsOfPathsAreWhatTheirPrefixesDigest() {
    var generator = SeededGenerator(seed: 8)
    let pieces = ["/", "//", "shop", "cart", "1234", "a1", "?q=1", "#top", "https://h.example", ":", "ä"]
    for _ in 0..<2_000 {
      let text = (0..<Int(generator.pick(0...7))).map { _ in generator.pick(pieces) }.joined()
      let bytes = Array(text.utf8)
      let texts = PagePath.texts(ByteSlice(offset: 0, length: bytes.count), of: bytes)
      #expect(texts.map { Mixing.digest($0) } == path(text).prefixes, "\(text)")
    }
  }
}
