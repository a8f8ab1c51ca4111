import JourneyRules
import Testing

@Suite("Kind of a definition")
struct KindRecognitionTests {
  private let name = #""id":"x","displayName":"X","name":"X""#

  @Test(
    "Folders say it, in any spelling",
    arguments: [
      ("segments", DefinitionKind.segment), ("Segment", .segment), ("outcomes", .outcome),
      ("predictors", .predictor),
      ("actionmaps", .actionMap), ("action-maps", .actionMap), ("actionMaps", .actionMap),
      ("action_templates", .actionTemplate), ("actiontargets", .actionTarget), ("schedules", .schedule),
      ("schedule-groups", .scheduleGroup), ("emergencygroups", .emergencyGroup),
      ("session-types", .sessionType),
      ("eventTypes", .eventType), ("frequencycaps", .frequencyCap), ("timezones", .timeZone),
    ])
  func folders(folder: String, kind: DefinitionKind) throws {
    #expect(DefinitionReader.recognizes(folder: folder))
    let reading = try Samples.read(#"{\#(name)}"#, folder: folder)
    let other = try Samples.read(#"{\#(name),"kind":"\#(kind.rawValue)"}"#)
    #expect(reading.entries.map(\.definition) == other.entries.map(\.definition))
    #expect(reading.findings == other.findings)
  }

  @Test("Other folders say nothing", arguments: ["", "web", "definitions", "segmentss"])
  func otherFolders(folder: String) { #expect(!DefinitionReader.recognizes(folder: folder)) }

  @Test("A member kind wins over all, then the selfUri, then the folder, then the other members")
  func precedence() throws {
    func kind(_ members: String, folder: String?) throws -> DefinitionKind? {
      try Samples.read("{\(name)\(members)}", folder: folder).entries.first?.definition.kind
    }
    let uri = #","selfUri":"/api/v2/journey/outcomes/x""#
    #expect(try kind(#","kind":"segment""# + uri, folder: "outcomes") == .segment)
    #expect(try kind(uri + #","shouldDisplayToAgent":true"#, folder: "segments") == .outcome)
    #expect(try kind(#","isPositive":true"#, folder: "segments") == .segment)
    #expect(try kind(#","isPositive":true"#, folder: nil) == .outcome)
    #expect(
      try kind(#","selfUri":"/api/v2/architect/emergencygroups/x","enabled":false"#, folder: nil)
        == .emergencyGroup)
    #expect(try kind("", folder: nil) == nil)
  }

  @Test(
    "Every sample without its folder is recognized by its selfUri, and most without that by their members")
  func samples() throws {
    for var sample in try Samples.all() {
      let kind = DefinitionReader().read(sample).entries.first?.definition.kind
      sample.folder = nil
      #expect(DefinitionReader.recognizes(sample.value))
      #expect(DefinitionReader().read(sample).entries.first?.definition.kind == kind)
      guard case .object(let members) = sample.value else { continue }
      sample.value = .object(members.filter { $0.name != "selfUri" })
      #expect(DefinitionReader().read(sample).entries.first?.definition.kind == kind, "\(sample.file)")
    }
  }

  @Test("Events are not taken for definitions")
  func events() throws {
    for json in [
      #"{"id":"1","eventName":"a","customerId":"c","scope":"x"}"#, #"{"session":{"id":"1"},"outcome":{}}"#,
      "{}", "[]", "1",
    ] {
      #expect(!DefinitionReader.recognizes(try Samples.document(json: json).value))
    }
  }
}
