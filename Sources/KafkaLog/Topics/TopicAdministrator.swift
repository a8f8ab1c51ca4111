import CRdKafka
import EventLog
import Logging

/// Describes and creates topics over one short-lived client.
final class TopicAdministrator {
  static let roundTrip: Duration = .seconds(10)
  private static let creation: Duration = .seconds(30)

  let client: Client
  let logger: Logger
  private let topics: TopicHandles

  /// The client is of the kind that reads: a producer's metadata requests may create the topics they ask for.
  init(settings: ClientSettings, logger: Logger) throws(LogError) {
    client = try Client(.consumer, settings, events: ClientEvents(logger: logger))
    self.logger = logger
    topics = TopicHandles(client: client)
  }

  /// Partitions and settings of the topics that exist.
  func describe(_ topics: [String]) throws(LogError) -> [String: TopicSpecification] {
    var found: [String: TopicSpecification] = [:]
    for topic in topics {
      guard let partitions = try partitions(of: topic) else { continue }
      found[topic] = TopicSpecification(name: topic, partitions: partitions.count)
    }
    for (topic, settings) in try settings(of: found.keys.sorted()) { found[topic]?.settings = settings }
    return found
  }

  /// Creates what is missing and waits until it can be used.
  func create(_ topics: [TopicSpecification]) throws(LogError) {
    var missing: [TopicSpecification] = []
    for topic in topics {
      guard let existing = try partitions(of: topic.name) else {
        missing.append(topic)
        continue
      }
      try Self.compare(topic, existing.count)
    }
    if missing.isEmpty { return }
    try request(missing)
    let deadline = Deadline(after: Self.creation)
    for topic in missing {
      while true {
        if let existing = try partitions(of: topic.name) {
          // Another process may have created it meanwhile, with another number.
          if existing.count > 0 && existing.haveLeaders {
            try Self.compare(topic, existing.count)
            break
          }
        }
        if deadline.hasPassed {
          throw LogError(
            .retry, code: "creating", "topic '\(topic.name)' was created, but has no leaders yet")
        }
        rd_kafka_poll(client.raw, 50)
      }
    }
  }

  /// Changes settings of a topic and waits until they are in force: a broker follows its controller, and for
  /// a moment tells whoever asks what was set before.
  func change(_ topic: String, _ settings: [String: String]) throws(LogError) {
    try alter(topic, settings)
    let deadline = Deadline(after: Self.creation)
    // Where a broker gives no settings there is nothing to wait for.
    while let found = try self.settings(of: [topic])[topic], !settings.allSatisfy({ found[$0] == $1 }) {
      if deadline.hasPassed {
        throw LogError(
          .retry, code: "changing", "topic '\(topic)' was changed, but the broker does not say so yet")
      }
      rd_kafka_poll(client.raw, 50)
    }
  }

  private static func compare(_ wanted: TopicSpecification, _ existing: Int32) throws(LogError) {
    guard wanted.partitions != existing else { return }
    throw LogError(
      .fatal, code: "partitions",
      "topic '\(wanted.name)' has \(existing) partitions, but \(wanted.partitions) are configured")
  }

  /// The number of partitions, and whether all have a leader; `nil` if there is no such topic.
  private func partitions(of topic: String) throws(LogError) -> (count: Int32, haveLeaders: Bool)? {
    let handle = try topics.handle(topic)
    var answer: UnsafePointer<rd_kafka_metadata>?
    let code = rd_kafka_metadata(client.raw, 0, handle, &answer, Self.roundTrip.milliseconds)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let answer else {
      throw Failure(code).error(during: .administer, "asking for topic '\(topic)'")
    }
    defer { rd_kafka_metadata_destroy(answer) }
    guard answer.pointee.topic_cnt > 0, let found = answer.pointee.topics?[0] else { return nil }
    switch found.err {
    case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE: break
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC: return nil
    default: throw Failure(found.err).error(during: .administer, "asking for topic '\(topic)'")
    }
    let count = found.partition_cnt
    return (count, (0..<Int(count)).allSatisfy { found.partitions[$0].leader >= 0 })
  }
}
