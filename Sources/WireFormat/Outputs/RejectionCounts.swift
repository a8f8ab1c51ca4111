package import JourneyModel

/// How many records of each consumed topic were read, and how many of them were rejected for which reason.
///
/// Counted beside the journal, for metrics and the poison-rate breaker; no output byte depends on it.
package struct RejectionCounts: Sendable, Hashable {
  /// One topic's records.
  package struct Topic: Sendable, Hashable {
    /// Records read.
    package var read = 0
    /// Records rejected, by reason.
    package var reasons: [RejectionReason: Int] = [:]
    /// Records that are known and say nothing to a session, by what they are. Never broken.
    package var ignored: [IgnoredKind: Int] = [:]

    /// Creates zeros.
    package init() {}

    /// Records rejected because the record itself is wrong: see `RejectionReason.meansBrokenInput`.
    package var broken: Int { reasons.reduce(0) { $1.key.meansBrokenInput ? $0 + $1.value : $0 } }
  }

  /// By topic.
  package private(set) var topics: [String: Topic] = [:]

  /// Creates zeros.
  package init() {}

  /// Rejections of all topics, by reason.
  package var byReason: [RejectionReason: Int] {
    topics.values.reduce(into: [:]) { sum, topic in sum.merge(topic.reasons, uniquingKeysWith: +) }
  }

  /// Counts records that were read from a topic.
  package mutating func read(_ count: Int, of topic: String) { topics[topic, default: Topic()].read += count }

  /// Counts a record that was rejected.
  package mutating func reject(_ topic: String, _ reason: RejectionReason) {
    topics[topic, default: Topic()].reasons[reason, default: 0] += 1
  }

  /// Counts a record that is known and says nothing.
  package mutating func ignore(_ topic: String, _ kind: IgnoredKind) {
    topics[topic, default: Topic()].ignored[kind, default: 0] += 1
  }

  /// Adds other counts.
  package mutating func add(_ other: Self) {
    for (name, topic) in other.topics {
      topics[name, default: Topic()].read += topic.read
      topics[name, default: Topic()].reasons.merge(topic.reasons, uniquingKeysWith: +)
      topics[name, default: Topic()].ignored.merge(topic.ignored, uniquingKeysWith: +)
    }
  }
}
