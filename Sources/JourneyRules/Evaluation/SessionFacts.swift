public import JourneyModel

/// What rules may ask of a session, once the event is folded in.
///
/// The session tells, the evaluator picks: one walk over what the session holds, and no fact that no rule reads costs more than a look
/// into a table.
public protocol SessionFacts {
  /// The session's stream.
  var stream: Stream { get }
  /// How often a fact has changed, 1 for a session that has just been made or restored.
  var changeCount: UInt32 { get }
  /// `changeCount` after the newest change of any of these fields, a bit each by raw value; 0 if the session has none of them.
  func newestChange(of fields: UInt64) -> UInt32
  /// Tells every fact, each with one of the evaluator's `take` methods.
  func tell(_ evaluator: RuleEvaluator)
}
