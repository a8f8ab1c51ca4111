internal import JourneyModel

extension ActionEvaluator {
  /// The predictions that a map's conditions ask for; `nil` if one of the conditions does not hold. In a
  /// session that is over none does.
  func predictions(
    of map: Int32, _ event: String, isOpen: Bool, _ state: borrowing RuleState
  ) -> [Fired.Cause]? {
    var causes: [Fired.Cause] = []
    let thresholds = rules.thresholds[Int(map)]
    if !thresholds.isEmpty, !isOpen { return nil }
    for index in thresholds.indices {
      guard thresholds[index].holds(state.scores) else { return nil }
      let outcome = thresholds[index].outcome
      guard let score = state.scores[outcome],
        !thresholds[..<index].contains(where: { $0.outcome == outcome })
      else { continue }
      causes.append(Fired.Cause(part: .prediction(score), events: [event], count: 1))
    }
    return causes
  }

  /// What keeps a map with conditions on predictions from being offered where nothing else does: that the
  /// session is there to be compared with.
  func control(_ map: MapInForce, _ session: SessionID) -> BlockingReason? {
    guard rules.settings.controlGroup.share > 0, !map.definition.triggerWithOutcomeConditions.isEmpty,
      rules.settings.controlGroup.contains(session)
    else { return nil }
    return .controlGroup
  }
}
