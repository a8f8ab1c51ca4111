public import JourneyModel

/// Actions that wait for their customer to come back; in the state that holds them for the customer, `due` is
/// when they are given up.
extension RuleState {
  /// Adds an action, unless one of its map and kind waits already.
  ///
  /// - Returns: whether it was added.
  public mutating func remember(_ action: SessionAction, limit: Int) -> Bool {
    let isKnown = actions.contains { $0.map == action.map && $0.mediaType == action.mediaType }
    guard !isKnown else { return false }
    guard actions.count < limit else { return false }
    actions.append(action)
    return true
  }

  /// Takes the actions that a new session ends the waiting of. Those given up by then are dropped.
  public mutating func recall(isVisit: Bool, at time: EventTime) -> [SessionAction] {
    var recalled: [SessionAction] = []
    actions.removeAll { action in
      guard action.due > time else { return true }
      guard action.awaits == .nextSession || isVisit else { return false }
      recalled.append(action)
      return true
    }
    return recalled
  }

  /// Takes over recalled actions in a new session: from here on they may be offered.
  public mutating func adopt(_ recalled: [SessionAction], at time: EventTime, limit: Int) {
    for var action in recalled {
      guard actions.count < limit else {
        omitted += 1
        continue
      }
      action.awaits = .nothing
      action.due = time
      action.bound = -1
      actions.append(action)
    }
    // Their maps have to be found again.
    if !recalled.isEmpty { boundTo = 0 }
  }

  /// Drops actions that have waited for too long.
  public mutating func fade(upTo time: EventTime) { actions.removeAll { $0.due <= time } }

  /// When the first one is given up.
  public var nextFading: EventTime? { actions.map(\.due).min() }
}
