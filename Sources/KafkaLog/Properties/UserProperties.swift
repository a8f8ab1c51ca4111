import CRdKafka
import EventLog

/// The operator's librdkafka properties, checked.
struct UserProperties: Sendable {
  /// Accepted properties in a fixed order.
  let entries: [(key: String, value: String)]

  /// Refuses what would break a guarantee, and what librdkafka does not know.
  init(_ properties: [String: String]) throws(LogError) {
    entries = properties.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
    let scratch = ConfigurationHandle()
    for entry in entries {
      if let reason = Self.refusals[entry.key] {
        throw LogError(
          .fatal, code: "property", "kafka property '\(entry.key)' cannot be set: \(reason)")
      }
      try scratch.set(entry.key, entry.value)
    }
  }

  /// The value of a property, if the operator set it.
  subscript(key: String) -> String? { entries.last { $0.key == key }?.value }

  /// Whether a value must not be shown to anybody.
  static func isSecret(_ key: String) -> Bool {
    let lowered = key.lowercased()
    return ["password", "secret", "token", "key"].contains { lowered.contains($0) }
  }

  /// Properties that carry a guarantee, with the reason they are fixed.
  static let refusals: [String: String] = {
    let reasons: [(String, [String])] = [
      (
        "the broker addresses are given apart from the properties",
        ["bootstrap.servers", "metadata.broker.list"]
      ),
      ("only committed records may be read", ["isolation.level"]),
      (
        "offsets are committed with the outputs, in one transaction",
        [
          "enable.auto.commit", "auto.commit.enable", "auto.commit.interval.ms", "enable.auto.offset.store",
          "offset.store.method",
        ]
      ),
      ("a position outside of the log must stop the processor", ["auto.offset.reset"]),
      (
        "group and instance are named by the processor's configuration",
        ["group.id", "group.instance.id", "transactional.id"]
      ),
      (
        "records must be written exactly once and in order",
        [
          "enable.idempotence", "enable.gapless.guarantee", "acks", "request.required.acks",
          "delivery.report.only.error", "queuing.strategy", "produce.offset.report",
        ]
      ),
      (
        "a lane needs the same partition of every topic",
        ["partition.assignment.strategy", "group.protocol", "partitioner"]
      ),
      ("the end of a partition closes idle lanes", ["enable.partition.eof"]),
      ("topics are created as specified, never as a side effect", ["allow.auto.create.topics"]),
    ]
    var table: [String: String] = [:]
    for (reason, keys) in reasons { for key in keys { table[key] = reason } }
    return table
  }()
}
