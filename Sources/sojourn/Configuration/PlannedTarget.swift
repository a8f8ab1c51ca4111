import JourneyRules
import Webhooks

/// One entry of `webhooks.targets`.
struct PlannedTarget: Sendable {
  /// A file of secrets, and where the configuration names it.
  struct SecretPlace: Sendable {
    var path: String
    var origin: String
  }

  /// Without secrets if they are in a file.
  var target: WebhookTarget
  var secretFile: SecretPlace?

  /// The targets of a file, checked one by one and together.
  static func targets(in file: ConfigurationFile) throws -> [PlannedTarget] {
    guard file.targets.count <= WebhookTarget.maxTargets else {
      throw ConfigurationProblem(
        key: "webhooks.targets", value: "\(file.targets.count) targets",
        expected: "at most \(WebhookTarget.maxTargets)", origin: file.path)
    }
    var names: Set<String> = []
    return try file.targets.map { entries in
      let fields = TargetFields(entries, path: file.path)
      let planned = try PlannedTarget(fields)
      guard names.insert(planned.target.name).inserted else {
        throw fields.problem("name", "a name that no other target has")
      }
      return planned
    }
  }

  private init(_ fields: TargetFields) throws {
    try fields.requireKnown([
      "name", "url", "secret", "secretFile", "mediaTypes", "actionMaps", "allowPrivate", "trustFile",
      "maxConcurrent", "timeout", "maxAttempts",
    ])
    let name = try fields.text("name")
    guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(PlannedTarget.isNameByte) else {
      throw fields.problem("name", "1 to 64 letters, digits, '-' and '_'")
    }
    let url: TargetURL
    do { url = try TargetURL(try fields.text("url")) } catch let problem as TargetURL.Problem {
      throw fields.problem("url", problem.expected, shown: "…")
    }
    var target = WebhookTarget(name: name, url: url, secrets: [])
    target.allowsPrivate = try fields.flag("allowPrivate") ?? false
    if let refusal = target.addressRules.refusal(of: url) {
      throw fields.problem("url", "another place: \(refusal)", shown: url.origin)
    }
    target.mediaTypes = Set(
      try fields.list("mediaTypes").map { word in
        guard let type = MediaType(rawValue: word) else {
          let words = MediaType.allCases.map(\.rawValue).joined(separator: ", ")
          throw fields.problem("mediaTypes", "media types: \(words)", shown: word)
        }
        return type
      })
    target.actionMaps = Set(fields.list("actionMaps"))
    target.trustFile = fields.optional("trustFile")
    if let number = try fields.number("maxConcurrent", 1...256) { target.rules.maxConcurrent = number }
    if let number = try fields.number("maxAttempts", 1...1_000) { target.rules.maxAttempts = number }
    if let text = fields.optional("timeout") {
      guard let milliseconds = DurationText.milliseconds(text), (100...120_000).contains(milliseconds) else {
        throw fields.problem("timeout", "a duration from 100ms to 2m")
      }
      target.rules.timeout = .milliseconds(milliseconds)
    }
    switch (fields.optional("secret"), fields.optional("secretFile")) {
    case (let text?, nil):
      do { target.secrets = [try SigningSecret(text)] } catch {
        throw fields.problem("secret", error.expected, shown: "…")
      }
    case (nil, let path?): secretFile = SecretPlace(path: path, origin: fields.origin("secretFile"))
    case (nil, nil):
      throw fields.problem("secretFile", "a file with the secret that requests are signed with")
    case (_?, _?): throw fields.problem("secret", "either secret or secretFile", shown: "…")
    }
    self.target = target
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

/// The entries of one target, by name.
struct TargetFields {
  private let entries: [ConfigurationFile.Entry]
  private let path: String

  init(_ entries: [ConfigurationFile.Entry], path: String) {
    self.entries = entries
    self.path = path
  }

  func requireKnown(_ names: [String]) throws {
    for entry in entries where !names.contains(entry.key) {
      throw ConfigurationProblem(
        key: "webhooks.targets.\(entry.key)",
        value: ConfigurationProblem.printable(entry.key, entry.value),
        expected: "one of \(names.joined(separator: ", "))", origin: "\(path):\(entry.line)")
    }
  }

  /// The last value of a name; `nil` without one.
  func optional(_ name: String) -> String? { entries.last { $0.key == name }?.value }

  func text(_ name: String) throws -> String {
    guard let text = optional(name), !text.isEmpty else { throw problem(name, "a value in every target") }
    return text
  }

  /// All values of a name, and what is between commas in them.
  func list(_ name: String) -> [String] {
    entries.filter { $0.key == name }.flatMap { $0.value.split(separator: ",") }
      .map { $0.drop { $0 == " " } }.map { String($0.prefix { $0 != " " }) }.filter { !$0.isEmpty }
  }

  func flag(_ name: String) throws -> Bool? {
    guard let text = optional(name) else { return nil }
    guard let flag = Bool(text) else { throw problem(name, "true or false") }
    return flag
  }

  func number(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
    guard let text = optional(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw problem(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func origin(_ name: String) -> String {
    "\(path):\((entries.last { $0.key == name } ?? entries.first)?.line ?? 0)"
  }

  /// - Parameter shown: the value as it may be printed, if not as it is.
  func problem(_ name: String, _ expected: String, shown: String? = nil) -> ConfigurationProblem {
    ConfigurationProblem(
      key: "webhooks.targets.\(name)", value: optional(name).map { shown ?? $0 }, expected: expected,
      origin: origin(name))
  }
}
