import EventLog
import Foundation
import Gateway
import JourneyModel
import Logging
import ProcessRuntime
import ServiceLifecycle
import Synchronization
import Threads

@testable import Webhooks

/// Senders on a log, as a process runs them, with short pauses.
struct ServiceScene {
  static let actions = "actions"
  static let failures = "webhookFailures"
  static let partitions: Int32 = 4

  let log: any EventLog

  init(_ log: any EventLog) throws {
    self.log = log
    try log.create(
      [ServiceScene.actions, ServiceScene.failures].map {
        TopicSpecification(name: $0, partitions: ServiceScene.partitions)
      })
  }

  /// One that the machine's clock goes by.
  static func clock() -> @Sendable () -> Moment {
    let (began, clock) = (ContinuousClock.now, SystemClock())
    return { Moment(uptime: ContinuousClock.now - began, now: clock.now) }
  }

  func settings(_ instance: String) -> WebhookSettings {
    var settings = WebhookSettings(
      group: "g", instance: instance, actions: ServiceScene.actions, failures: ServiceScene.failures,
      agent: "sojourn/test")
    settings.commitInterval = .milliseconds(10)
    settings.idleCommitInterval = .milliseconds(30)
    settings.idlePoll = .milliseconds(5)
    settings.busyPoll = .milliseconds(2)
    settings.patience = .seconds(2)
    return settings
  }

  static func target(_ name: String, _ url: String) throws -> WebhookTarget {
    var target = WebhookTarget(
      name: name, url: try TargetURL(url), secrets: [try SigningSecret(SignatureTests.text)])
    target.rules.firstPause = .milliseconds(10)
    target.rules.longestPause = .milliseconds(100)
    target.rules.firstRest = .milliseconds(10)
    target.rules.longestRest = .milliseconds(100)
    target.rules.maxAttempts = 1_000
    return target
  }

  func service(_ targets: [WebhookTarget], instance: String = "one") -> WebhookService {
    service(targets, settings(instance))
  }

  func service(_ targets: [WebhookTarget], _ settings: WebhookSettings) -> WebhookService {
    WebhookService(
      targets: targets, settings: settings, log: log, runtime: ThreadRuntime(),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: ServiceScene.clock())
  }

  /// Runs services until `body` returns, then stops them as a process would.
  static func running(
    _ services: [WebhookService], _ body: @Sendable () async throws -> Void
  ) async throws {
    let group = ServiceGroup(
      configuration: .init(
        services: services, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    let running = Task { try await group.run() }
    let result: Result<Void, any Error>
    do {
      try await body()
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await group.triggerGracefulShutdown()
    try await running.value
    try result.get()
  }

  /// Publishes triggers, each to the partition of its session.
  func publish(_ names: [String], session: (String) -> String, expiresIn seconds: Int64 = 300) async throws {
    var batch = OutputBatch()
    let expiry = EventTime(milliseconds: SystemClock().now.milliseconds + seconds * 1_000)
    for name in names {
      let session = session(name)
      let value = ServiceScene.value(name, session: session, expires: expiry)
      batch.append(
        ServiceScene.actions,
        partition: Placement.partition(of: session.utf8, partitions: ServiceScene.partitions),
        key: Array(session.utf8), value: value,
        headers: HeaderBlock([("ce_type", "dev.sojourn.action.v1"), ("ce_id", "event-\(name)")]))
      // What is no trigger is between them, as in the real topic.
      batch.append(
        ServiceScene.actions,
        partition: Placement.partition(of: session.utf8, partitions: ServiceScene.partitions),
        key: Array(session.utf8),
        value: Array(
          "{\"eventType\":\"WebActionEvent\",\"webActionEvent\":{\"action\":{\"state\":\"qualified\"}}}".utf8)
      )
    }
    let (log, records) = (log, batch)
    try await onOwnThread {
      let publisher = try log.makePublisher()
      try publisher.send(records)
      publisher.close()
    }
  }

  static func value(_ name: String, session: String, expires: EventTime) -> [UInt8] {
    Array(
      ("{\"session\":{\"id\":\"\(session)\"},\"eventType\":\"WebActionEvent\",\"webActionEvent\":{\"action\":"
        + "{\"id\":\"\(name)\",\"state\":\"offered\",\"mediaType\":\"architectFlow\"},\"actionMap\":{\"id\":\"m\"},"
        + "\"expiresAt\":\"\(expires.iso8601)\"}}").utf8)
  }

  struct DeadLetter: Sendable {
    var value: String
    var headers: HeaderBlock

    subscript(name: String) -> String? { headers.text(name) }
  }

  /// All committed dead letters.
  func deadLetters() async throws -> [DeadLetter] {
    let log = log
    return try await onOwnThread {
      let reader = try log.makeReader()
      defer { reader.close() }
      let topics = (0..<ServiceScene.partitions).map { TopicPartition(ServiceScene.failures, $0) }
      let bounds = try reader.bounds(topics)
      var letters: [DeadLetter] = []
      for (partition, known) in bounds.sorted(by: { $0.key < $1.key }) {
        try reader.read(partition, from: known.earliest, to: known.end, patience: .seconds(5)) { chunk in
          for entry in chunk.entries {
            letters.append(
              DeadLetter(
                value: String(decoding: chunk.copy(entry.value) ?? [], as: UTF8.self),
                headers: HeaderBlock(bytes: chunk.copy(entry.headers) ?? [])))
          }
          return true
        }
      }
      return letters
    }
  }

  /// Whether everything published is passed by a target's group.
  func isSettled(_ target: String) async throws -> Bool {
    let (log, group) = (log, settings("").group(of: target))
    return try await onOwnThread {
      let partitions = (0..<ServiceScene.partitions).map { TopicPartition(ServiceScene.actions, $0) }
      let reader = try log.makeReader()
      defer { reader.close() }
      let bounds = try reader.bounds(partitions)
      let committed = try log.committedOffsets(group: group, of: partitions)
      return bounds.allSatisfy { partition, known in
        known.end == known.earliest || committed[partition] == .some(.some(known.end))
      }
    }
  }
}

/// Looks again and again until something holds; the suite's time limit ends what never does.
func eventually(_ isSo: @Sendable () async throws -> Bool) async throws {
  while true {
    // A log that is busy for a moment is asked again.
    do { if try await isSo() { return } } catch let error as LogError where error.reaction == .retry {}
    try await Task.sleep(for: .milliseconds(5))
  }
}
