import JourneyModel
import Testing

@testable import JourneyRules

/// Upper and lower case.
@Suite struct CaseFoldingTests {
  private func folded(_ text: String, _ folding: CaseFolding = .unicode14) -> String {
    let bytes = Array(text.utf8)
    var output: [UInt8] = [0x2e]
    folding.append(ByteSlice(offset: 0, length: bytes.count), of: bytes, to: &output)
    return String(decoding: output.dropFirst(), as: UTF8.self)
  }

  /// The table is Unicode's CaseFolding.txt, statuses C and S: so many pairs, and their FNV-1a.
  @Test func theTableIsUnicodes() {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    var pairs = 0
    for scalar in UInt32(0)...0x10_ffff {
      let folded = CaseFoldingTable.unicode14.fold(scalar)
      guard folded != scalar else { continue }
      pairs += 1
      #expect(CaseFoldingTable.unicode14.fold(folded) == folded, "U+\(String(scalar, radix: 16))")
      for value in [scalar, folded] {
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
          digest = (digest ^ UInt64(value >> shift & 0xff)) &* 0x100_0000_01b3
        }
      }
    }
    #expect(pairs == 1_454)
    #expect(digest == 0x7eea48eba006ec1a)
  }

  /// An independent witness: letters that the standard library lowers to one letter, of characters that
  /// Unicode 14 knew.
  @Test func capitalsAreWhatTheStandardLibraryLowers() {
    var compared = 0
    for value in UInt32(0x80)...0x1_ffff {
      guard let scalar = Unicode.Scalar(value), scalar.properties.generalCategory == .uppercaseLetter,
        let age = scalar.properties.age, age.major <= 14
      else { continue }
      let lower = Array(scalar.properties.lowercaseMapping.unicodeScalars)
      // Cherokee folds to its capitals; a dotted I has no simple folding.
      guard lower.count == 1, !(0x13a0...0x13f5).contains(value) else { continue }
      compared += 1
      #expect(
        CaseFoldingTable.unicode14.fold(value) == CaseFoldingTable.unicode14.fold(lower[0].value),
        "U+\(String(value, radix: 16))")
    }
    #expect(compared > 1_200, "\(compared)")
  }

  @Test(arguments: [
    ("Ș", "ș"), ("Ț", "ț"), ("Ư", "ư"), ("Ơ", "ơ"), ("Ἀ", "ἀ"), ("ᾈ", "ᾀ"), ("Ω", "ω"), ("K", "k"),
    ("ſ", "s"), ("ς", "σ"),
    ("ẞ", "ß"), ("Ⅷ", "ⅷ"), ("Ⓐ", "ⓐ"), ("Ა", "ა"), ("ꭰ", "Ꭰ"), ("𐐀", "𐐨"), ("𞤀", "𞤢"), ("Ǆ", "ǆ"),
    ("ǅ", "ǆ"), ("Ⱥ", "ⱥ"), ("Ꞵ", "ꞵ"),
    ("ＡＢ", "ａｂ"), ("İ", "İ"), ("ß", "ß"), ("東京😀", "東京😀"), ("ȘI Ư", "și ư"),
  ]) func simpleFoldingOfEveryScript(_ text: String, _ expected: String) {
    #expect(Array(folded(text).utf8) == Array(expected.utf8))
    #expect(Array(folded(expected).utf8) == Array(expected.utf8))
  }

  /// Bundles that name no folding go on comparing as they did.
  @Test(arguments: [
    ("Ș", "Ș"), ("Ư", "Ư"), ("Ἀ", "Ἀ"), ("𐐀", "𐐀"), ("Ä", "ä"), ("Σ", "σ"), ("Я", "я"), ("Ạ", "ạ"),
  ])
  func theBasicOneIsAsItWas(_ text: String, _ expected: String) {
    #expect(Array(folded(text, .basic).utf8) == Array(expected.utf8))
  }

  /// What the basic one folds, every one folds alike.
  @Test func theNewestContainsTheBasicOne() {
    for scalar in UInt32(0)...0x1_ffff {
      let basic = CaseFolding.basic.fold(scalar)
      if basic != scalar {
        #expect(CaseFolding.newest.fold(scalar) == basic, "U+\(String(scalar, radix: 16))")
      }
    }
  }

  /// Bytes that are no UTF-8 are taken as they are, cut anywhere.
  @Test func brokenBytesStay() {
    let bytes = Array("ȘἈ𐐀".utf8)
    for folding in CaseFolding.allCases {
      for start in bytes.indices {
        for end in start...bytes.count {
          var output: [UInt8] = []
          folding.append(ByteSlice(offset: start, length: end - start), of: bytes, to: &output)
          #expect(output.count == end - start)
        }
      }
      var output: [UInt8] = []
      let broken: [UInt8] = [0xf5, 0x80, 0x80, 0x80, 0xf0, 0x41, 0xff, 0xc3]
      folding.append(ByteSlice(offset: 0, length: broken.count), of: broken, to: &output)
      #expect(output == [0xf5, 0x80, 0x80, 0x80, 0xf0, 0x61, 0xff, 0xc3])
    }
  }

  @Test func rulesAndPagesCompareByTheFoldingOfTheirBundle() throws {
    let rule = Scene.context(Criterion(key: "page.title", values: ["ȘTIRI"], operator: .equal))
    for (folding, holds) in [(CaseFolding.basic, false), (.unicode14, true)] {
      let rules = CompiledRules(
        segments: [Segment(id: "s", displayName: "s", rule: rule)], outcomes: [], caseFolding: folding)
      #expect(try RuleFeed(rules).take("a", .object("page", ["title": "știri"])).isEmpty != holds)
      let journey = CompiledRules(
        segments: [
          Segment(id: "s", displayName: "s", rule: Rule(journey: [Scene.pattern(rule.context[0].criteria)]))
        ],
        outcomes: [], caseFolding: folding)
      #expect(try RuleFeed(journey).take("a", .object("page", ["title": "știri"])).isEmpty != holds)
      let pages = PageURLMatcher([.init(values: ["ȘTIRI"], operator: .containsAny)], folding)
      #expect(pages.matches(Array("https://a.b/știri".utf8)) == holds)
    }
  }
}
