import Configuration
import Foundation

/// Where values come from, checked for keys that nobody knows.
struct SettingSources {
  /// Strongest first, as swift-configuration wants them.
  let providers: [any ConfigProvider]
  /// Properties of librdkafka from all sources.
  let kafka: [String: String]
  private let file: ConfigurationFile?
  private let environment: [String: String]
  private let flags: [String: String]

  /// Variables with our prefix that belong to scripts and tests.
  private static let foreign: Set<String> = [
    "SOJOURN_TEST_BROKERS", "SOJOURN_SKIP_PACKAGES", "SOJOURN_CONFIG",
  ]

  /// Variables that a cluster sets for a service of our name; they say where it is, and nothing about us.
  let ignoredVariables: [String]

  /// Whether Kubernetes or Docker set a variable for a service called `sojourn`: `SOJOURN_PORT=tcp://…`,
  /// `SOJOURN_SERVICE_HOST`, `SOJOURN_PORT_8321_TCP_ADDR`, and so on.
  static func isServiceLink(_ name: String, _ value: String) -> Bool {
    if value.hasPrefix("tcp://") || value.hasPrefix("udp://") || value.hasPrefix("sctp://") { return true }
    if name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") { return true }
    let parts = name.split(separator: "_")
    guard let place = parts.firstIndex(where: { ["TCP", "UDP", "SCTP"].contains($0) }), place >= 2 else {
      return false
    }
    return parts[place - 2] == "PORT" && UInt16(parts[place - 1]) != nil
  }

  init(file: ConfigurationFile?, environment: [String: String], flags: [(key: String, value: String)]) throws
  {
    let known = Set(ConfigurationKey.all.map(\.name))
    var kafka: [String: String] = [:]
    var fileValues: [AbsoluteConfigKey: ConfigValue] = [:]
    for entry in file?.entries ?? [] {
      if entry.key.hasPrefix("kafka.") {
        kafka[String(entry.key.dropFirst(6))] = entry.value
      } else if known.contains(entry.key) {
        fileValues[SettingSources.key(entry.key)] = ConfigValue(.string(entry.value), isSecret: false)
      } else {
        throw SettingSources.unknown(entry.key, entry.value, origin: "\(file?.path ?? ""):\(entry.line)")
      }
    }
    let variables = Dictionary(uniqueKeysWithValues: known.map { (ConfigurationKey.environmentName($0), $0) })
    var environmentValues: [AbsoluteConfigKey: ConfigValue] = [:]
    var ignored: [String] = []
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("SOJOURN_") {
      if SettingSources.isServiceLink(name, value) {
        ignored.append(name)
      } else if name.hasPrefix("SOJOURN_KAFKA_") {
        kafka[name.dropFirst(14).lowercased().replacingOccurrences(of: "_", with: ".")] = value
      } else if let key = variables[name] {
        environmentValues[SettingSources.key(key)] = ConfigValue(.string(value), isSecret: false)
      } else if !SettingSources.foreign.contains(name) {
        throw SettingSources.unknown(name, value, origin: "environment")
      }
    }
    var flagValues: [AbsoluteConfigKey: ConfigValue] = [:]
    for flag in flags {
      if flag.key.hasPrefix("kafka.") {
        kafka[String(flag.key.dropFirst(6))] = flag.value
      } else if known.contains(flag.key) {
        flagValues[SettingSources.key(flag.key)] = ConfigValue(.string(flag.value), isSecret: false)
      } else {
        throw SettingSources.unknown(flag.key, flag.value, origin: "--set")
      }
    }
    ignoredVariables = ignored
    self.kafka = kafka
    self.file = file
    self.environment = environment
    self.flags = Dictionary(flags.map { ($0.key, $0.value) }) { $1 }
    providers = [
      InMemoryProvider(name: "flags", values: flagValues),
      InMemoryProvider(name: "environment", values: environmentValues),
      InMemoryProvider(name: "file", values: fileValues),
    ]
  }

  /// Where a key's value came from.
  func origin(of key: String) -> String {
    if flags[key] != nil { return "--set" }
    let variable = ConfigurationKey.environmentName(key)
    if environment[variable] != nil { return "environment \(variable)" }
    guard let file, let line = file.entries.last(where: { $0.key == key })?.line else { return "default" }
    return "\(file.path):\(line)"
  }

  private static func key(_ name: String) -> AbsoluteConfigKey {
    AbsoluteConfigKey(name.split(separator: ".").map(String.init))
  }

  private static func unknown(_ key: String, _ value: String, origin: String) -> ConfigurationProblem {
    let names =
      ConfigurationKey.all.map(\.name) + [
        "kafka.*", "types", "names", "sources", "auth.tokens", "webhooks.targets",
      ]
    let plain = key.replacingOccurrences(of: "SOJOURN_", with: "").replacingOccurrences(of: "_", with: "")
      .lowercased()
    let near = names.min { distance($0.lowercased(), plain) < distance($1.lowercased(), plain) } ?? "log"
    return ConfigurationProblem(
      key: "unknown key \(key)", value: ConfigurationProblem.printable(key, value),
      expected: "a known key; the nearest is \(near)", origin: origin)
  }

  /// Levenshtein distance, for the hint.
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (index, character) in left.enumerated() {
      var previous = row[0]
      row[0] = index + 1
      for column in right.indices {
        let cost = character == right[column] ? previous : min(previous, row[column], row[column + 1]) + 1
        previous = row[column + 1]
        row[column + 1] = cost
      }
    }
    return row[right.count]
  }
}
