package import JourneyModel
package import JourneyRules

/// What has to see every event in the moment in which it has been folded into its session: rules.
package protocol SessionObserver: AnyObject {
  /// An event has been folded into its session, and what it bridges has been merged. Timers have not moved
  /// yet.
  func applied(_ event: borrowing Event, of batch: borrowing EventBatch, to session: Session)
  /// Segments of a session have expired at this time; its state says so already.
  func unassigned(_ assignments: [RuleState.Assignment], of session: Session, at time: EventTime)
  /// Timers of a session's actions are due.
  func due(_ session: Session, at time: EventTime)
}
