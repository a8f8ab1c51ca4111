import Foundation
import Processor
import Webhooks
internal import WireFormat

/// Who is sent triggers, as the configuration says it. Secrets are read only by whoever sends.
struct WebhookPlan: Sendable {
  /// Whether `run` sends webhooks itself.
  enum Choice: String, Sendable { case auto, on, off }

  var choice = Choice.auto
  var maxPending = DeliveryRules().maxPending
  var maxPendingBytes = DeliveryRules().maxPendingBytes
  var targets: [PlannedTarget] = []

  /// Whether `run` sends webhooks: by default on an embedded log, which has one process anyway.
  func isPart(ofRunOn log: LogAddress) -> Bool {
    guard !targets.isEmpty else { return false }
    switch (choice, log) {
    case (.on, _), (.auto, .embedded): return true
    case (.off, _), (.auto, .kafka): return false
    }
  }

  /// The targets with their secrets. Throws a `ConfigurationProblem` that names the file, never what is in
  /// it.
  func ready() throws -> [WebhookTarget] {
    try targets.map { planned in
      var target = planned.target
      target.rules.maxPending = maxPending
      target.rules.maxPendingBytes = maxPendingBytes
      if let place = planned.secretFile { target.secrets = try SecretFile.secrets(place) }
      return target
    }
  }
}

extension Settings {
  /// Full name of the topic of triggers that were not delivered.
  var webhookFailures: String { topicPrefix + FailureRecord.topic }

  /// What all senders share.
  var webhookSettings: WebhookSettings {
    WebhookSettings(
      group: processor.lanes.group, instance: processor.instance, actions: processor.lanes.topics.actions,
      failures: webhookFailures, agent: "sojourn/\(Sojourn.version)")
  }
}

/// A file of secrets, one a line: the first is in use, a second takes its place.
enum SecretFile {
  /// Largest file, in bytes.
  static let maxBytes = 4_096

  static func secrets(_ place: PlannedTarget.SecretPlace) throws -> [SigningSecret] {
    func refuse(_ expected: String) -> ConfigurationProblem {
      ConfigurationProblem(
        key: "webhooks.targets.secretFile", value: place.path, expected: expected, origin: place.origin)
    }
    guard let handle = FileHandle(forReadingAtPath: place.path),
      let data = try? handle.read(upToCount: maxBytes + 1)
    else { throw refuse("a readable file of one secret a line") }
    guard data.count <= maxBytes else { throw refuse("at most \(maxBytes) bytes") }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    guard (1...WebhookTarget.maxSecrets).contains(lines.count) else {
      throw refuse("1 to \(WebhookTarget.maxSecrets) secrets, one a line; it has \(lines.count)")
    }
    return try lines.map { line in
      do { return try SigningSecret(line) } catch let problem as SigningSecret.Problem {
        throw refuse("in each line \(problem.expected)")
      }
    }
  }
}
