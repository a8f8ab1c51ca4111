import Foundation
import JourneyModel
import JourneyRules
import Testing

@testable import sojourn

@Suite struct DefinitionFilesTests {
  private func folder(_ files: [String: String]) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "definitions-\(UUID().uuidString)")
    for (name, text) in files {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return folder.path
  }

  @Test func byteOrderMarksArePassedOverAndPackedFilesNamed() throws {
    let path = try folder([
      "segments/a.json": "\u{feff}" + #"{"id":"a","displayName":"A"}"#,
      "segments/b.yaml": "\u{feff}id: b\ndisplayName: B\n",
    ])
    defer { try? FileManager.default.removeItem(atPath: path) }
    let result = try DefinitionFiles([path]).check()
    #expect(result.check.entries.map(\.definition.id) == ["a", "b"])
    #expect(result.unread.isEmpty)
    try Data([0x1f, 0x8b, 8, 0, 0]).write(to: URL(fileURLWithPath: path + "/segments/c.json"))
    let packed = try DefinitionFiles([path]).check()
    #expect(packed.unread.map(\.expected) == ["JSON or YAML in UTF-8; it is packed with gzip"])
    let problem = #expect(throws: ConfigurationProblem.self) {
      try DefinitionFiles([path + "/none"], key: "--definitions", origin: "replay")
    }
    #expect(
      problem?.description.hasPrefix("replay: --definitions is '\(path)/none', expected a readable") == true)
  }

  @Test func aFolderStandsForTheDefinitionsBelowIt() throws {
    let path = try folder([
      "segments/b.json": #"{"id":"b","displayName":"B"}"#, "segments/a.yaml": "id: a\ndisplayName: A\n",
      "deep/er/outcomes/_listing.json": #"{"entities":[{"id":"o","displayName":"O"}]}"#, "INDEX.md": "#",
      ".hidden/x.json": "{",
      "segments/.b.json.swp": "{",
    ])
    defer { try? FileManager.default.removeItem(atPath: path) }
    let files = try DefinitionFiles([path])
    #expect(
      files.paths.map { String($0.dropFirst(path.utf8.count + 1)) } == [
        "deep/er/outcomes/_listing.json", "segments/a.yaml", "segments/b.json",
      ])
    let (check, unread) = try files.check()
    #expect(unread.isEmpty)
    #expect(check.bundle?.entries.map(\.definition.id) == ["a", "b", "o"])
    #expect(try DefinitionFiles([path + "/"]).paths == files.paths)
  }

  @Test func aFileThatIsNoJSONIsAnErrorAndTheOthersAreReadAllTheSame() throws {
    let path = try folder([
      "segments/a.json": "{\n \"id\" \"a\"}", "segments/b.json": #"{"id":"b","displayName":"B"}"#,
      "segments/c.yaml": "a: 1\na: 2\n",
    ])
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (check, unread) = try DefinitionFiles([path]).check()
    #expect(check.entries.map(\.definition.id) == ["b"])
    #expect(
      unread.first.map { "\($0)" } == "\(path)/segments/a.json:2:7: error: $, expected ':'")
    #expect(unread.count == 2)
    let report = DefinitionReport(check: check, unread: unread)
    #expect(!report.mayRun)
    #expect(report.lines.last == "definitions: 1 (1 segment), 2 errors, no warnings, 1 note: may not run")
  }

  @Test func filesOfDefinitionsAreToldFromOthers() throws {
    let path = try folder([
      "segments/a.json": "{", "events/e.json": #"{"id":"1","eventName":"a","customerId":"c"}"#,
      "events/x.json": #"{"kind":"segment","id":"a","displayName":"A"}"#,
      "sojourn.yaml": "group: g\npartitions: 4\n",
      "map.yaml": "selfUri: /api/v2/journey/actionmaps/m\nid: m\n", "lines.ndjson": #"{"kind":"segment"}"#,
    ])
    defer { try? FileManager.default.removeItem(atPath: path) }
    func isDefinition(_ name: String) -> Bool { DefinitionFiles.isDefinition(path + "/" + name) }
    #expect(isDefinition("segments/a.json"))
    #expect(!isDefinition("events/e.json"))
    #expect(isDefinition("events/x.json"))
    #expect(!isDefinition("sojourn.yaml"))
    #expect(isDefinition("map.yaml"))
    #expect(!isDefinition("lines.ndjson"))
  }

  @Test func timeZonesAreCompiledIntoTheSet() throws {
    let path = try folder([
      "schedulegroups/g.yaml":
        "id: g\nname: G\ntimeZone: Europe/Berlin\nopenHours: [{days: [MO], opens: '09:00', closes: '17:00'}]\n",
      "schedulegroups/h.yaml":
        "id: h\nname: H\ntimeZone: Europe/Atlantis\nopenHours: [{days: [MO], opens: '09:00', closes: '17:00'}]\n",
    ])
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (check, _) = try DefinitionFiles([path]).check()
    #expect(
      check.findings.map { "\($0)" } == [
        "\(path)/schedulegroups/h.yaml: error: $.timeZone is 'Europe/Atlantis', expected the name of a time zone, such as Europe/Berlin"
      ])
    #expect(check.entries.map(\.definition.kind) == [.scheduleGroup, .scheduleGroup, .timeZone])
  }

  @Test func offsetsChangeToTheSecond() throws {
    let berlin = try #require(TimeZoneCompiler.definition("Europe/Berlin"))
    #expect(berlin.initialOffset == 3_600)
    let times = berlin.transitions.map(\.time.iso8601)
    #expect(times.first == "2000-03-26T01:00:00.000Z")
    #expect(times.contains("2026-03-29T01:00:00.000Z"))
    #expect(times.contains("2026-10-25T01:00:00.000Z"))
    #expect(berlin.transitions.count == 100)
    let summer = try #require(EventTime(iso8601: "2026-07-01T10:00:00Z"))
    #expect(berlin.local(summer).milliseconds - summer.milliseconds == 7_200_000)
    // A country that changed its mind, without daylight saving.
    let istanbul = try #require(TimeZoneCompiler.definition("Europe/Istanbul"))
    #expect(istanbul.transitions.last?.offset == 10_800)
    #expect(try #require(TimeZoneCompiler.definition("UTC")).transitions.isEmpty)
    #expect(TimeZoneCompiler.definition("Mars/Olympus") == nil)
  }

  /// Links are names like any other.
  @Test func everyNameOfTheDatabaseIsATimeZone() throws {
    #expect(TimeZoneNames.count == 598)
    for (link, zone) in [
      ("Asia/Kolkata", "Asia/Calcutta"), ("Etc/UTC", "UTC"), ("US/Eastern", "America/New_York"),
      ("Europe/Kyiv", "Europe/Kiev"), ("GB", "Europe/London"),
    ] {
      let (one, other) = (
        try #require(TimeZoneCompiler.definition(link), "\(link)"),
        try #require(TimeZoneCompiler.definition(zone), "\(zone)")
      )
      #expect(one.id == link)
      #expect(one.initialOffset == other.initialOffset && one.transitions == other.transitions, "\(link)")
    }
    // What the machine takes for a zone and the database does not have.
    for name in ["GMT+5", "GMT+05:30", "CEST", "", "asia/kolkata", "Asia/Kolkata ", "Asia/Kolkatta"] {
      #expect(TimeZoneCompiler.definition(name) == nil, "\(name)")
    }
  }

  @Test func theTableFitsItsContentAndNothingSteersTheTerminal() throws {
    let value = try DefinitionYAML.read(
      "- {kind: segment, id: s, displayName: \"A\\e[31m\", version: 3, isActive: false}\n- {kind: outcome, id: o, displayName: Ö}\n"
    )
    let check = DefinitionCheck([DefinitionDocument(file: "x", value: value)])
    #expect(
      DefinitionTable(check.entries).lines == [
        "KIND     ID  NAME    ACTIVE  VERSION  LISTENS TO", "segment  s   A\u{fffd}[31m  no      3        -",
        "outcome  o   Ö       yes     1        -",
      ])
  }
}
