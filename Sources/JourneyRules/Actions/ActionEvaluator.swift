public import JourneyModel

/// Decides what happens to a session's actions: which qualify, which are offered, what blocks the others.
///
/// To qualify is not to be offered. Whatever has qualified is tried when it does, on every ping (a page view)
/// and when its delay is over, until the session ends; flows, open actions and integrations need no page and
/// are tried on every event.
///
/// A function of bundle, session, state and occasion alone, like the rules. A class, since it is handed out
/// for every event.
public final class ActionEvaluator: Sendable {
  let actions: CompiledActions
  let rules: CompiledRules
  let maps: [MapInForce]
  private let page: MemberTree
  private let pageNode: Int32

  /// A map as an object of this evaluator: docs/design/hot-path.md.
  final class MapInForce: Sendable {
    let definition: ActionMap

    init(_ definition: ActionMap) { self.definition = definition }
  }

  /// Creates an evaluator.
  public init(actions: CompiledActions, rules: CompiledRules) {
    self.actions = actions
    self.rules = rules
    maps = actions.maps.map(MapInForce.init)
    var paths = MemberPaths()
    pageNode = paths.addRoot()
    paths.add(["url"], key: 0, to: pageNode)
    page = MemberTree(paths)
  }

  /// Whether an event that reports nothing can change anything about a session's actions. Most cannot.
  ///
  /// - Parameter state: remembers the answer for as long as it holds for every event.
  public func hasOccasion(
    _ fired: [Fired], isPing: Bool, isOpening: Bool, state: inout RuleState
  ) -> Bool {
    if isOpening { return true }
    for index in rules.mapsOfScores.indices where !hasQualified(rules.mapsOfScores[index], state) {
      return true
    }
    for index in fired.indices where fired[index].kind == .actionMap { return true }
    if state.isSettled { return false }
    var awaitsPing = false
    for index in state.actions.indices
    where state.actions[index].state == .qualified && state.actions[index].bound >= 0 {
      if isPing || !state.actions[index].mediaType.isShownOnPage { return true }
      awaitsPing = true
    }
    // As in `qualify`: what a state has been bound to may have had triggers that this bundle has not.
    if !rules.triggers.isEmpty {
      for index in state.assignments.indices
      where state.assignments[index].trigger >= 0 && !state.assignments[index].isExpired {
        for map in rules.triggers[Int(state.assignments[index].trigger)] where !hasQualified(map, state) {
          return true
        }
      }
    }
    state.isSettled = !awaitsPing
    return false
  }

  /// Applies an event that the rules have been evaluated for.
  ///
  /// - Parameters:
  ///   - fired: what the rules gave; their state is bound to the same bundle.
  ///   - output: what happens to actions is appended, in the order in which it does.
  public func evaluate(
    _ fired: [Fired], _ round: ActionRound, session: some ActionSession, state: inout RuleState,
    output: inout [ActionEvent]
  ) {
    if let report = round.report { take(report, round, &state, &output) }
    guard !maps.isEmpty else { return }
    let told = output.count
    qualify(fired, round, session, &state, &output)
    // Those that have just qualified are the last ones. What was recalled when the session opened has not had
    // its first try either.
    let known = round.isOpening ? 0 : state.actions.count - (output.count - told)
    offer(round, session, &state, &output) { index, action in
      // What repeats has its chance with its own event: with the next one it comes anew.
      index >= known || (!action.repeats && (round.isPing || !action.mediaType.isShownOnPage))
    }
    dropBlockedRepetitions(&state, round)
  }

  /// Applies a timer: actions whose delay is over.
  public func evaluate(
    dueUpTo time: EventTime, _ round: ActionRound, session: some ActionSession, state: inout RuleState,
    output: inout [ActionEvent]
  ) {
    if state.boundTo != rules.identity { state.bind(to: rules) }
    let due = state.takeDueActions(upTo: time)
    offer(round, session, &state, &output) { index, _ in due.contains(index) }
    dropBlockedRepetitions(&state, round)
  }

  /// Forgets occurrences of repeating maps that were held back: whatever kept them will be asked again with
  /// the next event.
  private func dropBlockedRepetitions(_ state: inout RuleState, _ round: ActionRound) {
    // By index, here and elsewhere: docs/design/hot-path.md.
    guard
      state.actions.indices.contains(where: {
        state.actions[$0].repeats && state.actions[$0].state == .qualified
      })
    else { return }
    state.actions.removeAll { action in
      action.repeats && action.state == .qualified && action.awaits == .nothing && !action.hasTimer
        && action.due <= round.time
    }
  }

  // MARK: - Reports

  private func take(
    _ report: ActionReport, _ round: ActionRound, _ state: inout RuleState, _ output: inout [ActionEvent]
  ) {
    guard let index = state.actions.firstIndex(where: { $0.id == report.action && $0.awaits == .nothing }),
      report.state.follows(state.actions[index].state, of: state.actions[index].mediaType)
    else { return }
    state.actions[index].state = report.state
    state.actions[index].hasTimer = false
    output.append(event(state.actions[index], .reported(report.state, report: report.details), round))
  }

  // MARK: - Qualifying

  private func qualify(
    _ fired: [Fired], _ round: ActionRound, _ session: some ActionSession, _ state: inout RuleState,
    _ output: inout [ActionEvent]
  ) {
    if !rules.triggers.isEmpty {
      for index in state.assignments.indices {
        guard state.assignments[index].trigger >= 0, !state.assignments[index].isExpired else { continue }
        for map in rules.triggers[Int(state.assignments[index].trigger)] where !hasQualified(map, state) {
          qualify(
            map, [because(state.assignments[index], fired, round)], round, session, &state, &output)
        }
      }
    }
    for index in fired.indices where fired[index].kind == .actionMap {
      let map = Int32(fired[index].definition)
      guard maps[Int(map)].definition.repeats || !hasQualified(map, state) else { continue }
      qualify(map, fired[index].because, round, session, &state, &output)
    }
    for index in rules.mapsOfScores.indices {
      let map = rules.mapsOfScores[index]
      if !hasQualified(map, state) { qualify(map, [], round, session, &state, &output) }
    }
  }

  func hasQualified(_ map: Int32, _ state: borrowing RuleState) -> Bool {
    for index in state.actions.indices where state.actions[index].bound == map { return true }
    return false
  }

  /// The events that assigned a segment: all of them if it is this one's doing, else the one that completed
  /// it. Where that was not noted, the event after which the map was found triggered.
  private func because(
    _ assignment: RuleState.Assignment, _ fired: [Fired], _ round: ActionRound
  ) -> Fired.Cause {
    var events: [String] = []
    for item in fired where item.kind == .segment && rules.segments[item.definition].id == assignment.id {
      for cause in item.because {
        for event in cause.events where !events.contains(event) { events.append(event) }
      }
    }
    if events.isEmpty, let event = assignment.event ?? round.event { events.append(event) }
    return Fired.Cause(
      part: .segment(assignment.id), events: Array(events.suffix(max(rules.settings.maxEvidenceEvents, 0))),
      count: events.count)
  }

  private func qualify(
    _ number: Int32, _ because: [Fired.Cause], _ round: ActionRound, _ session: some ActionSession,
    _ state: inout RuleState, _ output: inout [ActionEvent]
  ) {
    guard mayQualify(number, at: round.time), let event = round.event,
      let predictions = predictions(of: number, event, isOpen: session.isOpen, state)
    else { return }
    add(number, because + predictions, after: event, round, session, &state, &output)
  }

  func mayQualify(_ map: Int32, at time: EventTime) -> Bool {
    maps[Int(map)].definition.isActive && maps[Int(map)].definition.isInWindow(time)
  }

  /// Adds the action of a map that has qualified, if there is room.
  func add(
    _ number: Int32, _ because: [Fired.Cause], after event: String, _ round: ActionRound,
    _ session: some ActionSession, _ state: inout RuleState, _ output: inout [ActionEvent]
  ) {
    guard makeRoom(&state) else {
      state.omitted += 1
      return
    }
    let map = maps[Int(number)]
    var action = SessionAction(
      id: ActionID(session: session.id, map: map.definition.id, event: event), map: map.definition.id,
      version: map.definition.version, mediaType: map.definition.action.mediaType, qualified: round.time,
      due: round.time, repeats: map.definition.repeats, because: because)
    switch map.definition.activation {
    case .immediate: break
    case .delay(let seconds):
      action.due = round.time + .seconds(Int64(seconds))
      action.hasTimer = seconds > 0
    case .onNextVisit: action.awaits = .nextVisit
    case .onNextSession: action.awaits = .nextSession
    }
    action.bound = number
    let isClosed = actions.isClosed(map.definition, at: round.time)
    output.append(self.event(action, .qualified(isOutsideSchedule: isClosed), round))
    state.actions.append(action)
  }

  /// Makes an old action of a map that repeats give way.
  private func makeRoom(_ state: inout RuleState) -> Bool {
    guard state.actions.count >= rules.settings.maxActions else { return true }
    guard let index = state.actions.firstIndex(where: { $0.repeats && $0.state != .qualified }) else {
      return false
    }
    state.actions.remove(at: index)
    return true
  }

  // MARK: - Offering

  func offer(
    _ round: ActionRound, _ session: some ActionSession, _ state: inout RuleState,
    _ output: inout [ActionEvent], _ takesPart: (Int, SessionAction) -> Bool
  ) {
    var eligible: [Int] = []
    var url: [UInt8]??
    for index in state.actions.indices {
      guard state.actions[index].state == .qualified, state.actions[index].bound >= 0 else { continue }
      let map = maps[Int(state.actions[index].bound)]
      let mediaType = state.actions[index].mediaType
      guard takesPart(index, state.actions[index]), session.isOpen || !mediaType.isShownOnPage,
        map.definition.isActive
      else { continue }
      let action = state.actions[index]
      if !map.definition.pageURLConditions.isEmpty, url == nil { url = .some(pageURL(session)) }
      if let reason = obstacle(action, map, url ?? nil, round, state) ?? control(map, session.id) {
        output.append(event(action, .blocked(reason), round))
      } else {
        eligible.append(index)
      }
    }
    guard !eligible.isEmpty else { return }
    for mediaType in MediaType.allCases {
      let rivals = eligible.filter { state.actions[$0].mediaType == mediaType }
      guard !rivals.isEmpty else { continue }
      guard mediaType.isShownOnPage else {
        for index in rivals { hand(index, round, &state, &output) }
        continue
      }
      let winner = rivals.dropFirst().reduce(rivals[0]) { best, next in
        wins(next, over: best, state) ? next : best
      }
      hand(winner, round, &state, &output)
      let blocker = BlockingReason.Blocker(map: state.actions[winner].map, action: state.actions[winner].id)
      for index in rivals where index != winner {
        output.append(
          event(state.actions[index], .blocked(.multipleSimultaneousOffers(by: blocker)), round))
      }
    }
  }

  /// Offers an action, or says that it is too late to.
  private func hand(
    _ index: Int, _ round: ActionRound, _ state: inout RuleState, _ output: inout [ActionEvent]
  ) {
    let isTooOld = round.takenAt > round.time + rules.settings.maxTriggerAge
    state.actions[index].state = isTooOld ? .expired : .offered
    state.actions[index].offered = round.time
    state.actions[index].hasTimer = false
    output.append(event(state.actions[index], isTooOld ? .expired : .offered, round))
  }

  /// By weight; of equal ones by their ids, which are spread evenly and the same in every run.
  private func wins(_ left: Int, over right: Int, _ state: borrowing RuleState) -> Bool {
    let weights = (
      maps[Int(state.actions[left].bound)].definition.weight,
      maps[Int(state.actions[right].bound)].definition.weight
    )
    if weights.0 != weights.1 { return weights.0 > weights.1 }
    let (first, second) = (state.actions[left].id, state.actions[right].id)
    return (first.high, first.low) < (second.high, second.low)
  }

  /// What keeps an action from being offered, other than a rival.
  private func obstacle(
    _ action: SessionAction, _ map: MapInForce, _ url: [UInt8]?, _ round: ActionRound,
    _ state: borrowing RuleState
  ) -> BlockingReason? {
    // What waits for a return is offered in another session.
    if round.time < action.due || action.awaits != .nothing { return .triggerDateInFuture }
    if action.mediaType.isShownOnPage, !actions.pages[Int(action.bound)].matches(url) {
      return .pageURLConditionsNotMatching(map.definition.pageURLConditions)
    }
    if actions.isClosed(map.definition, at: round.time) {
      return .offeredOutsideSchedule(
        scheduleGroup: map.definition.scheduleGroupID, emergencyGroup: map.definition.emergencyGroupID)
    }
    if !map.definition.ignoreFrequencyCap, let reason = cap(action, round, state) { return reason }
    guard action.mediaType.isShownOnPage,
      let open = state.actions.first(where: {
        $0.mediaType == action.mediaType && $0.state.isOpen(of: $0.mediaType)
      })
    else { return nil }
    return .alreadyExistingOffer(by: BlockingReason.Blocker(map: open.map, action: open.id))
  }

  private func cap(
    _ action: SessionAction, _ round: ActionRound, _ state: borrowing RuleState
  ) -> BlockingReason? {
    guard let cap = actions.caps[action.mediaType] else { return nil }
    let others = state.actions.filter { $0.mediaType == action.mediaType && $0.id != action.id }
    func blocked(_ behaviour: BlockingReason.CapBehaviour, _ other: SessionAction) -> BlockingReason {
      .frequencyCapping(behaviour, by: BlockingReason.Blocker(map: other.map, action: other.id))
    }
    if cap.capsOnceFinalized, let other = others.first(where: { $0.state.isFinalized($0.mediaType) }) {
      return blocked(.onceFinalized, other)
    }
    if cap.capsOnceRejected, let other = others.first(where: { $0.state == .rejected }) {
      return blocked(.onceRejected, other)
    }
    guard let minutes = cap.periodMinutes, !(cap.capsOnceFinalized && cap.capsOnceRejected) else {
      return nil
    }
    let wait = EventTime.Span.minutes(Int64(minutes))
    let recent = others.first { other in
      guard other.state != .expired, let offered = other.offered else { return false }
      return round.time < offered + wait
    }
    return recent.map { blocked(.forPeriod, $0) }
  }

  private func pageURL(_ session: some ActionSession) -> [UInt8]? {
    guard let (value, bytes) = session.lastPage else { return nil }
    var leaves = ScratchList<MemberTree.Leaf>()
    page.walk(value, of: bytes, from: pageNode, to: &leaves)
    guard let leaf = leaves.first else { return nil }
    var text: [UInt8] = []
    if leaf.isEscaped {
      JSONUnescaping.append(leaf.slice, of: bytes, to: &text)
    } else {
      text.append(leaf.slice, of: bytes)
    }
    return text
  }

  private func event(
    _ action: SessionAction, _ happening: ActionEvent.Happening, _ round: ActionRound
  ) -> ActionEvent {
    ActionEvent(
      action: action, map: action.bound >= 0 ? Int(action.bound) : nil, happening: happening,
      time: round.time,
      event: round.event)
  }
}

extension RuleState {
  /// Clears the timers of actions that are due.
  ///
  /// - Returns: the actions' places.
  mutating func takeDueActions(upTo time: EventTime) -> [Int] {
    var due: [Int] = []
    for index in actions.indices where actions[index].hasTimer && actions[index].due <= time {
      actions[index].hasTimer = false
      due.append(index)
    }
    return due
  }

  /// Clears the timers of actions that are due, for want of a bundle to offer them by.
  public mutating func dropTimers(upTo time: EventTime) { _ = takeDueActions(upTo: time) }
}
