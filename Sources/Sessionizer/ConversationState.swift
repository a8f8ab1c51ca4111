package import JourneyModel

/// Where a conversation stands, by event time, so that the order of arrival does not matter.
package struct ConversationState: Sendable, Equatable {
  /// The phase of the newest event that has one; at equal times the higher phase.
  package var phase = ConversationPhase.none
  /// Event time of `phase`.
  package var phaseTime = EventTime(milliseconds: 0)
  /// Event time of the wrap-up, if there was one.
  package var wrapupTime: EventTime?
  /// Whether an agent was connected at any time.
  package var hadAgent = false
  /// Whether the wait for a wrap-up code is over.
  package var afterCallWorkElapsed = false

  package init() {}

  /// Whether the customer's leg has ended, or a wrap-up says so.
  package var isEnded: Bool { phase == .ended || (wrapupTime.map { $0 >= phaseTime } ?? false) }

  /// When it ended.
  package var endTime: EventTime? {
    if phase == .ended { return phaseTime }
    return isEnded ? wrapupTime : nil
  }

  /// Applies an event's phase.
  ///
  /// - Returns: whether the phase changed.
  mutating func apply(_ next: ConversationPhase, at time: EventTime) -> Bool {
    guard next != .none else { return false }
    if next == .connected { hadAgent = true }
    // `started` only opens: a customer's second leg does not put a connected conversation back.
    if next == .started {
      // Dated by the earliest, or a note that arrives before an older wrap-up would keep the conversation open.
      if phase == .started { phaseTime = min(phaseTime, time) }
      guard phase == .none else { return false }
    } else if phase != .none, phase != .started {
      guard time > phaseTime || (time == phaseTime && next > phase) else { return false }
    }
    let changed = next != phase
    phase = next
    phaseTime = time
    return changed
  }

  /// Takes over another state.
  mutating func merge(_ other: ConversationState) {
    hadAgent = hadAgent || other.hadAgent
    if let time = other.wrapupTime { wrapupTime = max(time, wrapupTime ?? time) }
    _ = apply(other.phase, at: other.phaseTime)
  }
}
