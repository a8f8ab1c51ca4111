package import JourneyModel

/// What has to see every event in the moment in which it has been folded into its session: rules.
package protocol SessionObserver: AnyObject {
  /// A session has become a part of another one; `applied` follows for the event that bridged them.
  func merged(_ later: Session, into survivor: Session)
  /// An event has been folded into its session, and what it bridges has been merged. Timers have not moved yet.
  func applied(_ event: borrowing Event, of batch: borrowing EventBatch, to session: Session)
}
