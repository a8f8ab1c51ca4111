import EventLog
import Foundation
import Gateway
import JourneyModel
import Testing
import WireFormat

@testable import Processor
@testable import sojourn

/// The catalogue of outputs is what schemas, topic plan, settings and documentation say as well.
@Suite struct OutputCatalogTests {
  private static let schemas = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("schemas")

  /// Schemas of what is no output of the processor's: inputs by stream, shared parts, the last line of a
  /// replay, and what senders of webhooks and gateways write.
  private static let others: Set<String> = Set(Stream.allCases.map { "event-\($0.name)" })
    .union([
      "event-conversation-detail", "common", "replay-summary", "webhook-failure", "refused", "usage",
      "identity-command",
    ])

  private static func files() throws -> Set<String> {
    let suffix = ".schema.json"
    let names = try FileManager.default.contentsOfDirectory(atPath: schemas.path)
    return Set(names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) })
  }

  /// Where a catalogue and everything else disagree.
  private static func findings(_ entries: [OutputEntry]) throws -> [String] {
    var findings: [String] = []
    let described = entries.flatMap(\.schemas)
    let files = try files()
    findings += Set(described).subtracting(files).sorted().map { "no schema file \($0)" }
    findings += files.subtracting(described).subtracting(others).sorted().map { "\($0): of no output" }
    if Set(described).count != described.count { findings.append("a schema of two outputs") }
    if Set(entries.map(\.name)).count != entries.count { findings.append("a name twice") }

    let settings = Settings()
    let inputs = Set(settings.processor.lanes.topics.inputs.values)
    let planned = Set(TopicPlan(settings).topics.map(\.name)).subtracting(inputs)
      .subtracting([RefusalRecord.topic, UsageRecord.topic])
    findings += planned.symmetricDifference(entries.map(\.name)).sorted().map { "\($0): plan differs" }

    let readme = try String(contentsOf: schemas.appendingPathComponent("README.md"), encoding: .utf8)
    for entry in entries {
      if entry.audience == .subscribers, entry.schemas.isEmpty {
        findings.append("\(entry.name): subscribers read it, and no schema describes it")
      }
      if let type = entry.eventType, !readme.contains("`\(type)`") {
        findings.append("schemas/README.md does not name \(type)")
      }
      if entry.replay == .events, entry.encoder != .derivedEvent {
        findings.append("\(entry.name): a replay finds no events there")
      }
    }
    let types = Set(entries.compactMap(\.eventType)).union([RefusalRecord.eventType, UsageRecord.eventType])
    for type in readme.matches(of: /`(dev\.sojourn\.[a-z.]+\.v[0-9]+)`/).map({ String($0.output.1) })
    where !types.contains(type) { findings.append("\(type): of no output") }
    return findings
  }

  @Test func agreesWithSchemasPlanAndDocumentation() throws {
    #expect(try OutputCatalogTests.findings(OutputCatalog.standard.entries) == [])
  }

  /// Pages that list topics name those that rules write, and their metrics.
  @Test func pagesThatListTopicsAreWhole() throws {
    let docs = OutputCatalogTests.schemas.deletingLastPathComponent().appendingPathComponent("docs")
    func page(_ name: String) throws -> String {
      try String(contentsOf: docs.appendingPathComponent(name), encoding: .utf8)
    }
    let entries = OutputCatalog.standard.entries.filter { $0.encoder == .derivedEvent }
    #expect(entries.count > 2)
    for name in ["persons.md", "recovery.md", "design/bounds.md", "design/views.md"] {
      let text = try page(name)
      for entry in entries { #expect(text.contains("`\(entry.name)`"), "\(entry.name) in \(name)") }
    }
    let operations = try page("operations.md")
    for counter in entries.flatMap(\.counters) {
      #expect(operations.contains("| `\(counter.name)` |"), "\(counter.name)")
    }
  }

  @Test func aMissingEntryIsNoticed() throws {
    for topic in OutputTopic.allCases {
      let entries = OutputCatalog.standard.entries.filter { $0.topic != topic }
      #expect(try !OutputCatalogTests.findings(entries).isEmpty, "\(topic)")
    }
  }

  @Test func anEntryThatSaysSomethingElseIsNoticed() throws {
    var missing = OutputCatalog.standard.entries
    missing[OutputTopic.actions.rawValue].schemas = ["web-action"]
    #expect(try OutputCatalogTests.findings(missing) == ["blocked-action: of no output"])
    var other = OutputCatalog.standard.entries
    other[OutputTopic.outcomes.rawValue].eventType = "dev.sojourn.outcome.achieved.v2"
    #expect(try OutputCatalogTests.findings(other).count == 2)
    var undescribed = OutputCatalog.standard.entries
    undescribed[OutputTopic.sessions.rawValue].schemas = []
    #expect(try OutputCatalogTests.findings(undescribed).count == 2)
  }

  @Test func everyEntryStandsWhereItsTopicIsLookedUp() {
    for topic in OutputTopic.allCases {
      #expect(topic.entry.topic == topic)
      #expect(TopicNames(prefix: "eu.")[topic] == "eu." + topic.entry.name)
      #expect(TopicNames(prefix: "eu.").output(named: "eu." + topic.entry.name) == topic)
      #expect(TopicNames(prefix: "eu.").known[topic.entry.name] == "eu." + topic.entry.name)
    }
    #expect(TopicNames().output(named: "web") == nil)
  }

  /// Inputs have a key each; outputs are named by the catalogue and the prefix alone.
  @Test func theKeysOfTopicsAreThoseOfInputs() {
    let keys = ConfigurationKey.all.map(\.name).filter { $0.hasPrefix("topics.") }
    #expect(Set(keys) == Set(["topics.prefix"] + Stream.allCases.map { "topics.\($0.name)" }))
  }

  /// The plan as it was before there was a catalogue, and behind it what the gateway keeps.
  @Test func thePlanIsWhatItWas() {
    var settings = Settings()
    settings.history = .seconds(3_600)
    let plan = TopicPlan(settings)
    func kept(_ name: String, _ age: Int) -> String { "\(name) \(plan.topics[0].partitions) delete \(age)" }
    let lanes = settings.processor.lanes.partitions
    let text = plan.topics.map { topic in
      "\(topic.name) \(topic.partitions) \(topic.settings["cleanup.policy"] ?? "") \(topic.settings["retention.ms"] ?? "")"
    }
    let week = 604_800_000
    #expect(
      text == Stream.allCases.map { kept($0.name, week) } + [
        kept("routed", 3_600_000), "sessions \(lanes) compact ", kept("segments", week),
        kept("outcomes", week), kept("actions", week), kept("rejected", 2 * week),
        kept("journal", 3_600_000), kept("redo", 3_600_000), "state \(lanes) compact ",
        "contacts \(lanes) compact ", kept("contactEvents", week), kept("examples", 30 * 24 * 3_600_000),
        "definitions 1 compact ", "models 1 compact ", kept("refused", 2 * week), "usage \(lanes) compact ",
      ])
  }
}
