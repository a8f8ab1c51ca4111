public import JourneyModel

/// Maps that segments of the customer trigger, not segments of the session: once for each assignment, and as
/// any map once in a session.
///
/// It takes two steps. Who may act is found out in between, and that takes a while; what was asked of the map
/// in the first step is not asked again in the second, as a permission that is not used is lost.
extension ActionEvaluator {
  /// The maps that segments trigger at an event time in a session where they have not qualified: in the order
  /// of the segments, of each in that of the maps. A map that several of them trigger is named with each.
  public func triggers(
    of segments: [CustomerSegment], at time: EventTime, session: some ActionSession, state: RuleState
  ) -> [CustomerTrigger] {
    guard !rules.triggers.isEmpty else { return [] }
    // A copy: what binding drops must not go unless the session is written.
    var bound = state
    if bound.boundTo != rules.identity { bound.bind(to: rules) }
    var found: [CustomerTrigger] = []
    for segment in segments {
      guard let place = rules.triggersBySegment[segment.id] else { continue }
      for map in rules.triggers[Int(place)] where !hasQualified(map, bound) {
        guard mayQualify(map, at: time),
          predictions(of: map, segment.cause, isOpen: session.isOpen, bound) != nil
        else { continue }
        found.append(CustomerTrigger(map: maps[Int(map)].definition.id, segment: segment))
      }
    }
    return found
  }

  /// Has a map qualify that may act on an assignment, unless it has qualified in the session by now, or is
  /// gone or switched off.
  ///
  /// - Parameters:
  ///   - round: names what assigned the segment as its event.
  ///   - output: what happens to actions is appended.
  public func evaluate(
    granted trigger: CustomerTrigger, _ round: ActionRound, session: some ActionSession,
    state: inout RuleState, output: inout [ActionEvent]
  ) {
    if state.boundTo != rules.identity { state.bind(to: rules) }
    guard let map = rules.mapsByID[trigger.map], maps[Int(map)].definition.isActive, let event = round.event,
      !hasQualified(map, state)
    else { return }
    let cause = Fired.Cause(part: .segment(trigger.segment.id), events: [trigger.segment.cause], count: 1)
    let scores = predictions(of: map, event, isOpen: session.isOpen, state) ?? []
    let told = output.count
    add(map, [cause] + scores, after: event, round, session, &state, &output)
    guard output.count > told else { return }
    let newest = state.actions.count - 1
    offer(round, session, &state, &output) { index, _ in index == newest }
  }
}
