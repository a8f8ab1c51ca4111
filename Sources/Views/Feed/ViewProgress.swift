package import JourneyModel
internal import Synchronization

/// How far a view is, for whoever asks, on any thread.
package final class ViewProgress: Sendable {
  /// What is known now.
  package struct Facts: Sendable, Hashable {
    /// Everything that was in the topics at this time is in the view; `nil` before that was ever so.
    package var asOf: EventTime?
    /// Whether the file is being filled for the first time, or anew.
    package var isRebuilding = true
    /// Records applied, by topic.
    package var applied: [String: Int] = [:]
    /// Records that are not what their topic holds.
    package var unreadable = 0
    /// Counts the times that the ends of all topics were asked for and then reached.
    package var rounds = 0
  }

  private let facts = Mutex(Facts())

  package init() {}

  package var now: Facts { facts.withLock { $0 } }

  func noteApplied(_ records: Int, topic: String) {
    facts.withLock { $0.applied[topic, default: 0] += records }
  }

  func noteUnreadable() { facts.withLock { $0.unreadable += 1 } }

  func noteReached(asOf time: EventTime) {
    facts.withLock { facts in
      facts.asOf = max(facts.asOf ?? time, time)
      facts.isRebuilding = false
      facts.rounds += 1
    }
  }

  func noteRebuilding() {
    facts.withLock { facts in
      facts.asOf = nil
      facts.isRebuilding = true
    }
  }
}
