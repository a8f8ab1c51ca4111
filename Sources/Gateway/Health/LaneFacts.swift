package import JourneyModel
package import Processor

/// What is known of a lane that the worker owns.
package struct LaneFacts: Sendable, Hashable {
  /// What the worker does with it.
  package enum State: String, Sendable, CaseIterable {
    /// Being read back.
    case restoring
    /// Takes events.
    case running
  }

  /// How far a restore has come.
  package struct RestoreProgress: Sendable, Hashable {
    /// Units done.
    package var read: Int64
    /// Units in all.
    package var total: Int64
  }

  /// What the worker does with it.
  package var state = State.restoring
  /// How far the restore has come; `nil` where it is not known.
  package var restored: RestoreProgress?
  /// Sessions held.
  package var sessions = 0
  /// Where they are, as of the last commit; `nil` before the first one after a restore.
  package var residency: ResidencyReport?
  /// When the next timer may be due.
  package var nextTimer: EventTime?
  /// Highest admitted event time of each stream, as of the last commit.
  package var highest: [JourneyModel.Stream: EventTime] = [:]
  /// Its input topics.
  package var inputs: [String: InputFacts] = [:]

  /// Creates facts of a lane that has just been assigned.
  package init() {}

  /// How much of the restore is done, from 0 to 1.
  package var restoredShare: Double {
    if state == .running { return 1 }
    guard let restored, restored.total > 0 else { return 0 }
    return min(1, Double(max(0, restored.read)) / Double(restored.total))
  }
}
