import Foundation
import SeededGenerator
import Testing

@testable import Tokens

@Suite struct ClaimReaderTests {
  private func read(_ json: String) -> [String: ClaimValue]? { try? ClaimReader.object(Array(json.utf8)) }

  @Test func readsValues() {
    #expect(
      read(" { \"a\" : [ 1 , -2.5e1 , true , false , null ] , \"b\" : { \"c\" : \"\" } } ") == [
        "a": .list([.number(1), .number(-25), .bool(true), .bool(false), .null]),
        "b": .object(["c": .text("")]),
      ])
    #expect(read("{}") == [:] && read("{\"a\":[]}") == ["a": .list([])])
    #expect(
      read("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00é😀\"}") == [
        "a": .text("\"\\/\u{8}\u{C}\n\r\té😀é😀")
      ])
  }

  @Test(arguments: [
    "", " ", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{a:1}",
    "{\"a\":[1,]}",
    "{\"a\":[,1]}", "{\"a\":[1 2]}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1.}", "{\"a\":1e}", "{\"a\":00}",
    "{\"a\":-}",
    "{\"a\":0x1}", "{\"a\":Infinity}", "{\"a\":tru}", "{\"a\":nulll}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}",
    "{\"a\":\"\\ud83d\"}", "{\"a\":\"\\ude00\\ud83d\"}", "{\"a\":\"\\ud83d\\u0041\"}", "{\"a\":\"\t\"}",
    "{\"a\":\"",
    "{\"a\":1}}", "{\"a\":1}//", "{\"a\":1}\u{0}", "[{}]", "\"a\"", "1",
  ])
  func isNoObject(json: String) { #expect(read(json) == nil) }

  @Test func textsAreUTF8() {
    for bytes: [UInt8] in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
      #expect(throws: ClaimReader.Flaw.self) {
        try ClaimReader.object(Array("{\"a\":\"".utf8) + bytes + Array("\"}".utf8))
      }
    }
  }

  @Test(arguments: [-1, 0, 1])
  func objectsHaveADeepest(offset: Int) {
    let depth = ClaimReader.maxDepth + offset
    let lists = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect((read("{\"a\":\(lists)}") != nil) == (offset <= 0))
  }

  @Test("What another reader takes as the same is read as the same")
  func agreesWithAnother() throws {
    var random = SeededGenerator(seed: 9)
    for _ in 0..<500 {
      let value = ["v": ClaimReaderTests.any(depth: 0, using: &random)]
      let json = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])
      let read = try ClaimReader.object(Array(json))
      let again = try JSONSerialization.data(
        withJSONObject: ClaimReaderTests.plain(.object(read)), options: [.sortedKeys])
      #expect(again == json)
    }
  }

  private static func any(depth: Int, using random: inout SeededGenerator) -> Any {
    switch Int.random(in: 0..<(depth < 4 ? 6 : 4), using: &random) {
    case 0: NSNull()
    case 1: Bool.random(using: &random)
    case 2: Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 64
    case 3:
      String(
        (0..<Int.random(in: 0..<8, using: &random)).map { _ in
          "aé😀\"\\\n\u{1}/\u{7F}٣".randomElement(using: &random) ?? "a"
        })
    case 4: (0..<Int.random(in: 0..<4, using: &random)).map { _ in any(depth: depth + 1, using: &random) }
    default:
      Dictionary(
        uniqueKeysWithValues: (0..<Int.random(in: 0..<4, using: &random)).map {
          ("k\($0)", any(depth: depth + 1, using: &random))
        })
    }
  }

  private static func plain(_ value: ClaimValue) -> Any {
    switch value {
    case .null: NSNull()
    case .bool(let bool): bool
    case .number(let number): number
    case .text(let text): text
    case .list(let list): list.map(plain)
    case .object(let object): object.mapValues(plain)
    }
  }
}
