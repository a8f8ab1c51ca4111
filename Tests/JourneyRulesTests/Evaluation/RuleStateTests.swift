import JourneyModel
import JourneyRules
import Sessionizer
import Testing

/// What a session remembers: stored, merged, bounded, and carried from one bundle to the next.
@Suite struct RuleStateTests {
  private static let minutes: Int64 = 60_000

  @Test func anEmptyStateHoldsNothing() throws {
    let state = RuleState()
    #expect(state.isEmpty)
    #expect(state.byteCount == 0)
    #expect(try state.reread() == state)
    let feed = try RuleFeed(Scene.segment(Rule(journey: [Scene.named("seen")])))
    let session = try feed.take(ModelEvent(id: "a", name: "other", time: 0, members: [])).session
    #expect(feed.states[session]?.isEmpty == true)
  }

  @Test func aRuleOfOneEventIsNeverCounted() throws {
    let feed = try RuleFeed(Scene.segment(Rule(journey: [Scene.named("seen")])))
    let session = try feed.take(ModelEvent(id: "a", name: "seen", time: 0, members: [])).session
    #expect(feed.states[session]?.trackedPatterns == 0)
    #expect(feed.states[session]?.assignments.map(\.id) == ["s"])
  }

  @Test func whatFiredIsNoLongerCounted() throws {
    let feed = try RuleFeed(
      Scene.segment(Rule(journey: [Scene.named("seen", count: 2), Scene.named("other")])))
    let session = try feed.take(ModelEvent(id: "a", name: "seen", time: 0, members: [])).session
    try feed.take("b", "other")
    #expect(feed.states[session]?.trackedPatterns == 2)
    try feed.take("c", "seen")
    #expect(feed.states[session]?.trackedPatterns == 0)
    #expect(feed.states[session]?.byteCount == 113, "an assignment, and the id of its event")
  }

  @Test func everyPrefixAndEveryFlippedByteOfAStoredStateIsReadOrRefused() throws {
    let segment = Segment(
      id: "s", displayName: "", rule: Scene.journey(), assignmentExpirationDays: 2)
    let counted = Segment(id: "t", displayName: "", rule: Rule(journey: [Scene.pattern(count: 5)]))
    let feed = try RuleFeed(CompiledRules(segments: [segment, counted], outcomes: []))
    try feed.take("a")
    let session = try feed.take(ModelEvent(id: "b", name: "seen", time: 1, members: [])).session
    let state = try #require(feed.states[session])
    let bytes = state.encoded
    #expect(try state.reread() == state)
    for count in bytes.indices {
      #expect(throws: RuleStateError.self) { try RuleState(encoded: Array(bytes[..<count])) }
    }
    #expect(throws: RuleStateError.self) { try RuleState(encoded: bytes + [0]) }
    for (index, mask) in bytes.indices.flatMap({ index in [1, 0x80, 0xff].map { (index, $0 as UInt8) } }) {
      var damaged = bytes
      damaged[index] ^= mask
      guard let read = try? RuleState(encoded: damaged) else { continue }
      // Whatever it says, it must be usable.
      feed.change(session) { $0 = read }
      try feed.restart()
      try feed.take("c\(index)-\(mask)")
    }
    var other = bytes
    other[0] = 2
    #expect(throws: RuleStateError.self) { try RuleState(encoded: other) }
  }

  // MARK: Expiry

  @Test func anAssignmentExpiresByEventTimeAndOnce() throws {
    let segment = Segment(id: "s", displayName: "", rule: Scene.journey(), assignmentExpirationDays: 1)
    let forever = Segment(id: "t", displayName: "", rule: Scene.journey())
    let feed = try RuleFeed(CompiledRules(segments: [segment, forever], outcomes: []))
    let step = try feed.take(ModelEvent(id: "a", name: "seen", time: 5, members: []))
    let expiry = EventTime(milliseconds: RuleFeed.start + 5 + 86_400_000)
    #expect(step.fired.map(\.expires) == [expiry, nil])
    var state = try #require(feed.states[step.session])
    #expect(state.nextTimer == expiry)
    #expect(try state.reread().nextTimer == expiry)
    #expect(state.expire(upTo: EventTime(milliseconds: expiry.milliseconds - 1)).isEmpty)
    #expect(state.expire(upTo: expiry).map(\.id) == ["s"])
    #expect(state.expire(upTo: EventTime(milliseconds: expiry.milliseconds + 1)).isEmpty)
    #expect(state.nextTimer == nil)
    #expect(state.assignments.map(\.isExpired) == [true, false])
    #expect(try state.reread() == state)
    // Once per session: what has expired is not assigned again.
    feed.change(step.session) { $0 = state }
    #expect(try feed.take("b", "seen").isEmpty)
  }

  @Test(arguments: [-1, 0, 2_913_000, 3_000_000, Int.max]) func daysBeyondTheLastTimeNeverCome(_ days: Int)
    throws
  {
    let segment = Segment(id: "s", displayName: "", rule: Scene.journey(), assignmentExpirationDays: days)
    let fired = try RuleFeed(CompiledRules(segments: [segment], outcomes: [])).take("a", "seen")
    #expect((fired.first?.expires != nil) == (days == 0))
  }

  // MARK: Merges

  /// Two web sessions, 25 minutes apart, and an event between them that joins them.
  private func merged(
    _ rule: Rule, _ first: [String], _ second: [String], bridge: String = "bridge",
    settings: RuleSettings = RuleSettings()
  ) throws -> (before: [Fired], bridge: [Fired], state: RuleState) {
    let feed = try RuleFeed(Scene.segment(rule, settings: settings))
    var before: [Fired] = []
    for (index, name) in first.enumerated() { before += try feed.take("a\(index)", name, at: Int64(index)) }
    for (index, name) in second.enumerated() {
      before += try feed.take("b\(index)", name, at: 25 * RuleStateTests.minutes + Int64(index))
    }
    #expect(feed.states.count == 2)
    let step = try feed.take(
      ModelEvent(id: "c", name: bridge, time: 12 * RuleStateTests.minutes, members: []))
    #expect(feed.states.count == 1)
    return (before, step.fired, try #require(feed.states[step.session]))
  }

  @Test func countsOfMergedSessionsAddUp() throws {
    let three = Rule(journey: [Scene.named("seen", count: 3)])
    let both = try merged(three, ["seen"], ["seen", "seen"])
    #expect(both.before.isEmpty)
    #expect(both.bridge.first?.because.first?.events == ["a0", "b0", "b1"])
    let tooFew = try merged(three, ["seen"], ["seen"])
    #expect(tooFew.bridge.isEmpty)
    #expect(tooFew.state.trackedPatterns == 1)
    #expect(
      try merged(three, ["seen"], ["seen"], bridge: "seen").bridge.first?.because.first?.events == [
        "a0", "b0", "c",
      ])
  }

  @Test func patternsOfMergedSessionsComplement() throws {
    let rule = Rule(journey: [Scene.named("first"), Scene.named("second")])
    #expect(try merged(rule, ["second"], ["first"]).bridge.first?.because.map(\.events) == [["b0"], ["a0"]])
    #expect(try merged(rule, ["second"], ["second"]).bridge.isEmpty)
  }

  @Test func whatEitherHadFiredStaysFired() throws {
    let rule = Rule(journey: [Scene.named("seen", count: 2)])
    for (first, second) in [(["seen", "seen"], ["seen"]), (["seen"], ["seen", "seen"])] {
      let both = try merged(rule, first, second, bridge: "seen")
      #expect(both.before.count == 1)
      #expect(both.bridge.isEmpty)
      #expect(both.state.assignments.map(\.id) == ["s"])
      #expect(both.state.trackedPatterns == 0)
    }
    let twice = try merged(rule, ["seen", "seen"], ["seen", "seen"])
    #expect(twice.before.count == 2)
    #expect(twice.state.assignments.count == 1)
    #expect(twice.state.assignments.first?.time == EventTime(milliseconds: RuleFeed.start + 1))
  }

  @Test func ofAnOrderedRuleTheStateThatIsFurtherCounts() throws {
    let rule = Rule(
      journey: [Scene.named("first"), Scene.named("second", count: 2), Scene.named("third")], isOrdered: true)
    // Further wins, and nothing of the other is added.
    #expect(
      try merged(rule, ["first", "second"], ["first", "second", "second"], bridge: "third").bridge.count == 1)
    #expect(try merged(rule, ["first", "second", "second"], ["first"], bridge: "third").bridge.count == 1)
    // At the same pattern, counts add up.
    #expect(try merged(rule, ["first", "second"], ["first", "second"], bridge: "third").bridge.count == 1)
    #expect(try merged(rule, ["first", "second"], ["first"], bridge: "third").bridge.isEmpty)
    // A merge never skips a pattern.
    #expect(try merged(rule, ["second", "second"], ["first"], bridge: "third").bridge.isEmpty)
  }

  @Test func aMergeMayBringTheContext() throws {
    let rule = Rule(
      context: [
        ContextPattern(criteria: [Criterion(key: "eventCount", values: ["4"], operator: .greaterThanOrEqual)])
      ],
      journey: [Scene.named("seen")])
    #expect(
      try merged(rule, ["other"], ["seen", "other"]).bridge.first?.because.map(\.events) == [["c"], ["b0"]])
  }

  // MARK: Bounds

  @Test(arguments: [2, 3, 4]) func patternsAreTrackedUpToTheLimit(_ limit: Int) throws {
    var settings = RuleSettings()
    settings.maxTrackedPatterns = limit
    let rules = (0..<3).map {
      Segment(id: "s\($0)", displayName: "", rule: Rule(journey: [Scene.pattern(count: 2)]))
    }
    let feed = try RuleFeed(CompiledRules(segments: rules, outcomes: [], settings: settings))
    let session = try feed.take(ModelEvent(id: "a", name: "x", time: 0, members: [])).session
    #expect(feed.states[session]?.trackedPatterns == min(limit, 3))
    #expect(feed.states[session]?.omitted == max(3 - limit, 0))
    #expect(try feed.take("b").count == min(limit, 3))
  }

  @Test(arguments: [2, 3, 4]) func assignmentsAreKeptUpToTheLimit(_ limit: Int) throws {
    var settings = RuleSettings()
    settings.maxAssignments = limit
    let rules = (0..<3).map { Segment(id: "s\($0)", displayName: "", rule: Scene.journey()) }
    let feed = try RuleFeed(CompiledRules(segments: rules, outcomes: [], settings: settings))
    let step = try feed.take(ModelEvent(id: "a", name: "x", time: 0, members: []))
    #expect(step.fired.map(\.definition) == Array(0..<min(limit, 3)))
    #expect(feed.states[step.session]?.omitted == max(3 - limit, 0))
  }

  /// An id of two bytes takes four.
  @Test(arguments: [7, 8, 9]) func evidenceIsKeptUpToTheLimit(_ limit: Int) throws {
    var settings = RuleSettings()
    settings.maxEvidenceBytes = limit
    let feed = try RuleFeed(Scene.segment(Rule(journey: [Scene.pattern(count: 3)]), settings: settings))
    try feed.take("e1")
    try feed.take("e2")
    let cause = try #require(try feed.take("e3").first?.because.first)
    #expect(cause.count == 3)
    #expect(cause.events == (limit < 8 ? ["e1"] : ["e1", "e2"]))
  }

  @Test func mergingKeepsTheBounds() throws {
    var settings = RuleSettings()
    settings.maxEvidenceBytes = 8
    settings.maxEvidenceEvents = 2
    let rule = Rule(journey: [Scene.named("seen", count: 9)])
    let state = try merged(rule, ["seen", "seen"], ["seen", "seen"], settings: settings).state
    #expect(state.byteCount == 64 + 8)
    settings.maxEvidenceBytes = 7
    #expect(try merged(rule, ["seen"], ["seen"], settings: settings).state.byteCount == 64)
  }

  // MARK: Bundles

  /// Whatever is counted when a rule is switched off goes on from there, also if the session had events
  /// meanwhile, was stored, or merged.
  @Test func countsWaitWhileTheirRuleIsOff() throws {
    func rules(isActive: Bool, count: Int = 3) -> CompiledRules {
      CompiledRules(
        segments: [
          Segment(id: "other", displayName: "", rule: Rule(journey: [Scene.named("never")])),
          Segment(
            id: "s", isActive: isActive, displayName: "",
            rule: Rule(journey: [Scene.named("seen", count: count)])),
        ], outcomes: [])
    }
    for restarts in [false, true] {
      let feed = try RuleFeed(rules(isActive: true))
      try feed.take("a", "seen")
      try feed.take("b", "seen")
      feed.use(rules(isActive: false))
      #expect(try feed.take("c", "seen").isEmpty, "it counts nothing while it is off")
      if restarts { try feed.restart() }
      feed.use(rules(isActive: true))
      let fired = try feed.take("d", "seen")
      #expect(fired.map { $0.because.first?.events } == [["a", "b", "d"]])
    }
    // Says something else when it comes back, or is gone: then it starts anew.
    for between in [rules(isActive: false, count: 2), Scene.segment(Rule(journey: [Scene.named("never")]))] {
      let feed = try RuleFeed(rules(isActive: true))
      try feed.take("a", "seen")
      try feed.take("b", "seen")
      feed.use(between)
      try feed.take("c", "other")
      feed.use(rules(isActive: true))
      #expect(try feed.take("d", "seen").isEmpty)
    }
  }

  /// A rule that is off and an assignment whose definition is off have no place in the bundle, and nothing to
  /// do with each other.
  @Test func countsThatWaitSurviveWhatFiredBefore() throws {
    func rules(isActive: Bool) -> CompiledRules {
      CompiledRules(
        segments: [
          Segment(
            id: "fired", isActive: isActive, displayName: "", rule: Rule(journey: [Scene.named("seen")])),
          Segment(
            id: "s", isActive: isActive, displayName: "", rule: Rule(journey: [Scene.named("seen", count: 2)])
          ),
          Segment(id: "on", displayName: "", rule: Rule(journey: [Scene.named("never")])),
        ], outcomes: [])
    }
    let feed = try RuleFeed(rules(isActive: true))
    #expect(try feed.take("a", "seen").count == 1)
    feed.use(rules(isActive: false))
    #expect(try feed.take("b", "seen").isEmpty)
    feed.use(rules(isActive: true))
    #expect(try feed.take("c", "seen").map { $0.because.first?.events } == [["a", "c"]])
  }

  @Test func eventsOfAssignmentsAreReadOrRefused() throws {
    let feed = try RuleFeed(Scene.segment(Rule(journey: [Scene.named("seen")])))
    try feed.take("a", "seen")
    let state = try #require(feed.states.values.first)
    #expect(state.assignments.map(\.event) == ["a"])
    var bytes: [UInt8] = []
    state.encodeEvents(to: &bytes)
    #expect(bytes == [1, 1, 0x61])
    var read = try RuleState(encoded: state.encoded)
    #expect(read.assignments.map(\.event) == [nil], "as earlier builds wrote it")
    for count in bytes.indices {
      #expect(throws: RuleStateError.self) { try read.takeEvents(encoded: Array(bytes[..<count])) }
    }
    #expect(throws: RuleStateError.self) { try read.takeEvents(encoded: [2, 1, 0x61, 0]) }
    #expect(throws: RuleStateError.self) { try read.takeEvents(encoded: bytes + [0]) }
    try read.takeEvents(encoded: bytes)
    #expect(read == state)
  }

  @Test func assignmentsOutliveTheirDefinitionAndCountsTheirVersion() throws {
    let counted = Rule(journey: [Scene.named("seen", count: 2)])
    func rules(_ id: String, _ rule: Rule, version: Int = 1) -> CompiledRules {
      let padding = Segment(
        id: "0", displayName: "", rule: Scene.journey(Criterion(key: "app.name", values: ["x"])))
      return CompiledRules(
        segments: [padding, Segment(id: id, version: version, displayName: "", rule: rule)], outcomes: [])
    }
    let feed = try RuleFeed(Scene.segment(counted))
    try feed.take("a", "seen")
    // The same rule at another place: its count goes on.
    feed.use(rules("s", counted, version: 2))
    let fired = try feed.take("b", "seen")
    #expect(fired.map(\.definition) == [1])
    #expect(fired.first?.because.first?.events == ["a", "b"])
    // Gone, and back: it stays assigned.
    feed.use(rules("t", counted))
    #expect(try feed.take("c", "seen").isEmpty)
    feed.use(rules("s", Rule(journey: [Scene.named("seen")]), version: 3))
    #expect(try feed.take("d", "seen").isEmpty)
    // A rule that says something else starts anew.
    feed.use(rules("t", Rule(journey: [Scene.named("seen", count: 3)])))
    #expect(try feed.take("e", "seen").isEmpty)
    #expect(try feed.take("f", "seen").isEmpty)
    #expect(try feed.take("g", "seen").count == 1)
    let state = try #require(feed.states.values.first)
    #expect(state.assignments.map { "\($0.id) \($0.version)" } == ["s 2", "t 1"])
    #expect(state.trackedPatterns == 0)
  }
}
