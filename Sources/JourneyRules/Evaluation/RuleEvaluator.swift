public import JourneyModel

/// Evaluates rules, one event at a time: the scratch memory of one lane, reused from event to event. What
/// lasts is in `RuleState`.
///
/// The outcome is a function of rules, event, session facts and state alone: nothing that is kept here
/// between two events shows from it.
public final class RuleEvaluator {
  /// The rules.
  public let rules: CompiledRules

  /// Copies of what all evaluators of the bundle would share: docs/design/hot-path.md.
  let tree: MemberTree
  let matchers: [KeyMatcher]

  /// The facts of sessions that rules read, a bit each by raw value.
  public let sessionFields: UInt64
  /// Whether rules read attributes of sessions.
  public let readsSessionAttributes: Bool
  /// Whether rules read what sessions count, or who they are.
  public let readsSessionIdentity: Bool

  /// Marks what belongs to the event at hand: marks of older events need no clearing.
  var stamp: UInt32 = 0
  var stream = Stream.web

  /// By criterion: that the positive form holds, and (of event criteria) that it was asked.
  var holding: [UInt32]
  var asked: [UInt32]
  /// By criterion: that a text of it was found; and all of which one was, of the key at hand.
  var hit: [UInt32]
  var hits = ScratchList<Int32>()
  var textHits = ScratchList<KeyMatcher.Hit>()
  /// By key: that it has a value, and the first one in `found`.
  var present: [UInt32]
  var firstFound: [Int32]
  var found = ScratchList<FoundValue>()
  /// By root: that it was read, and where the event has it.
  var read: [UInt32]
  var located: [UInt32]
  var location: [Int32]
  var locatedRoots = ScratchList<Int32>()
  var leaves = ScratchList<MemberTree.Leaf>()
  var scratch: [UInt8] = []
  /// Criteria of context-only rules that hold.
  var pivots = ScratchList<Int32>()
  var memory: ContextMemory
  var texts: EventMemory

  /// Whether the marks below have been set for the event at hand.
  var isRecollected = false
  /// By rule: that it has fired before, and how many patterns of it (if ordered) were complete before the
  /// event.
  var fired: [UInt32]
  var stagedAt: [UInt32]
  var stage: [Int32]
  /// By pattern: that it has an entry in the state, and which.
  var tracked: [UInt32]
  var entry: [Int32]
  var due: [Int32] = []
  /// Patterns that complete their rule with the event, without ever being counted.
  var singles: [UInt32]

  /// A scalar that the event has for a key.
  struct FoundValue: BitwiseCopyable {
    var next: Int32
    var slice: ByteSlice
    var isInScratch: Bool
    /// The folded form, in `scratch`; empty until it is asked for.
    var folded: ByteSlice
    var isFolded: Bool
  }

  /// Creates an evaluator.
  public init(rules: CompiledRules) {
    self.rules = rules
    tree = MemberTree(copying: rules.tree)
    matchers = rules.matchers.map(KeyMatcher.init(copying:))
    // Shifted beyond 64 bits it is no bit at all; all fields have theirs today, and a test says so.
    sessionFields = EventField.allCases.reduce(0) { bits, field in
      rules.sessionFieldRoots[Int(field.rawValue)] < 0 ? bits : bits | 1 << UInt64(field.rawValue)
    }
    readsSessionAttributes = !rules.sessionAttributes.isEmpty || !rules.sessionLists.isEmpty
    readsSessionIdentity = !rules.sessionCountRoots.isEmpty || !rules.sessionTextRoots.isEmpty
    holding = Array(repeating: 0, count: rules.criteria.count)
    asked = holding
    hit = holding
    present = Array(repeating: 0, count: rules.keys.count)
    firstFound = Array(repeating: -1, count: rules.keys.count)
    read = Array(repeating: 0, count: rules.roots.count)
    located = read
    location = Array(repeating: -1, count: rules.roots.count)
    memory = ContextMemory(roots: rules.roots.count)
    texts = EventMemory(
      roots: rules.roots.map { root in
        root.isOfEvent && !root.isEventName && root.collected == nil
          && root.keys.contains { rules.keys[Int($0)].matcher >= 0 }
      })
    fired = Array(repeating: 0, count: rules.rules.count)
    stagedAt = fired
    stage = Array(repeating: 0, count: rules.rules.count)
    singles = fired
    tracked = Array(repeating: 0, count: rules.patterns.count)
    entry = Array(repeating: -1, count: rules.patterns.count)
  }

  /// Evaluates an event that was admitted to a session, and folded into it.
  ///
  /// - Parameters:
  ///   - session: the session's facts after the event.
  ///   - state: the session's memory; what fires now is noted in it.
  ///   - output: what fires now is appended, segments first, each kind in the order of its definitions.
  public func evaluate(
    _ event: borrowing Event, of batch: borrowing EventBatch, session: some SessionFacts,
    state: inout RuleState, output: inout [Fired]
  ) {
    guard !rules.isEmpty else { return }
    begin(event.stream, &state)
    let isTold = tell(session, &state)
    let name = rules.eventNames.value(event.name, of: batch.bytes)
    let slot = name >= 0 ? Int(name) * rules.streamCount + Int(event.stream.rawValue) : -1
    if rules.hasPatterns(slot, event.stream) {
      locateFacts(event, batch)
      visitPatterns(event, batch, slot, &state)
    }
    visitWaiting(state)
    if isTold { visitContext(state) }
    guard !due.isEmpty else { return }
    fire(event, batch, &state, &output)
  }

  /// Has the session offer what it knows, unless it would offer the same as before: what that made true has
  /// fired.
  ///
  /// - Returns: whether it did.
  private func tell(_ session: some SessionFacts, _ state: inout RuleState) -> Bool {
    guard rules.readsSession else { return true }
    guard rules.readsFactsAlone else {
      session.tell(self)
      return true
    }
    // A full list of assignments has fired nothing, and asks again with every event.
    if state.isTold, !session.haveChanged(sessionFields),
      state.assignmentCount < rules.settings.maxAssignments
    {
      return false
    }
    session.tell(self)
    session.haveBeenTold()
    state.isTold = true
    return true
  }

  private func begin(_ stream: Stream, _ state: inout RuleState) {
    self.stream = stream
    if stamp == .max { restart() }
    stamp += 1
    found.truncate()
    locatedRoots.truncate()
    pivots.truncate()
    // Asked first: emptying an empty array is no small thing.
    if !scratch.isEmpty { scratch.removeAll(keepingCapacity: true) }
    if !due.isEmpty { due.removeAll(keepingCapacity: true) }
    if state.boundTo != rules.identity { state.bind(to: rules) }
    isRecollected = false
  }

  /// Marks what the session remembers, once per event, and only when something may come of the event: of most
  /// nothing does.
  func recollect(_ state: borrowing RuleState) {
    guard !isRecollected else { return }
    isRecollected = true
    // By index, here and elsewhere: docs/design/hot-path.md.
    for index in state.assignments.indices where state.assignments[index].rule >= 0 {
      fired[Int(state.assignments[index].rule)] = stamp
    }
    for index in state.actions.indices
    where state.actions[index].bound >= 0 && !state.actions[index].repeats {
      let rule = rules.ruleOfMap[Int(state.actions[index].bound)]
      if rule >= 0 { fired[Int(rule)] = stamp }
    }
    for index in state.progress.indices where state.progress[index].rule >= 0 {
      let rule = Int(state.progress[index].rule)
      let compiled = rules.rules[rule]
      let pattern = Int(compiled.patterns.lowerBound + state.progress[index].position)
      tracked[pattern] = stamp
      entry[pattern] = Int32(index)
      if compiled.isOrdered, state.progress[index].isComplete {
        stage[rule] = stagedAt[rule] == stamp ? stage[rule] + 1 : 1
        stagedAt[rule] = stamp
      }
    }
  }

  /// After four billion events the marks start over.
  private func restart() {
    stamp = 0
    for index in holding.indices { holding[index] = 0 }
    for index in asked.indices { asked[index] = 0 }
    for index in hit.indices { hit[index] = 0 }
    for index in present.indices { present[index] = 0 }
    for index in read.indices { read[index] = 0 }
    for index in located.indices { located[index] = 0 }
    for index in fired.indices { fired[index] = 0 }
    for index in stagedAt.indices { stagedAt[index] = 0 }
    for index in singles.indices { singles[index] = 0 }
    for index in tracked.indices { tracked[index] = 0 }
  }

  /// Rules whose journey is complete and whose context may hold now.
  private func visitWaiting(_ state: borrowing RuleState) {
    for index in state.progress.indices
    where state.progress[index].isWaiting && state.progress[index].rule >= 0 {
      recollect(state)
      let rule = state.progress[index].rule
      if contextHolds(rules.rules[Int(rule)]) { becomeDue(rule) }
    }
  }

  /// Rules without a journey.
  private func visitContext(_ state: borrowing RuleState) {
    guard !pivots.isEmpty || !rules.negativeRules.isEmpty else { return }
    recollect(state)
    for pivot in pivots.indices {
      for index in rules.criteria[Int(pivots[pivot])].rules {
        let rule = rules.pivotRules[Int(index)]
        if fired[Int(rule)] != stamp, contextHolds(rules.rules[Int(rule)]) { becomeDue(rule) }
      }
    }
    for index in rules.negativeRules.indices {
      let rule = rules.negativeRules[index]
      if fired[Int(rule)] != stamp, contextHolds(rules.rules[Int(rule)]) { becomeDue(rule) }
    }
  }

  func becomeDue(_ rule: Int32) {
    guard fired[Int(rule)] != stamp else { return }
    fired[Int(rule)] = stamp
    due.append(rule)
  }

  func contextHolds(_ rule: CompiledRule) -> Bool {
    for index in rule.context where !sessionHolds(rules.contextCriteria[Int(index)]) { return false }
    return true
  }

  /// Whether a criterion holds for the session, which has offered its facts.
  func sessionHolds(_ index: Int32) -> Bool {
    let criterion = rules.criteria[Int(index)]
    guard criterion.isNegative else { return holding[Int(index)] == stamp }
    if present[Int(criterion.key)] == stamp { return holding[Int(index)] != stamp }
    return rules.settings.missingSatisfiesNegative
      && rules.keys[Int(criterion.key)].streams & (1 << stream.rawValue) != 0
  }
}
