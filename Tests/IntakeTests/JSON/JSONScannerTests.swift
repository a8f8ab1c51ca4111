import Foundation
import SeededGenerator
import Testing

@testable import Intake

/// The grammar, against Foundation's reader, and what texts mean.
@Suite struct JSONScannerTests {
  static let good = [
    "0", "-0", "12", "-1.5", "1e9", "1E+9", "0.0e-1", "true", "false", "null", "\"\"",
    #""a\"\\\/\b\f\n\r\t""#,
    #""\u00e4\uD83D\uDE00""#, "\"ä\"", "[]", "[ ]", "{}", "{ }", "[1,2]", #"{"a":[{"b":{}},[]],"c":null}"#,
    " [ 1 , { \"a\" : \"b\" } ] ", #"{"":0}"#,
  ]
  static let bad = [
    "", " ", "01", "-", "+1", ".5", "1.", "1e", "1e+", "tru", "truth", "nul", "\"", "\"a", "\"\t\"", #""\x""#,
    #""\u12g4""#, #""\u12"#, "[", "]", "[1", "[1,]", "[,1]", "[1 2]", "{", "}", "{,}", #"{"a"}"#, #"{"a":}"#,
    #"{"a":1,}"#, #"{a:1}"#, #"{"a":1 "b":2}"#, "[1}", "{]", "[[]", #"{"a":[}"#, "'a'", "1 2", "\"\\",
  ]

  private func isJSON(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var scanner = JSONScanner(bytes, 0..<bytes.count)
    guard scanner.value() != nil else { return false }
    scanner.skipBlanks()
    return scanner.at == bytes.count
  }

  private func isFoundationJSON(_ text: String) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil
  }

  @Test("What is JSON", arguments: good)
  func isGood(_ text: String) { #expect(isJSON(text) && isFoundationJSON(text)) }

  @Test("What is none", arguments: bad)
  func isBad(_ text: String) { #expect(!isJSON(text)) }

  @Test("Broken texts: what this finds to be JSON, another reader does as well")
  func broken() {
    var random = SeededGenerator(seed: 22)
    let seeds = JSONScannerTests.good.filter { $0.count > 4 } + [Intakes.event("a", #","x":[1,{"y":[2]}]"#)]
    let alphabet = Array("{}[]\",:\\ tfn0-+.eau19".utf8)
    var agreed = 0
    for _ in 0..<20_000 {
      var bytes = Array(random.pick(seeds).utf8)
      for _ in 0..<random.pick(1...3) {
        let at = Int(random.pick(0...Int64(bytes.count - 1)))
        switch random.pick(1...3) {
        case 1: bytes[at] = random.pick(alphabet)
        case 2: bytes.insert(random.pick(alphabet), at: at)
        default: if bytes.count > 1 { bytes.remove(at: at) }
        }
      }
      guard let text = String(validating: bytes, as: UTF8.self), isJSON(text) else { continue }
      // Foundation refuses halves of characters, which are no mistake here.
      if text.contains("\\u") || text.contains("\\U") { continue }
      // And numbers that are too large for a Double.
      if text.contains("e") || text.contains("E") { continue }
      agreed += 1
      #expect(isFoundationJSON(text), "\(text)")
    }
    #expect(agreed > 500)
  }

  @Test("Nesting takes memory, not stack")
  func deep() {
    let levels = 1_000_000
    let text = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    #expect(isJSON(text) && !isJSON(String(text.dropLast())))
  }

  @Test(
    "Texts without their escapes",
    arguments: [
      (#"a\n\t\"\\\/b"#, "a\n\t\"\\/b"), (#"\u0041\u00e4\u20ac"#, "Aä€"), (#"\ud83d\ude00!"#, "😀!"),
      (#"\ud83d"#, "\u{fffd}"), (#"\ude00x"#, "\u{fffd}x"), (#"\ud83d\u0041"#, "\u{fffd}A"),
      (#"\ud83d\ud83d\ude00"#, "\u{fffd}😀"), (#"\u0000"#, "\0"), ("", ""),
    ])
  func texts(_ inside: String, _ expected: String) {
    #expect(JSONObject.unescaped(Array(inside.utf8)[...]) == Array(expected.utf8))
  }

  @Test("Of two members of one name the last one that is not null counts")
  func duplicates() throws {
    let object = try #require(JSONObject(Array(#"{"a":1,"b":2,"a":"x","a":null}"#.utf8)))
    #expect(object.text("a") == Array("x".utf8) && object.all("a").count == 2)
    #expect(object["c"] == nil && object.object("a") == nil)
  }

  @Test("Elements are told apart by their brackets, whatever is in them")
  func elements() {
    func split(_ text: String) -> [String]? {
      let bytes = Array(text.utf8)
      return JSONElements.ranges(bytes, 0..<bytes.count)?
        .map { String(decoding: bytes[$0], as: UTF8.self) }
    }
    #expect(split(#" [ 1 , {"a":"],[\"]"} ,tru, [ , ]] "#) == ["1", #"{"a":"],[\"]"}"#, "tru", "[ , ]"])
    for text in ["", "{}", "[1,]", "[,]", "[[}]", "[\"]", "[1", "[1]]", "[]1"] { #expect(split(text) == nil) }
    #expect(split("[]") == [])
  }
}
