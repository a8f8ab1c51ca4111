internal import DequeModule
package import JourneyModel
internal import Synchronization

/// The dates of decisions that were said with an id and without a date, so that one that is said again under
/// its id, as after a lost answer, is the same decision and counts once.
///
/// Of this process alone: what another one took, or this one before it was started, counts once only if it is
/// said with its date.
package final class RecentDecisions: Sendable {
  /// Decisions that are remembered by default: the newest.
  package static let defaultCapacity = 10_000
  /// Bytes of a decision's name at most; a longer one is not remembered.
  package static let maxNameBytes = 1_024

  private struct State {
    var dates: [String: EventTime] = [:]
    /// Oldest first.
    var order = Deque<String>()
  }

  private let capacity: Int
  private let state = Mutex(State())

  package init(capacity: Int = defaultCapacity) { self.capacity = capacity }

  /// The date that a decision had when it was first said; a new one has this date from now on.
  package func date(of decision: String, now: EventTime) -> EventTime {
    guard decision.utf8.count <= RecentDecisions.maxNameBytes else { return now }
    return state.withLock { state in
      if let known = state.dates[decision] { return known }
      state.dates[decision] = now
      state.order.append(decision)
      if state.order.count > capacity, let oldest = state.order.popFirst() { state.dates[oldest] = nil }
      return now
    }
  }
}
