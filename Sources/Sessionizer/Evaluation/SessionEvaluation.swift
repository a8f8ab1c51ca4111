package import JourneyModel
package import JourneyRules

/// What is evaluated in the moment in which an event has been folded into its session, or a timer is due:
/// rules, actions.
///
/// It has no way back into the lane. What it finds it writes into its session's own state of rules, and
/// whatever else follows from it into the effects.
package protocol SessionEvaluation: AnyObject {
  /// How many actions a session that opens takes over from its customer's memory; `nil` if none can wait
  /// there under the definitions in force.
  var maxRecalledActions: Int? { get }

  /// An event has been folded into its session, and what it bridges has been merged. Timers have not moved
  /// yet.
  func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, effects: inout Effects)

  /// Segments of a session have expired at this time; its state says so already.
  func unassigned(
    _ assignments: [RuleState.Assignment], of session: Session, at time: EventTime, effects: inout Effects)

  /// Timers of a session's actions are due.
  func due(_ session: Session, at time: EventTime, effects: inout Effects)
}
