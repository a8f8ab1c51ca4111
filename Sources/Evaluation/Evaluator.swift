internal import JourneyModel
internal import JourneyRules
internal import Sessionizer

/// One sort of what a lane evaluates: rules, actions. `Evaluators` calls them in its order; see
/// docs/design/extending.md.
///
/// What lasts is kept in each session's `rules`; here is no more than what one call needs, so that a restore
/// loses nothing.
protocol Evaluator {
  /// An event has been folded into its session.
  ///
  /// - Parameter fired: what the evaluators before have found; what this one finds is for those behind.
  mutating func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, _ fired: inout [Fired],
    _ effects: inout Effects)

  /// A timer that the session's `rules` asked for is due.
  mutating func due(_ session: Session, at time: EventTime, _ effects: inout Effects)
}
