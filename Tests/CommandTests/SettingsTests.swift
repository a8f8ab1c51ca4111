import ArgumentParser
import Foundation
import Gateway
import JourneyModel
import Learning
import Logging
import ProcessRuntime
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

  @Test func memoryAndStorage() throws {
    let other = MemoryPlan.otherBytes(maxBatchBytes: 64 << 20)
    #expect(try load().processor.maxResidentBytes == (4 << 30) - other)
    let settings = try load("memory:\n  maxSessionBytes: 268435456\nstorage:\n  directory: /var/lib/sojourn")
    #expect(settings.processor.maxResidentBytes == 256 << 20)
    #expect(
      try load("memory:\n  maxSessionBytes: auto").processor.maxResidentBytes == (4 << 30) - other)
    // More than is left is not given.
    #expect(
      try load("memory:\n  maxBytes: 1073741824\n  maxSessionBytes: 2147483648").processor.maxResidentBytes
        == (1 << 30) - other)
    #expect(settings.localDirectory == "/var/lib/sojourn")
    #expect(try load("log: embedded:///data/a.db").localDirectory == "/data/a.db.local")
    #expect(try load("log: kafka://a:1").localDirectory == "./sojourn-local")
    // No output byte depends on it.
    #expect(settings.processor.lanes.digest == (try load().processor.lanes.digest))
  }

  @Test(arguments: [-1, 0, 1])
  func memoryIsLeftForSessionsOrNothingRuns(_ offset: Int) throws {
    let other = MemoryPlan.otherBytes(maxBatchBytes: 1 << 20)
    let bytes = other + MemoryPlan.leastSessionBytes + offset
    let yaml = "maxBatchBytes: 1048576\nmemory:\n  maxBytes: \(bytes)"
    if offset < 0 {
      let problem = #expect(throws: ConfigurationProblem.self) { try load(yaml) }
      #expect(problem?.key == "memory.maxBytes")
      #expect(problem?.value == "\(bytes)")
      #expect(problem?.expected.hasPrefix("at least \(bytes + 1), ") == true)
    } else {
      #expect(try load(yaml).processor.maxResidentBytes == MemoryPlan.leastSessionBytes + offset)
    }
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
    ["memory:\n  maxSessionBytes: 1048575", "test.yaml:2", "memory.maxSessionBytes", "from 1MiB"],
    ["types: 5", "test.yaml:1", "types", "a list of objects"],
    ["types:\n  - title: x", "test.yaml:2", "types", "a name for every type"],
    ["names:\n  - id: x", "test.yaml:2", "names", "id and name"],
    ["group: [a, b]", "test.yaml:1", "group", "a single value"],
    ["maxSnapshotBytes: 65535", "test.yaml:1", "maxSnapshotBytes", "from 64KiB to 16MiB"],
    ["sessions:\n  maxEventsPerMinute: 0", "test.yaml:2", "sessions.maxEventsPerMinute", "from 1 to"],
    ["breaker:\n  maxRejectedShare: 0%", "test.yaml:2", "breaker.maxRejectedShare", "1% to 99%, or off"],
    ["breaker:\n  maxRejectedShare: 100%", "test.yaml:2", "breaker.maxRejectedShare", "1% to 99%, or off"],
    ["breaker:\n  minRecords: 0", "test.yaml:2", "breaker.minRecords", "a whole number"],
    ["breaker:\n  window: 0s", "test.yaml:2", "breaker.window", "a duration"],
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

  @Test(arguments: [("1%", 1), ("50%", 50), ("99%", 99), ("off", 100)])
  func sharesOfTheBreaker(text: String, percent: Int) throws {
    let settings = try load(
      "breaker:\n  maxRejectedShare: \(text)\n  window: 10s\n  cooldown: 5m\n  minRecords: 7")
    #expect(settings.processor.breaker.maxRejectedPercent == percent)
    #expect(settings.processor.breaker.window == .seconds(10))
    #expect(settings.processor.breaker.cooldown == .seconds(300))
    #expect(settings.processor.breaker.minRecords == 7)
  }

  @Test(arguments: [(254, true), (255, true), (256, false)])
  func textsOnCardsAreBounded(count: Int, isTaken: Bool) {
    let text = String(repeating: "x", count: count)
    for yaml in [
      "types:\n  - name: a\n    title: \(text)", "types:\n  - name: a\n    icon: \(text)",
      "names:\n  - id: a\n    name: \(text)",
    ] { #expect(((try? load(yaml)) != nil) == isTaken) }
  }

  @Test func whatIsToldOfSessionsIsTwoKeys() throws {
    #expect(try load().processor.lanes.snapshots == SnapshotPolicy())
    let settings = try load("snapshots: ends\nfinalSnapshots: with-end")
    #expect(settings.processor.lanes.snapshots == SnapshotPolicy(.ends, final: .withEnd))
    #expect(
      try load(flags: [("finalSnapshots", "never")]).processor.lanes.snapshots
        == SnapshotPolicy(final: .never))
  }

  /// A view shows what is told: who starts one hears what it will lack.
  @Test(arguments: [
    (SnapshotPolicy(), nil), (SnapshotPolicy(.milestones, final: .never), nil),
    (SnapshotPolicy(.ends, final: .never), "before it ends"),
    (SnapshotPolicy(.ends, final: .withEnd), "before its end is final"),
    (SnapshotPolicy(final: .withEnd), "show the session as open"),
  ])
  func whatAViewCannotShowIsSaid(_ policy: SnapshotPolicy, _ text: String?) {
    var settings = Settings()
    settings.processor.lanes.snapshots = policy
    #expect((settings.untoldToViews != nil) == (text != nil))
    if let text { #expect(settings.untoldToViews?.contains(text) ?? false) }
  }

  @Test(arguments: ["maxSnapshotBytes=70000", "sessions.maxEventsPerMinute=7", "finalSnapshots=never"])
  func limitsThatShapeOutputsChangeTheDigest(_ flag: String) throws {
    let parts = flag.split(separator: "=").map(String.init)
    let changed = try load(flags: [(parts[0], parts[1])]).processor.lanes
    #expect(changed.digest != Settings().processor.lanes.digest)
  }

  @Test func misspeltSecretsAreNotShown() {
    do {
      _ = try load(flags: [("kafkasasl.password", "open-sesame")])
      Issue.record("accepted")
    } catch {
      #expect(!"\(error)".contains("open-sesame"))
    }
  }

  /// README: the file has every key with its default.
  @Test func theDeployedFileHasEveryKeyWithItsDefault() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../deploy/sojourn.yaml")
    let file = try ConfigurationFile(path: path.path())
    let named = Set(file.entries.map(\.key)).union(["instance"])
    #expect(ConfigurationKey.all.map(\.name).filter { !named.contains($0) } == [])
    var settings = try Settings.load(file: file, environment: [:], flags: [])
    let defaults = Settings()
    settings.processor.lanes.sessions.types = defaults.processor.lanes.sessions.types
    settings.processor.lanes.names = defaults.processor.lanes.names
    #expect(settings.processor.lanes == defaults.processor.lanes)
    #expect(settings.processor.breaker == defaults.processor.breaker)
    #expect(settings.processor.maxBatchBytes == defaults.processor.maxBatchBytes)
    #expect(settings.processor.maxBatchEvents == defaults.processor.maxBatchEvents)
    #expect(settings.processor.commitInterval == defaults.processor.commitInterval)
    #expect(settings.processor.topicIdle == defaults.processor.topicIdle)
    #expect(settings.processor.training == defaults.processor.training)
  }

  @Test(arguments: [
    ("off", true), ("59m", false), ("1h", true), ("720h", true), ("721h", false), ("soon", false),
  ])
  func sessionRetention(text: String, isTaken: Bool) throws {
    let flags = [("identity.enabled", "on"), ("retention.sessions", text)]
    if isTaken {
      let settings = try load(flags: flags)
      #expect(settings.sessionRetention.isOn == (text != "off"))
    } else {
      #expect(throws: ConfigurationProblem.self) { try load(flags: flags) }
    }
  }

  @Test(arguments: [[("identity.enabled", "off")], [("identity.enabled", "on"), ("views.enabled", "off")]])
  func whatSessionRetentionNeeds(flags: [(String, String)]) {
    #expect(throws: ConfigurationProblem.self) { try load(flags: flags + [("retention.sessions", "24h")]) }
  }

  @Test(arguments: [("503h", false), ("504h", false), ("505h", true)])
  func anErasureIsRememberedForLongerThanItsEventsCanBeRead(memory: String, isTaken: Bool) throws {
    let flags = [("identity.enabled", "on"), ("identity.erasureMemory", memory)]
    if isTaken {
      _ = try load(flags: flags)
    } else {
      #expect(throws: ConfigurationProblem.self) { try load(flags: flags) }
      // Where nobody is looked for nothing is erased either.
      _ = try load(flags: [("identity.enabled", "off"), flags[1]])
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
    #expect(LogAddress("embedded://a.db") == .embedded("a.db"))
    for (text, path) in [
      ("./a.db", "a.db"), (".//b/./a.db", "b/a.db"), ("/srv//./a.db", "/srv/a.db"), ("../a.db", "../a.db"),
      (".a.db", ".a.db"), ("b/../a.db", "b/../a.db"), ("/", "/"), ("./", "./"), ("a.db/", "a.db/"),
    ] { #expect(LogAddress("embedded://" + text) == .embedded(path)) }
    #expect(LogAddress("kafka://one:9092,two:9092") == .kafka("one:9092,two:9092"))
    for text in ["", "embedded://", "kafka://", "a.db", "http://x"] { #expect(LogAddress(text) == nil) }
  }

  @Test(arguments: [
    ("67108864", 64 << 20), ("64MiB", 64 << 20), ("65536KiB", 64 << 20), ("16384KiB", 16 << 20),
    ("100MB", 100_000_000),
    ("100000kB", 100_000_000), ("67108864B", 64 << 20),
  ])
  func sizesTakeUnits(text: String, bytes: Int) throws {
    #expect(try load("maxBatchBytes: \(text)").processor.maxBatchBytes == bytes)
    #expect(SizeText.bytes(text) == bytes)
  }

  @Test(arguments: ["", "MiB", "1.5MiB", "-1", "1 MiB", "1mib", "9223372036854775807KiB", "1024TiB0"])
  func whatIsNoSizeIsRefused(text: String) { #expect(SizeText.bytes(text) == nil) }

  @Test(arguments: [(-1, "1048575B"), (0, "1MiB"), (1, "1048577B")])
  func sizesAtTheLimit(offset: Int, text: String) throws {
    #expect(SizeText.text((1 << 20) + offset) == text)
    if offset < 0 {
      #expect(throws: ConfigurationProblem.self) { try load("maxBatchBytes: \(text)") }
    } else {
      #expect(try load("maxBatchBytes: \(text)").processor.maxBatchBytes == (1 << 20) + offset)
    }
  }

  @Test func logLinesAreSet() throws {
    #expect(try load().logging == LogSettings(form: .text, level: .info))
    let settings = try load("logging:\n  format: json\n  level: warning")
    #expect(settings.logging == LogSettings(form: .json, level: .warning))
    for wrong in ["format: xml", "level: loud"] {
      #expect(throws: ConfigurationProblem.self) { try load("logging:\n  \(wrong)") }
    }
    // No output byte depends on it.
    #expect(settings.processor.lanes.digest == (try load().processor.lanes.digest))
  }

  /// A message about the log's address names what gave it.
  @Test func theLogsOriginIsTold() throws {
    #expect(try load().logOrigin == "default")
    #expect(try load("group: a\nlog: embedded://a.db").logOrigin == "test.yaml:2")
    #expect(
      try load(environment: ["SOJOURN_LOG": "embedded://a.db"]).logOrigin == "environment SOJOURN_LOG")
    #expect(try load(flags: [("log", "embedded://a.db")]).logOrigin == "--set")
    var options = try CommonOptions.parse(["--log", "embedded://a.db", "--set", "group=g"])
    #expect(try options.settings().logOrigin == "--log")
    options = try CommonOptions.parse(["--log", "nowhere"])
    let problem = #expect(throws: ConfigurationProblem.self) { try options.settings() }
    #expect(problem?.description == "--log: log is 'nowhere', expected embedded://PATH or kafka://HOST:PORT")
  }

  @Test func aConfigurationFileMayHaveAByteOrderMarkAndIsRefusedByNameOtherwise() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(FileForm.byteOrderMark + Array("group: marked".utf8)).write(to: URL(fileURLWithPath: path))
    let file = try ConfigurationFile(path: path)
    #expect(try Settings.load(file: file, environment: [:], flags: []).processor.lanes.group == "marked")
    for (bytes, words) in [
      ([0x1f, 0x8b, 8, 0], "it is packed with gzip"), ([0xff, 0xfe, 0x67, 0], "it is text in UTF-16"),
      ([0x67, 0xff, 0xff], "a file of YAML in UTF-8"),
    ] as [([UInt8], String)] {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let problem = #expect(throws: ConfigurationProblem.self) {
        try ConfigurationFile(path: path, key: "--config", origin: "command line")
      }
      #expect(problem?.expected.contains(words) == true)
      #expect(problem?.key == "--config")
    }
  }

  /// What a cluster sets for a service called `sojourn` is no setting, and stops nothing.
  @Test(arguments: [
    ("SOJOURN_PORT", "tcp://10.0.0.1:8321"), ("SOJOURN_SERVICE_HOST", "10.0.0.1"),
    ("SOJOURN_SERVICE_PORT", "8321"), ("SOJOURN_SERVICE_PORT_HTTP", "8321"),
    ("SOJOURN_PORT_8321_TCP", "tcp://10.0.0.1:8321"), ("SOJOURN_PORT_8321_TCP_PROTO", "tcp"),
    ("SOJOURN_PORT_8321_TCP_PORT", "8321"), ("SOJOURN_PORT_8321_TCP_ADDR", "10.0.0.1"),
    ("SOJOURN_GATEWAY_PORT", "udp://10.0.0.1:8321"), ("SOJOURN_GATEWAY_PORT_53_UDP_ADDR", "10.0.0.1"),
  ])
  func serviceLinksAreNoSettings(name: String, value: String) throws {
    let settings = try load(environment: [name: value, "SOJOURN_GROUP": "g"])
    #expect(settings.ignoredVariables == [name])
    #expect(settings.processor.lanes.group == "g")
  }

  @Test(arguments: [
    ("SOJOURN_PORT", "8321"), ("SOJOURN_HOST", "10.0.0.1"), ("SOJOURN_PORT_X_TCP_ADDR", "10.0.0.1"),
    ("SOJOURN_PORT_70000_TCP", "x"),
  ])
  func whatOnlyLooksLikeOneIsRefused(name: String, value: String) {
    let problem = #expect(throws: ConfigurationProblem.self) { try load(environment: [name: value]) }
    #expect(problem?.key == "unknown key \(name)")
  }

  @Test func trainingHasItsSettings() throws {
    let settings = try load(
      "predictions:\n  trainInterval: 2h\n  minTrainInterval: 1s\n  modelHistory: 24h")
    let training = settings.processor.training
    #expect(
      training.interval == .hours(2) && training.minimum == .seconds(1) && training.history == .hours(24))
    #expect(training.pause == .init(milliseconds: 100) && TrainingPace().pause == .seconds(30))
    // No output byte depends on them.
    #expect(settings.processor.lanes.digest == (try load().processor.lanes.digest))
    for wrong in ["trainInterval: 0s", "minTrainInterval: soon", "modelHistory: -1h"] {
      #expect(throws: ConfigurationProblem.self) { try load("predictions:\n  \(wrong)") }
    }
  }

  @Test func silenceHasItsSettings() throws {
    let settings = try load(
      "lostInput: earliest\nstartTimeout: 10s\nstorage:\n  history: 24h\nembedded:\n  maxInputBytes: 1048576")
    #expect(settings.processor.lostInput == .earliest && settings.startTimeout == .seconds(10))
    #expect(settings.history == .seconds(86_400) && settings.maxInputBytes == 1_048_576)
    #expect(try load("embedded:\n  maxInputBytes: 16GiB").maxInputBytes == 16 << 30)
    #expect(try load().processor.lostInput == .stop)
    // No output byte depends on them.
    #expect(settings.processor.lanes.digest == (try load().processor.lanes.digest))
    for wrong in ["lostInput: latest", "embedded:\n  maxInputBytes: 1048575", "startTimeout: 0s"] {
      #expect(throws: ConfigurationProblem.self) { try load(wrong) }
    }
  }
}
