internal import EventLog

/// What a topic's settings ask of maintenance.
struct CleanupPolicy: Sendable {
  /// Whether old records are removed.
  let deletes: Bool
  /// Whether superseded records are removed.
  let compacts: Bool
  /// Longest age of a record in milliseconds; `nil` for any.
  let maxAge: Int64?
  /// Most bytes of keys, values and headers in a partition; `nil` for any.
  let maxBytes: Int64?
  /// How long a tombstone stays, in milliseconds.
  let tombstoneAge: Int64

  /// Every age in milliseconds that something is judged by.
  var ages: [Int64] { (deletes ? [maxAge].compactMap { $0 } : []) + (compacts ? [tombstoneAge] : []) }

  init(_ topic: TopicSpecification, tombstoneRetention: Duration = .zero) {
    let policies = (topic.settings["cleanup.policy"] ?? "delete").split(separator: ",").map {
      $0.filter { !$0.isWhitespace }
    }
    deletes = policies.contains("delete")
    compacts = policies.contains("compact")
    // −1 is Kafka's word for "unlimited".
    maxAge = topic.settings["retention.ms"].flatMap { Int64($0) }.flatMap { $0 < 0 ? nil : $0 }
    maxBytes = topic.settings["retention.bytes"].flatMap { Int64($0) }.flatMap { $0 < 0 ? nil : $0 }
    tombstoneAge =
      topic.settings["delete.retention.ms"].flatMap { Int64($0) } ?? tombstoneRetention.milliseconds
  }
}
