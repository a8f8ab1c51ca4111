import JourneyRules
import Testing
import WireFormat

@testable import sojourn

/// Which definition a word on the command line means.
@Suite struct DefinitionChoiceTests {
  private func choice(_ definitions: [(kind: String, id: String, name: String)]) throws -> DefinitionChoice {
    let rule =
      "\"journey\":{\"patterns\":[{\"criteria\":[],\"count\":1,\"streamType\":\"Web\",\"sessionType\":\"web\"}]}"
    let text = definitions.map {
      "{\"kind\":\"\($0.kind)\",\"id\":\"\($0.id)\",\"displayName\":\"\($0.name)\",\"version\":1,\(rule)}"
    }.joined(separator: ",")
    let check = DefinitionCheck([
      DefinitionDocument(file: "d", value: try DefinitionJSON.read(Array("[\(text)]".utf8)))
    ])
    return DefinitionChoice(bundle: try #require(check.bundle, "\(check.findings)"), origin: "explain")
  }

  private func expected(_ choice: DefinitionChoice, _ word: String, _ kind: DefinitionKind? = nil) -> String {
    do {
      return "found \(try choice.definition(word, kind: kind).id)"
    } catch {
      return error.expected
    }
  }

  @Test func idsGoBeforeNames() throws {
    let choice = try choice([("segment", "a", "b"), ("segment", "b", "c")])
    #expect(expected(choice, "b") == "found b")
    #expect(expected(choice, "c") == "found b")
    #expect(expected(choice, "a") == "found a")
  }

  @Test func aWordThatSeveralHaveIsRefusedWithThem() throws {
    let choice = try choice([("segment", "x", "Same"), ("outcome", "x", "Same"), ("segment", "y", "Same")])
    #expect(expected(choice, "x").contains("segment x, outcome x"))
    #expect(expected(choice, "x", .outcome) == "found x")
    #expect(expected(choice, "Same").contains("one definition only"))
    #expect(expected(choice, "Same", .outcome) == "found x")
  }

  @Test func aWordThatNoneHasNamesTheNearest() throws {
    let choice = try choice([("segment", "s1", "Chrome visitors"), ("segment", "s2", "Buyers")])
    #expect(expected(choice, "Chrom visitors").contains("nearest is Chrome visitors"))
    #expect(expected(choice, "s1", .outcome) == "a definition of kind outcome; there is none")
    #expect(expected(choice, "zzzzzzzzzz").contains("known are s1 (Chrome visitors), s2 (Buyers)"))
  }
}
