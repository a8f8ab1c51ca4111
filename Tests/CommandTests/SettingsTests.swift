import Gateway
import JourneyModel
import Processor
import Sessionizer
import Testing
import WireFormat

@testable import sojourn

@Suite struct SettingsTests {
  private func load(
    _ yaml: String = "", environment: [String: String] = [:], flags: [(key: String, value: String)] = []
  ) throws -> Settings {
    try Settings.load(
      file: ConfigurationFile(path: "test.yaml", text: yaml), environment: environment, flags: flags)
  }

  @Test func laterSourcesWin() throws {
    let yaml = "partitions: 3\ngroup: file\ncommitInterval: 50ms"
    let settings = try load(
      yaml, environment: ["SOJOURN_PARTITIONS": "5", "SOJOURN_GROUP": "environment"],
      flags: [("partitions", "7")])
    #expect(settings.processor.lanes.partitions == 7)
    #expect(settings.processor.lanes.group == "environment")
    #expect(settings.processor.commitInterval == .milliseconds(50))
  }

  @Test func prefixAndNamesOfTopics() throws {
    let topics = try load("topics:\n  prefix: eu.\n  web: clicks").processor.lanes.topics
    #expect(topics.inputs[.web] == "eu.clicks")
    #expect(topics.sessions == "eu.sessions")
    #expect(topics.known["web"] == "eu.clicks")
  }

  @Test func typesAndNames() throws {
    let yaml = """
      types:
        - name: delivery
          title: Bike
          timeout: 720h
          attributes:
            - from: location
              to: Location
            - from: reason
              list: true
      names:
        - id: q1
          name: Support
      """
    let lanes = try load(yaml).processor.lanes
    let type = try #require(lanes.sessions.types["delivery"])
    #expect(type.title == "Bike")
    #expect(type.timeout == .hours(720))
    #expect(
      type.projections == [
        .init(from: "location", to: "Location"), .init(from: "reason", to: "reason", isList: true),
      ])
    #expect(lanes.names.names == ["q1": "Support"])
  }

  @Test(arguments: [
    ["groupp: x", "test.yaml:1", "groupp", "nearest is group"],
    ["log: a", "test.yaml:1", "log", "embedded://PATH"],
    ["time:\n  topicIdle: 5", "test.yaml:2", "time.topicIdle", "a duration"],
    ["types: 5", "test.yaml:1", "types", "a list of objects"],
    ["types:\n  - title: x", "test.yaml:2", "types", "a name for every type"],
    ["names:\n  - id: x", "test.yaml:2", "names", "id and name"],
    ["group: [a, b]", "test.yaml:1", "group", "a single value"],
    ["- a", "test.yaml", "the file", "a mapping"],
    ["a: b: c", "test.yaml", "the file", "YAML"],
  ])
  func refusals(_ example: [String]) {
    do {
      _ = try load(example[0])
      Issue.record("\(example[0]) was accepted")
    } catch {
      for part in example.dropFirst() { #expect("\(error)".contains(part), "no \(part) in: \(error)") }
    }
  }

  @Test func misspeltSecretsAreNotShown() {
    do {
      _ = try load(flags: [("kafkasasl.password", "open-sesame")])
      Issue.record("accepted")
    } catch {
      #expect(!"\(error)".contains("open-sesame"))
    }
  }

  @Test func aMissingFileIsAFinding() {
    #expect(ConfigurationCheck.findings(in: "/nonexistent.yaml").count == 1)
  }

  @Test(arguments: [
    ("log", "SOJOURN_LOG"), ("time.maxOutOfOrder", "SOJOURN_TIME_MAX_OUT_OF_ORDER"),
    ("topics.web", "SOJOURN_TOPICS_WEB"),
  ])
  func environmentNames(key: String, name: String) {
    #expect(ConfigurationKey.environmentName(key) == name)
  }

  @Test func environmentNamesAreDistinct() {
    let names = ConfigurationKey.all.map { ConfigurationKey.environmentName($0.name) }
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: [
    ("200ms", 200), ("5s", 5_000), ("20m", 1_200_000), ("24h", 86_400_000), ("2d", 172_800_000), ("0s", 0),
  ])
  func durations(text: String, milliseconds: Int64) {
    #expect(DurationText.milliseconds(text) == milliseconds)
  }

  @Test(arguments: ["", "5", "s", "-5s", "5 s", "1.5s", "9223372036854775807h", "99999d", "٥s"])
  func noDurations(text: String) {
    #expect(DurationText.milliseconds(text) == nil)
  }

  @Test func healthIsServedOnLoopbackUnlessToldOtherwise() throws {
    let standard = try load()
    #expect(standard.http == HTTPSettings())
    #expect(standard.http.host == "127.0.0.1")
    #expect(standard.http.port == 8_321)
    #expect(standard.health.stallAfter == .seconds(60))
    #expect(standard.health.liveAfter == .seconds(30))
    let settings = try load(
      "http:\n  host: \"::1\"\n  port: off\nhealth:\n  stallAfter: 5s\n  liveAfter: 1500ms",
      environment: ["SOJOURN_HTTP_HOST": "0.0.0.0"])
    #expect(settings.http.host == "0.0.0.0")
    #expect(settings.http.port == nil)
    #expect(settings.health.stallAfter == .seconds(5))
    #expect(settings.health.liveAfter == .milliseconds(1_500))
  }

  @Test(arguments: [
    ("-1", false), ("0", true), ("1", true), ("65534", true), ("65535", true), ("65536", false),
    ("off", true),
    ("on", false), ("", false), ("80 ", false),
  ])
  func ports(text: String, isPort: Bool) {
    #expect((HTTPSettings.port(text) != nil) == isPort)
    #expect(((try? load(flags: [("http.port", text)])) != nil) == isPort)
  }

  @Test(arguments: [
    ("localhost", true), ("::1", true), ("fe80::1%eth0", true), ("10.0.0.1", true), ("", false),
    ("http://x", false), ("a b", false), (String(repeating: "a", count: 252), true),
    (String(repeating: "a", count: 253), true), (String(repeating: "a", count: 254), false),
  ])
  func hosts(text: String, isHost: Bool) {
    #expect(HTTPSettings.isHost(text) == isHost)
  }

  @Test func addresses() {
    #expect(LogAddress("embedded://./a.db") == .embedded("./a.db"))
    #expect(LogAddress("kafka://one:9092,two:9092") == .kafka("one:9092,two:9092"))
    for text in ["", "embedded://", "kafka://", "a.db", "http://x"] { #expect(LogAddress(text) == nil) }
  }
}
