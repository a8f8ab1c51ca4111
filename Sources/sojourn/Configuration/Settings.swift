import Configuration
import EventLog
import Foundation
import Gateway
import Identity
import JourneyModel
import Persons
import ProcessRuntime
import Processor
import Sessionizer
import WireFormat

/// Everything a command needs to know, after file, environment and flags; later ones win.
struct Settings: Sendable {
  var log = LogAddress.embedded("./sojourn.db")
  /// Where the log's address came from, for messages about it.
  var logOrigin = "default"
  var processor = ProcessorSettings()
  var memory = MemoryPlan()
  var http = HTTPSettings()
  var health = HealthLimits()
  var gateway = GatewaySettings()
  var views = ViewConfiguration()
  /// How long ended sessions stay on their topic.
  var sessionRetention = SessionRetention()
  var logging = LogSettings()
  var webhooks = WebhookPlan()
  /// How persons are found, and whether they are looked for at all.
  var persons = PersonSettings()
  var findsPersons = false
  var topicPrefix = ""
  var topicNames: [JourneyModel.Stream: String] = [:]
  /// Where this processor keeps files of its own, all of which may be lost at no harm; empty for the default.
  var storageDirectory = ""
  /// How long journal, redo and routed records stay for verification once a restart does not need them.
  var history: Duration = .seconds(168 * 3_600)
  /// Bytes that the input topics of an embedded log hold at most.
  var maxInputBytes = 8 << 30
  /// How long `run` waits at its start for a log that does not answer.
  var startTimeout: Duration = .seconds(300)
  /// Environment variables that a cluster sets for a service of our name, and that say nothing to us.
  var ignoredVariables: [String] = []
  /// Properties of librdkafka.
  var kafka: [String: String] = [:]

  init() {
    processor.instance = Settings.hostName
    applyTopics()
    if let bytes = memory.sessionBytes(maxBatchBytes: processor.maxBatchBytes) {
      processor.maxResidentBytes = bytes
    }
  }

  /// Reads and checks all sources.
  static func load(
    file: ConfigurationFile?, environment: [String: String], flags: [(key: String, value: String)]
  ) throws -> Settings {
    var settings = Settings()
    let sources = try SettingSources(file: file, environment: environment, flags: flags)
    let reader = ConfigReader(providers: sources.providers)
    for key in ConfigurationKey.all {
      guard let value = reader.string(forKey: ConfigKey(key.name)) else { continue }
      guard key.set(&settings, value) else {
        throw ConfigurationProblem(
          key: key.name, value: value, expected: key.expected, origin: sources.origin(of: key.name))
      }
    }
    settings.kafka = sources.kafka
    settings.ignoredVariables = sources.ignoredVariables
    settings.logOrigin = sources.origin(of: "log")
    if let file {
      try settings.apply(file)
      try settings.gateway.access.apply(file)
      settings.webhooks.targets = try PlannedTarget.targets(in: file)
    }
    settings.applyTopics()
    for key in ConfigurationKey.all {
      settings.gateway.origins[key.name] = sources.origin(of: key.name)
    }
    guard let bytes = settings.memory.sessionBytes(maxBatchBytes: settings.processor.maxBatchBytes) else {
      let least =
        MemoryPlan.otherBytes(maxBatchBytes: settings.processor.maxBatchBytes)
        + MemoryPlan.leastSessionBytes
      throw ConfigurationProblem(
        key: "memory.maxBytes", value: "\(settings.memory.maxBytes)",
        expected:
          "at least \(least), since batches in flight may take most of that with maxBatchBytes at \(settings.processor.maxBatchBytes); a smaller maxBatchBytes needs less",
        origin: sources.origin(of: "memory.maxBytes"))
    }
    settings.processor.maxResidentBytes = bytes
    try settings.checkRetention(sources.origin(of: "retention.sessions"))
    if settings.findsPersons {
      try settings.checkErasureMemory(sources.origin(of: "identity.erasureMemory"))
      settings.persons.identifiers.plan = settings.processor.lanes.decoding.numbering
      settings.processor.lanes.findPersons(settings.persons)
    }
    return settings
  }

  /// The folder for local files: as configured, or beside the embedded log, or in the working directory.
  var localDirectory: String {
    guard storageDirectory.isEmpty else { return storageDirectory }
    return switch log {
    case .embedded(let path): path + ".local"
    case .kafka: "./sojourn-local"
    }
  }

  private mutating func applyTopics() {
    var topics = TopicNames(prefix: topicPrefix)
    for (stream, name) in topicNames { topics.inputs[stream] = topicPrefix + name }
    processor.lanes.topics = topics
  }

  private mutating func apply(_ file: ConfigurationFile) throws {
    for (entries, attributes) in zip(file.types, file.typeAttributes) {
      var type = SessionSettings.SessionType()
      var name = ""
      var retention: Duration??
      for entry in entries {
        func refuse(_ expected: String) -> ConfigurationProblem {
          ConfigurationProblem(
            key: "types.\(entry.key)", value: entry.value, expected: expected,
            origin: "\(file.path):\(entry.line)")
        }
        switch entry.key {
        case "name": name = entry.value
        case "title", "icon":
          guard entry.value.utf8.count <= Settings.maxNameBytes else {
            throw refuse("at most \(Settings.maxNameBytes) bytes")
          }
          if entry.key == "title" { type.title = entry.value } else { type.icon = entry.value }
        case "timeout":
          guard let milliseconds = DurationText.milliseconds(entry.value), milliseconds > 0 else {
            throw refuse("a duration such as 30m or 24h")
          }
          type.timeout = EventTime.Span(milliseconds: milliseconds)
        case "retention":
          guard let age = SessionRetention.age(entry.value) else { throw refuse(SessionRetention.form) }
          retention = age
        case "attributes": type.projections = try attributes.map { try projection($0, file) }
        default: throw refuse("one of name, title, icon, timeout, retention, attributes")
        }
      }
      guard !name.isEmpty else {
        throw ConfigurationProblem(
          key: "types", value: nil, expected: "a name for every type",
          origin: "\(file.path):\(entries.first?.line ?? 0)")
      }
      // How long its records stay is nothing that lanes know.
      if entries.contains(where: { !["name", "retention"].contains($0.key) }) {
        processor.lanes.sessions.types[name] = type
      }
      if let retention { sessionRetention.byType[name] = retention }
    }
    for entries in file.names {
      let fields = Dictionary(entries.map { ($0.key, $0.value) }) { $1 }
      guard let id = fields["id"], let name = fields["name"], fields.count == 2 else {
        throw ConfigurationProblem(
          key: "names", value: nil, expected: "objects with id and name",
          origin: "\(file.path):\(entries.first?.line ?? 0)")
      }
      guard name.utf8.count <= Settings.maxNameBytes else {
        throw ConfigurationProblem(
          key: "names.name", value: name, expected: "at most \(Settings.maxNameBytes) bytes",
          origin: "\(file.path):\(entries.first?.line ?? 0)")
      }
      processor.lanes.names.names[id] = name
    }
  }

  private func projection(
    _ entries: [ConfigurationFile.Entry], _ file: ConfigurationFile
  ) throws -> SessionSettings.Projection {
    let fields = Dictionary(entries.map { ($0.key, $0) }) { $1 }
    for entry in entries where !["from", "to", "list"].contains(entry.key) {
      throw ConfigurationProblem(
        key: "types.attributes.\(entry.key)", value: entry.value, expected: "one of from, to, list",
        origin: "\(file.path):\(entry.line)")
    }
    guard let from = fields["from"]?.value else {
      throw ConfigurationProblem(
        key: "types.attributes", value: nil, expected: "'from' in every attribute",
        origin: "\(file.path):\(entries.first?.line ?? 0)")
    }
    if let list = fields["list"], !["true", "false"].contains(list.value) {
      throw ConfigurationProblem(
        key: "types.attributes.list", value: list.value, expected: "true or false",
        origin: "\(file.path):\(list.line)")
    }
    return SessionSettings.Projection(
      from: from, to: fields["to"]?.value ?? from, isList: fields["list"]?.value == "true")
  }

  /// Longest text that a card shows by configuration: it is in every snapshot, also in the shortest.
  static let maxNameBytes = 255

  private static var hostName: String {
    let name = ProcessInfo.processInfo.hostName
    let cleaned = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") ? $0 : "-" }
    return cleaned.isEmpty ? "sojourn-1" : String(cleaned.prefix(200))
  }
}
