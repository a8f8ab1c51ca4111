import Foundation
import JourneyRules
import Testing
import WireFormat

@testable import sojourn

@Suite struct DefinitionYAMLTests {
  private static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/definitions")

  private func error(_ text: String, _ limits: DefinitionLimits = DefinitionLimits()) -> String? {
    do {
      _ = try DefinitionYAML.read(text, limits: limits)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func yamlSaysWhatJSONSays() throws {
    let yaml = """
      # A segment by hand.
      kind: segment
      id: 7f9d66a8
      displayName: "Chrome 106 or newer"
      color: '#008000'
      assignmentExpirationDays: 5
      shouldDisplayToAgent: true
      description: >-
        two
        lines
      context:
        patterns:
          - criteria:
              - key: browser.version
                values: ["106"]
                operator: greaterThanOrEqual
                shouldIgnoreCase: true
                entityType: visit
      journey: {patterns: []}
      """
    let json = """
      {"kind":"segment","id":"7f9d66a8","displayName":"Chrome 106 or newer","color":"#008000","assignmentExpirationDays":5,
       "shouldDisplayToAgent":true,"description":"two lines","context":{"patterns":[{"criteria":[{"key":"browser.version",
       "values":["106"],"operator":"greaterThanOrEqual","shouldIgnoreCase":true,"entityType":"visit"}]}]},"journey":{"patterns":[]}}
      """
    let fromYAML = try DefinitionYAML.read(yaml)
    #expect(fromYAML == (try DefinitionJSON.read(Array(json.utf8))))
    let bundle = DefinitionCheck([DefinitionDocument(file: "a.yaml", value: fromYAML)]).bundle
    let other = DefinitionCheck([
      DefinitionDocument(file: "a.json", value: try DefinitionJSON.read(Array(json.utf8)))
    ]).bundle
    #expect(bundle != nil)
    #expect(bundle?.bytes == other?.bytes)
  }

  @Test func everySampleIsYAMLTooAndSaysTheSame() throws {
    var count = 0
    for folder in try FileManager.default.contentsOfDirectory(atPath: Self.samples.path) {
      let folder = Self.samples.appendingPathComponent(folder)
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
        let data = try Data(contentsOf: folder.appendingPathComponent(name))
        let json = try DefinitionJSON.read([UInt8](data))
        #expect(try DefinitionYAML.read(String(decoding: data, as: UTF8.self)) == json)
        // In block style as well.
        #expect(try DefinitionYAML.read(Self.block(json, indent: 0)) == json)
        count += 1
      }
    }
    #expect(count == 30)
  }

  /// Block-style YAML of a value; texts in double quotes, as JSON writes them.
  private static func block(_ value: DefinitionValue, indent: Int) -> String {
    let blanks = String(repeating: " ", count: indent)
    switch value {
    case .object(let members) where !members.isEmpty:
      return members.map { "\n\(blanks)\($0.name): \(block($0.value, indent: indent + 2))" }.joined()
    case .array(let values) where !values.isEmpty:
      return values.map { "\n\(blanks)-   \(block($0, indent: indent + 2).drop { $0 == "\n" || $0 == " " })" }
        .joined()
        .replacing("-   ", with: "- ")
    default: return value.json
    }
  }

  @Test(arguments: [
    ("106", DefinitionValue.number("106")), ("\"106\"", .string("106")), ("'106'", .string("106")),
    ("-1.50", .number("-1.50")), ("1e3", .number("1e3")), ("007", .string("007")), ("0x10", .string("0x10")),
    ("1_000", .string("1_000")), (".5", .string(".5")), ("+1", .string("+1")), ("1.2.3", .string("1.2.3")),
    ("yes", .string("yes")), ("no", .string("no")), ("on", .string("on")), ("true", .bool(true)),
    ("True", .bool(true)), ("'true'", .string("true")), ("false", .bool(false)), ("null", .null),
    ("~", .null),
    ("'~'", .string("~")), ("!!str 106", .string("106")), ("2026-01-05", .string("2026-01-05")),
    ("2026-01-05T10:00:00Z", .string("2026-01-05T10:00:00Z")), ("12:30", .string("12:30")),
    (".inf", .string(".inf")),
    ("|-\n  106", .string("106")),
  ])
  func scalars(text: String, value: DefinitionValue) throws {
    #expect(try DefinitionYAML.read("a: \(text)\n") == .object([.init("a", value)]))
  }

  @Test func anEmptyMemberIsNull() throws {
    #expect(try DefinitionYAML.read("a:\nb: 1") == .object([.init("a", .null), .init("b", .number("1"))]))
  }

  @Test func errorsHaveAPlace() {
    #expect(
      error("a: 1\nb: 2\na: 3\n")?.hasSuffix("expected every member once: 'a' is here again") == true)
    #expect(error("1: a\n\"1\": b\n")?.contains("every member once: '1' is here again") == true)
    #expect(error("a: [1\nb: 2")?.contains(": expected YAML: ") == true)
    #expect(error("a: 1\n--- \nb: 2\n")?.contains("another document") == true)
    #expect(error("? [a]\n: 1\n") == "1:3: expected a name")
    #expect(error("") == "1:1: expected a value")
    #expect(error("a: *b")?.contains("undefined alias") == true)
  }

  @Test func aliasesStandForWhatTheyName() throws {
    #expect(
      try DefinitionYAML.read("a: &x [1]\nb: *x")
        == .object([.init("a", .array([.number("1")])), .init("b", .array([.number("1")]))]))
  }

  @Test(arguments: -1...1) func aliasesAreBounded(beyond: Int) {
    let count = DefinitionYAML.maxAliases + beyond
    let text = "a: &x 1\nb:\n" + String(repeating: "  - *x\n", count: count)
    #expect(error(text) == (beyond > 0 ? "\(count + 2):1: expected at most 32 aliases" : nil))
  }

  @Test func aBombOfAliasesIsRefusedBeforeItIsExpanded() {
    var text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    for level in 1...30 {
      text +=
        "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ","))]\n"
    }
    #expect(error(text)?.hasSuffix("expected at most 32 aliases") == true)
    // As a key it would be hashed by the parser itself.
    #expect(error(text + "? *a30\n: 1\n")?.hasSuffix("expected at most 32 aliases") == true)
    // What few aliases can still expand to is bounded by the number of values.
    var small = "a0: &a0 [\(Array(repeating: "x", count: 1_000).joined(separator: ","))]\n"
    for level in 1...4 {
      small +=
        "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 7).joined(separator: ","))]\n"
    }
    #expect(error(small)?.hasSuffix("expected at most 1000000 values (maxNodes)") == true)
  }

  @Test(arguments: -1...1) func depthIsBounded(beyond: Int) {
    let depth = DefinitionLimits().maxDepth + beyond
    let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect((error(text)?.hasSuffix("expected at most 32 levels (maxDepth)") ?? false) == (beyond > 0))
  }
}
