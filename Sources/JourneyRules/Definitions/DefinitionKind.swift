/// The kinds of definitions, in the order in which they are listed and are in a bundle.
public enum DefinitionKind: String, Sendable, Hashable, CaseIterable {
  /// A segment: who a customer is, or what they did.
  case segment
  /// An outcome: what a session achieved.
  case outcome
  /// Turns on predictions for one outcome.
  case predictor
  /// What to do when a segment is assigned or an event happens.
  case actionMap
  /// What a content offer shows.
  case actionTemplate
  /// The queue side of an action.
  case actionTarget
  /// How often offers of one media type may come within a session.
  case frequencyCap
  /// A period of time, once or repeated.
  case schedule
  /// Schedules in a time zone: when something is open.
  case scheduleGroup
  /// A switch that closes whatever names it.
  case emergencyGroup
  /// A time zone's changes of offset, compiled, so that no machine's own data reaches a decision.
  case timeZone
  /// Settings of the sessions of one type.
  case sessionType
  /// What is known about events of one name.
  case eventType

  /// `a segment`, `an outcome`.
  var withArticle: String {
    switch self {
    case .outcome, .actionMap, .actionTemplate, .actionTarget, .emergencyGroup, .eventType: "an \(rawValue)"
    default: "a \(rawValue)"
    }
  }
}
