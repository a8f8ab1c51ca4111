import Foundation
import JourneyRules
import SeededGenerator
import Testing
import WireFormat

@Suite("DefinitionJSON")
struct DefinitionJSONTests {
  private func error(_ text: String, _ limits: DefinitionLimits = DefinitionLimits()) -> String? {
    do {
      _ = try DefinitionJSON.read(Array(text.utf8), limits: limits)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("Values keep what was written: digits, order, escapes")
  func values() throws {
    let value = try DefinitionJSON.read(
      Array(
        #" {"b" : [1.50, -0, 1E+9, true,false,null], "a":{"":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é😀"},"e":[],"o":{}} "#
          .utf8))
    #expect(
      value
        == .object([
          .init(
            "b", .array([.number("1.50"), .number("-0"), .number("1E+9"), .bool(true), .bool(false), .null])),
          .init("a", .object([.init("", .string("\"\\/\u{8}\u{c}\n\r\té😀é😀"))])), .init("e", .array([])),
          .init("o", .object([])),
        ]))
    #expect(try DefinitionJSON.read([0xef, 0xbb, 0xbf, 0x31]) == .number("1"))
  }

  @Test(
    "Errors have a place",
    arguments: [
      ("", "1:1: expected a value"), ("{\n  \"a\" 1}", "2:7: expected ':'"),
      ("[1 2]", "1:4: expected ',' or ']'"),
      ("[1,]", "1:4: expected a value"),
      ("{\"a\":1,}", "1:8: expected the name of a member, in double quotes"),
      ("{\"a\":1\n,\"a\":2}", "2:2: expected every member once: 'a' is here again"),
      ("{\"a\":1 \"b\":2}", "1:8: expected ',' or '}'"), ("1 2", "1:3: expected the end after one value"),
      ("tru", "1:1: expected a value"), ("01", "1:2: expected no digit after a leading zero"),
      ("1.", "1:3: expected a digit"), ("-", "1:2: expected a digit"), ("1e", "1:3: expected a digit"),
      ("\"a", "1:1: expected the closing quote of a text"),
      ("\"\\x\"", "1:2: expected one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u"),
      ("\"\\ud800\"", "1:2: expected no half of a pair alone"),
      ("\"\\ud800\\u0041\"", "1:2: expected the second half of a pair"),
      ("\"\\u00g0\"", "1:6: expected four hexadecimal digits"),
      ("\"a\u{1}\"", "1:3: expected no control character in a text: write it as \\u00XX"),
    ])
  func errors(text: String, expected: String) { #expect(error(text) == expected) }

  @Test("A text that is not UTF-8 is refused")
  func encoding() {
    #expect(throws: DefinitionSyntaxError(line: 1, column: 1, expected: "a text in UTF-8")) {
      try DefinitionJSON.read([0x22, 0xff, 0x22])
    }
    #expect(throws: DefinitionSyntaxError(line: 1, column: 1, expected: "a text in UTF-8")) {
      try DefinitionJSON.read([0x22, 0xc3, 0x22])
    }
  }

  @Test("Depth, values and bytes at their bounds", arguments: -1...1)
  func limits(beyond: Int) {
    var limits = DefinitionLimits()
    limits.maxDepth = 5
    let nested = String(repeating: "[", count: 5 + beyond) + String(repeating: "]", count: 5 + beyond)
    #expect(error(nested, limits) == (beyond > 0 ? "1:6: expected at most 5 levels (maxDepth)" : nil))
    limits = DefinitionLimits()
    limits.maxNodes = 4
    let values = "[\(Array(repeating: "1", count: 3 + beyond).joined(separator: ","))]"
    #expect(error(values, limits) == (beyond > 0 ? "1:8: expected at most 4 values (maxNodes)" : nil))
    limits = DefinitionLimits()
    limits.maxDocumentBytes = 5
    let text = String(repeating: "1", count: 5 + beyond)
    #expect(error(text, limits) == (beyond > 0 ? "1:1: expected at most 5 bytes (maxDocumentBytes)" : nil))
  }

  @Test("Nesting beyond the default depth neither crashes nor hangs")
  func deep() {
    #expect(error(String(repeating: "[", count: 1_000_000)) == "1:33: expected at most 32 levels (maxDepth)")
  }

  @Test(
    "Canonical text reads as the same value, at every truncation as none, and 20,000 mutations as Foundation judges them"
  )
  func mutations() throws {
    let text = Array(
      #"{"id":"s","values":["a\n\u00e9",1.5e3,-7,true,null],"criteria":[{"key":"page.url","operator":"equal"}],"n":{}}"#
        .utf8)
    let value = try DefinitionJSON.read(text)
    #expect(try DefinitionJSON.read(Array(value.json.utf8)).json == value.json)
    for length in 0..<text.count {
      #expect((try? DefinitionJSON.read(Array(text[..<length]))) == nil)
    }
    var generator = SeededGenerator(seed: 11)
    var accepted = 0
    var compared = 0
    for _ in 0..<20_000 {
      var mutated = text
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        let index = Int.random(in: 0..<mutated.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: mutated[index] = UInt8.random(in: 0x20..<0x7f, using: &generator)
        case 1: mutated.remove(at: index)
        default: mutated.insert(mutated[Int.random(in: 0..<mutated.count, using: &generator)], at: index)
        }
      }
      let ours: DefinitionValue?
      var repeats = false
      do throws(DefinitionSyntaxError) {
        ours = try DefinitionJSON.read(mutated)
      } catch {
        ours = nil
        repeats = error.expected.hasPrefix("every member once")
      }
      // Foundation takes commas before an end and the last of repeated members, and refuses numbers beyond a
      // double.
      let mutatedText = String(decoding: mutated, as: UTF8.self)
      let differs = mutatedText.contains(/,\s*[\]}]/) || mutatedText.contains(/[eE][+-]?[0-9]{3}/)
      if repeats || differs { continue }
      compared += 1
      let theirs = try? JSONSerialization.jsonObject(with: Data(mutated), options: .fragmentsAllowed)
      #expect((ours == nil) == (theirs == nil), "\(mutatedText)")
      if ours != nil { accepted += 1 }
    }
    #expect(accepted > 1_000)
    #expect(compared > 19_000)
  }
}
