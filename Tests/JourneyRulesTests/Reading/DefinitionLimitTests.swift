import JourneyRules
import Testing

@Suite("Limits of definitions")
struct DefinitionLimitTests {
  private func list(_ element: String, _ count: Int) -> String {
    Array(repeating: element, count: count).joined(separator: ",")
  }

  private func errors(_ json: String, _ limits: DefinitionLimits) throws -> [String] {
    DefinitionCheck([try Samples.document(json: json)], limits: limits).findings.filter {
      $0.severity == .error
    }
    .map { "\($0)".replacing("f.json: error: ", with: "") }
  }

  private func segment(_ members: String) -> String {
    #"{"kind":"segment","id":"s","displayName":"S",\#(members)}"#
  }

  @Test("Patterns", arguments: -1...1)
  func patterns(beyond: Int) throws {
    var limits = DefinitionLimits()
    limits.maxPatterns = 3
    for part in ["context", "journey"] {
      let pattern =
        part == "context"
        ? #"{"criteria":[{"key":"browser.family","values":["x"]}]}"#
        : #"{"streamType":"Web","sessionType":"web"}"#
      let found = try errors(segment(#""\#(part)":{"patterns":[\#(list(pattern, 3 + beyond))]}"#), limits)
      #expect(
        found == (beyond > 0 ? ["$.\(part).patterns is an array of 4, expected at most 3 (maxPatterns)"] : [])
      )
    }
  }

  @Test("Criteria", arguments: -1...1)
  func criteria(beyond: Int) throws {
    var limits = DefinitionLimits()
    limits.maxCriteria = 3
    let criteria = list(#"{"key":"browser.family","values":["x"]}"#, 3 + beyond)
    let found = try errors(segment(#""context":{"patterns":[{"criteria":[\#(criteria)]}]}"#), limits)
    #expect(
      found
        == (beyond > 0
          ? ["$.context.patterns[0].criteria is an array of 4, expected at most 3 (maxCriteria)"] : []))
  }

  @Test("Values", arguments: -1...1)
  func values(beyond: Int) throws {
    var limits = DefinitionLimits()
    limits.maxValues = 3
    let found = try errors(
      segment(
        #""context":{"patterns":[{"criteria":[{"key":"browser.family","values":[\#(list(#""x""#, 3 + beyond))]}]}]}"#
      ),
      limits)
    #expect(
      found
        == (beyond > 0
          ? ["$.context.patterns[0].criteria[0].values is an array of 4, expected at most 3 (maxValues)"]
          : []))
  }

  @Test("Texts and ids", arguments: -1...1)
  func texts(beyond: Int) throws {
    var limits = DefinitionLimits()
    limits.maxTextBytes = 10
    limits.maxIdentifierBytes = 10
    let text = list("é", 5).replacing(",", with: "") + (beyond > 0 ? "x" : "")
    let shown = beyond < 0 ? "xxxxxxxxx" : text
    #expect(
      try errors(#"{"kind":"segment","id":"s","displayName":"\#(shown)"}"#, limits)
        == (beyond > 0 ? ["$.displayName is '\(shown)', expected at most 10 bytes"] : []))
    let id = String(repeating: "i", count: 10 + beyond)
    #expect(
      try errors(#"{"kind":"segment","id":"\#(id)","displayName":"S"}"#, limits)
        == (beyond > 0 ? ["$.id is '\(id)', expected at most 10 bytes"] : []))
  }

  @Test("References", arguments: -1...1)
  func references(beyond: Int) throws {
    var limits = DefinitionLimits()
    limits.maxReferences = 3
    let found = try errors(
      #"[{"kind":"actionMap","id":"m","displayName":"M","action":{"mediaType":"integrationAction"},"triggerWithSegments":[\#(list(#""s""#, 3 + beyond))]},\#(segment(#""version":1"#))]"#,
      limits)
    #expect(
      found
        == (beyond > 0
          ? ["$[0].triggerWithSegments is an array of 4, expected at most 3 (maxReferences)"] : []))
  }

  @Test("Definitions of a set, in one list and in several documents", arguments: -1...1)
  func definitions(beyond: Int) throws {
    var limits = DefinitionLimits()
    limits.maxDefinitions = 3
    let texts = (0..<3 + beyond).map { #"{"kind":"segment","id":"s\#($0)","displayName":"S"}"# }
    #expect(
      try errors("{\"entities\":[\(texts.joined(separator: ","))]}", limits)
        == (beyond > 0 ? ["$.entities is an array of 4, expected at most 3 (maxDefinitions)"] : []))
    let documents = try texts.map { try Samples.document(json: $0) }
    let check = DefinitionCheck(documents, limits: limits)
    #expect((check.bundle == nil) == (beyond > 0))
    #expect(
      check.findings.filter { $0.severity == .error }.map(\.expected)
        == (beyond > 0 ? ["at most 3 in one set (maxDefinitions)"] : []))
  }

  @Test("Bytes of one definition in canonical form", arguments: -1...1)
  func bytes(beyond: Int) throws {
    var limits = DefinitionLimits()
    let plain = #"{"description":"","displayName":"S","id":"s","kind":"segment","version":1}"#
    limits.maxDefinitionBytes = plain.utf8.count + 5
    let description = String(repeating: "d", count: 5 + beyond)
    #expect(
      try errors(segment(#""description":"\#(description)""#), limits)
        == (beyond > 0
          ? [
            "$ is \(plain.utf8.count + 6), expected at most \(plain.utf8.count + 5) bytes in canonical form (maxDefinitionBytes)"
          ] : []))
  }

  @Test("Predictors", arguments: -1...1)
  func predictors(beyond: Int) throws {
    let limits = DefinitionLimits()
    let pairs = (0..<limits.maxPredictors + beyond).map {
      #"{"kind":"outcome","id":"o\#($0)","displayName":"O"},{"kind":"predictor","id":"p\#($0)","outcome":{"id":"o\#($0)"}}"#
    }
    let found = try errors("[\(pairs.joined(separator: ","))]", limits)
    #expect(
      found == (beyond > 0 ? ["$[21] is 'predictor 11', expected at most 10 in one set (maxPredictors)"] : [])
    )
  }

  @Test("Delays and days at their bounds")
  func numbers() throws {
    func delay(_ seconds: Int) throws -> [String] {
      try errors(
        #"{"kind":"actionMap","id":"m","displayName":"M","action":{"mediaType":"integrationAction"},"activation":{"type":"delay","delayInSeconds":\#(seconds)}}"#,
        DefinitionLimits())
    }
    #expect(try delay(0) == [])
    #expect(try delay(2_592_000) == [])
    #expect(try delay(2_592_001).count == 1)
    #expect(try delay(-1).count == 1)
    #expect(try errors(segment(#""assignmentExpirationDays":36500"#), DefinitionLimits()) == [])
    #expect(try errors(segment(#""assignmentExpirationDays":36501"#), DefinitionLimits()).count == 1)
    func count(_ number: Int) throws -> [String] {
      try errors(
        segment(#""journey":{"patterns":[{"streamType":"Web","sessionType":"web","count":\#(number)}]}"#),
        DefinitionLimits())
    }
    #expect(try count(100_000) == [])
    #expect(try count(100_001).count == 1)
  }
}
