public import JourneyModel
public import Processor

/// What is known of a lane that the worker owns.
public struct LaneFacts: Sendable, Hashable {
  /// What the worker does with it.
  public enum State: String, Sendable, CaseIterable {
    /// Being read back.
    case restoring
    /// Takes events.
    case running
  }

  /// How far a restore has come.
  public struct RestoreProgress: Sendable, Hashable {
    /// Units done.
    public var read: Int64
    /// Units in all.
    public var total: Int64
  }

  /// What the worker does with it.
  public var state = State.restoring
  /// How far the restore has come; `nil` where it is not known.
  public var restored: RestoreProgress?
  /// Sessions held.
  public var sessions = 0
  /// Where they are, as of the last commit; `nil` before the first one after a restore.
  public var residency: ResidencyReport?
  /// When the next timer may be due.
  public var nextTimer: EventTime?
  /// Highest admitted event time of each stream, as of the last commit.
  public var highest: [JourneyModel.Stream: EventTime] = [:]
  /// Its input topics.
  public var inputs: [String: InputFacts] = [:]

  /// Creates facts of a lane that has just been assigned.
  public init() {}

  /// How much of the restore is done, from 0 to 1.
  public var restoredShare: Double {
    if state == .running { return 1 }
    guard let restored, restored.total > 0 else { return 0 }
    return min(1, Double(max(0, restored.read)) / Double(restored.total))
  }
}
