package import EventLog
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
    /// How far the input topics are in the view: whatever an event before such an offset caused is there.
    package var covered: [TopicPartition: NextOffset] = [:]
    /// The same with what lanes told one another because of it; known while somebody waits for that.
    package var settled: [TopicPartition: NextOffset] = [:]
  }

  private let facts = Mutex(Facts())
  private let waiting = Atomic(0)
  private let waitingForSettlement = Atomic(0)

  package init() {}

  package var now: Facts { facts.withLock { $0 } }

  func noteApplied(_ records: Int, topic: String) {
    facts.withLock { $0.applied[topic, default: 0] += records }
  }

  func noteUnreadable() { facts.withLock { $0.unreadable += 1 } }

  /// Whether everything that events before these offsets caused is in the view.
  package func covers(_ ends: [TopicPartition: NextOffset]) -> Bool {
    facts.withLock { facts in
      ends.allSatisfy { partition, end in (facts.covered[partition] ?? NextOffset(0)) >= end }
    }
  }

  /// The same with what lanes told one another because of them.
  package func hasSettled(_ ends: [TopicPartition: NextOffset]) -> Bool {
    facts.withLock { facts in
      ends.allSatisfy { partition, end in (facts.settled[partition] ?? NextOffset(0)) >= end }
    }
  }

  /// Notes that somebody waits for events of now, until `endWaiting`: the view then looks more often.
  ///
  /// - Parameter settles: whether he also waits for what lanes tell one another.
  package func beginWaiting(settles: Bool = false) {
    waiting.add(1, ordering: .relaxed)
    if settles { waitingForSettlement.add(1, ordering: .relaxed) }
  }
  package func endWaiting(settles: Bool = false) {
    waiting.subtract(1, ordering: .relaxed)
    if settles { waitingForSettlement.subtract(1, ordering: .relaxed) }
  }
  var isSettlementWaitedFor: Bool { waitingForSettlement.load(ordering: .relaxed) > 0 }
  var isWaitedFor: Bool { waiting.load(ordering: .relaxed) > 0 }

  func noteReached(
    asOf time: EventTime, covered: [TopicPartition: NextOffset], settled: [TopicPartition: NextOffset]
  ) {
    facts.withLock { facts in
      facts.covered = covered
      facts.settled = settled
      facts.asOf = max(facts.asOf ?? time, time)
      facts.isRebuilding = false
      facts.rounds += 1
    }
  }

  func noteRebuilding() {
    facts.withLock { facts in
      facts.asOf = nil
      facts.covered = [:]
      facts.settled = [:]
      facts.isRebuilding = true
    }
  }
}
