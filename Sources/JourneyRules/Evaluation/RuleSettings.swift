public import JourneyModel

/// The switch and the bounds of evaluation.
public struct RuleSettings: Sendable, Hashable {
  /// Whether `notEqual`, `notContainsAny`, … hold where the attribute is missing, provided that the event or
  /// session is otherwise in scope.
  public var missingSatisfiesNegative = true
  /// Most event ids that are kept for a pattern as evidence; the newest stay, `count` goes on.
  public var maxEvidenceEvents = 8
  /// Most bytes of event ids that one session keeps as evidence; beyond it events count without being named.
  public var maxEvidenceBytes = 32_768
  /// Most patterns that one session counts for at a time; further ones are left out and counted in
  /// `RuleState.omitted`.
  public var maxTrackedPatterns = 2_000
  /// Most segments and outcomes that one session gets; further ones are left out and counted in
  /// `RuleState.omitted`.
  public var maxAssignments = 2_000
  /// Most actions that one session remembers; of maps that repeat the oldest give way, further ones of others
  /// are left out and counted in `RuleState.omitted`.
  public var maxActions = 100
  /// How long after its event a trigger is worth acting on; an older one is emitted as `expired`.
  public var maxTriggerAge: EventTime.Span = .minutes(5)
  /// How long an action waits for its customer to come back (`on-next-visit`, `on-next-session`), by event
  /// time.
  public var activationMemory: EventTime.Span = .hours(720)
  /// Sessions in which maps with conditions on predictions offer nothing, for comparison.
  public var controlGroup = ControlGroup(share: 0)

  /// Creates the default settings.
  public init() {}
}
