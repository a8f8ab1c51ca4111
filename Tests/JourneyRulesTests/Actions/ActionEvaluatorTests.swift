import JourneyModel
import JourneyRules
import Testing

/// What becomes of actions, case by case.
@Suite struct ActionEvaluatorTests {
  private static let map = ActionScene.map
  private static let segment = ActionScene.segment

  @Test func aSegmentTriggersOncePerSession() throws {
    let scene = try ActionScene([Self.segment("s"), ActionScene.map("m", segments: ["s"])])
    #expect(scene.event(at: 0) == [])
    #expect(scene.event(at: 1, ["s"]) == ["qualified m", "offered m"])
    #expect(scene.event(at: 2, ["s"]) == [])
    #expect(scene.state.actions.map(\.state) == [.offered])
  }

  @Test func anyOfSeveralSegmentsTriggersAndOnlyOnce() throws {
    let scene = try ActionScene([
      Self.segment("a"), Self.segment("b"), ActionScene.map("m", segments: ["a", "b"]),
    ])
    #expect(scene.event(at: 0, ["b"]) == ["qualified m", "offered m"])
    #expect(scene.event(at: 1, ["a"]) == [])
  }

  @Test func aFlowIsStartedByEachEventButAnOfferIsMadeOnce() throws {
    let scene = try ActionScene([
      ActionScene.map("flow", event: "x", media: "architectFlow"),
      ActionScene.map("offer", event: "x", media: "webMessagingOffer"),
    ])
    #expect(
      scene.event(at: 0, ["x"], isPing: false) == [
        "qualified flow", "qualified offer", "offered offer", "offered flow",
      ])
    #expect(scene.event(at: 1, ["x"], isPing: false) == ["qualified flow", "offered flow"])
    #expect(Set(scene.state.actions.map(\.id)).count == 3)
  }

  @Test func aFlowThatASegmentTriggersStartsOnce() throws {
    let scene = try ActionScene([
      Self.segment("s"), ActionScene.map("m", segments: ["s"], media: "architectFlow"),
    ])
    #expect(scene.event(at: 0, ["s"], isPing: false) == ["qualified m", "offered m"])
    #expect(scene.event(at: 1, ["s"], isPing: false) == [])
  }

  @Test func thePageMustMatchAndIsTriedAgainOnEachPing() throws {
    let scene = try ActionScene([
      Self.segment("s"),
      ActionScene.map(
        "m", segments: ["s"],
        more: "\"pageUrlConditions\":[{\"values\":[\"/PAY\",\"shop\"],\"operator\":\"containsAll\"}]"),
    ])
    #expect(scene.event(at: 0, ["s"]) == ["qualified m", "blocked m PageUrlConditionsNotMatching"])
    #expect(scene.event(at: 1) == ["blocked m PageUrlConditionsNotMatching"])
    // No ping, no try.
    #expect(scene.event(at: 2, ["other"], isPing: false) == [])
    scene.session.page = nil
    #expect(scene.event(at: 3) == ["blocked m PageUrlConditionsNotMatching"])
    scene.session.page = "https://shop.example/Pay"
    #expect(scene.event(at: 4) == ["offered m"])
    #expect(scene.event(at: 5) == [])
  }

  @Test(arguments: [
    ("containsAny", ["nothing", "cart"], true), ("containsAny", ["nothing"], false),
    ("containsAll", ["cart", "nothing"], false), ("notContainsAny", ["nothing"], true),
    ("notContainsAny", ["cart"], false), ("notContainsAll", ["cart", "nothing"], true),
    ("equal", ["https://SHOP.example/cart?x=1"], true), ("equal", ["/cart"], false),
    ("notEqual", ["/cart"], true), ("startsWith", ["https://shop"], true), ("startsWith", ["shop"], false),
    ("endsWith", ["X=1"], true), ("endsWith", ["cart"], false),
  ])
  func everyOperatorComparesThePage(_ named: String, _ values: [String], _ holds: Bool) throws {
    let list = values.map { "\"\($0)\"" }.joined(separator: ",")
    let scene = try ActionScene([
      Self.segment("s"),
      ActionScene.map(
        "m", segments: ["s"], more: "\"pageUrlConditions\":[{\"values\":[\(list)],\"operator\":\"\(named)\"}]"
      ),
    ])
    #expect(
      scene.event(at: 0, ["s"])
        == ["qualified m", holds ? "offered m" : "blocked m PageUrlConditionsNotMatching"])
  }

  @Test func aDelayEndsByTimerOnTheMillisecond() throws {
    let scene = try ActionScene([
      Self.segment("s"),
      ActionScene.map("m", segments: ["s"], activation: "\"type\":\"delay\",\"delayInSeconds\":60"),
    ])
    #expect(scene.event(at: 0, ["s"]) == ["qualified m", "blocked m TriggerDateInFuture"])
    #expect(scene.state.nextTimer == EventTime(milliseconds: ActionScene.start + 60_000))
    #expect(scene.event(at: 59_999) == ["blocked m TriggerDateInFuture"])
    #expect(scene.timer(at: 59_999) == [])
    #expect(scene.timer(at: 60_000) == ["offered m"])
    #expect(scene.state.nextTimer == nil)
    #expect(scene.timer(at: 60_001) == [])
  }

  @Test(
    arguments: [
      (59_999, ["blocked m TriggerDateInFuture"]), (60_000, ["offered m"]), (60_001, ["offered m"]),
    ] as [(Int64, [String])])
  func aPingEndsADelayToo(_ at: Int64, _ expected: [String]) throws {
    let scene = try ActionScene([
      Self.segment("s"),
      ActionScene.map("m", segments: ["s"], activation: "\"type\":\"delay\",\"delayInSeconds\":60"),
    ])
    scene.event(at: 0, ["s"])
    #expect(scene.event(at: at) == expected)
  }

  @Test func theWindowIsHalfOpen() throws {
    let scene = { (more: String) in
      try ActionScene([
        Self.segment("s"), ActionScene.map("m", segments: ["s"], more: more),
        ActionScene.map("flow", event: "x", media: "architectFlow", more: more),
      ])
    }
    let from = "\"startDate\":\"\(EventTime(milliseconds: ActionScene.start + 10).iso8601)\""
    let until = "\"endDate\":\"\(EventTime(milliseconds: ActionScene.start + 20).iso8601)\""
    let window = try scene(from + "," + until)
    // A segment stays assigned: the map qualifies when its time has come.
    #expect(window.event(at: 9, ["s"]) == [])
    #expect(window.event(at: 9, ["x"]) == [])
    #expect(window.event(at: 10) == ["qualified m", "offered m"])
    #expect(window.event(at: 10, ["x"]) == ["qualified flow", "offered flow"])
    #expect(window.event(at: 19, ["x"]) == ["qualified flow", "offered flow"])
    #expect(window.event(at: 20, ["x"]) == [])
    #expect(window.event(at: 21, ["x"]) == [])
    #expect(try scene(until).event(at: 20, ["s"]) == [])
    #expect(try scene(until).event(at: 19, ["s"]) == ["qualified m", "offered m"])
  }

  @Test func weightDecidesAndTheOtherWaitsForTheFirstToEnd() throws {
    let scene = try ActionScene([
      Self.segment("s"), ActionScene.map("low", segments: ["s"], more: "\"weight\":1"),
      ActionScene.map("high", segments: ["s"], more: "\"weight\":3"),
    ])
    #expect(
      scene.event(at: 0, ["s"]) == [
        "qualified high", "qualified low", "offered high", "blocked low MultipleSimultaneousOffers",
      ])
    #expect(scene.event(at: 1) == ["blocked low AlreadyExistingOffer"])
    #expect(scene.report(.ignored, of: "high", at: 2) == ["ignored high"])
    #expect(scene.event(at: 3) == ["offered low"])
  }

  @Test func equalWeightsAreSplitEvenlyAndTheSameEachTime() throws {
    var wins = 0
    for number in 0..<400 {
      var outcomes: Set<[String]> = []
      for _ in 0..<2 {
        let scene = try ActionScene([
          Self.segment("s"), ActionScene.map("a", segments: ["s"]), ActionScene.map("b", segments: ["s"]),
        ])
        scene.session.id = SessionID(high: UInt64(number) &* 0x9e37_79b9_7f4a_7c15, low: 7)
        outcomes.insert(scene.event(at: 0, ["s"]).filter { $0.hasPrefix("offered") })
      }
      #expect(outcomes.count == 1)
      if outcomes.first == ["offered a"] { wins += 1 }
      if number == 40 { #expect(wins > 0 && wins < 41) }
    }
    #expect((150...250).contains(wins), "\(wins) of 400")
  }

  @Test func offersOfTwoKindsAreMadeSideBySide() throws {
    let scene = try ActionScene([
      Self.segment("s"), ActionScene.template, ActionScene.map("chat", segments: ["s"]),
      ActionScene.map("content", segments: ["s"], media: "contentOffer"),
    ])
    #expect(
      scene.event(at: 0, ["s"]) == ["qualified chat", "qualified content", "offered chat", "offered content"])
  }

  // MARK: - Caps

  private func capped(_ cap: String, more: String = "") throws -> ActionScene {
    try ActionScene([
      Self.segment("s"), Self.segment("t"), ActionScene.cap(cap), ActionScene.map("first", segments: ["s"]),
      ActionScene.map("second", segments: ["t"], more: more),
    ])
  }

  @Test func aRejectionKeepsFurtherOffersAway() throws {
    let scene = try capped("\"capOnceRejected\":true")
    scene.event(at: 0, ["s"])
    #expect(scene.report(.rejected, of: "first", at: 1) == ["rejected first"])
    #expect(scene.event(at: 2, ["t"]) == ["qualified second", "blocked second FrequencyCapping"])
    let ignored = try capped("\"capOnceRejected\":true")
    ignored.event(at: 0, ["s"])
    #expect(ignored.report(.ignored, of: "first", at: 1) == ["ignored first"])
    #expect(ignored.event(at: 2, ["t"]) == ["qualified second", "offered second"])
  }

  @Test func aFinishedOfferKeepsFurtherOnesAway() throws {
    let scene = try capped("\"capOnceFinalized\":true")
    scene.event(at: 0, ["s"])
    #expect(scene.report(.engaged, of: "first", at: 1) == ["engaged first"])
    #expect(scene.report(.completed, of: "first", at: 2) == ["completed first"])
    #expect(scene.event(at: 3, ["t"]) == ["qualified second", "blocked second FrequencyCapping"])
  }

  @Test(arguments: [(59_999, false), (60_000, true), (60_001, true)] as [(Int64, Bool)])
  func aPeriodEndsOnTheMillisecond(_ at: Int64, _ isOffered: Bool) throws {
    let scene = try capped("\"capForPeriod\":\"00:01\"")
    scene.event(at: 0, ["s"])
    #expect(scene.report(.ignored, of: "first", at: 1) == ["ignored first"])
    #expect(
      scene.event(at: at, ["t"])
        == ["qualified second", isOffered ? "offered second" : "blocked second FrequencyCapping"])
  }

  @Test func aMapMayIgnoreTheCap() throws {
    let scene = try capped("\"capOnceRejected\":true", more: "\"ignoreFrequencyCap\":true")
    scene.event(at: 0, ["s"])
    #expect(scene.report(.rejected, of: "first", at: 1) == ["rejected first"])
    #expect(scene.event(at: 2, ["t"]) == ["qualified second", "offered second"])
  }

  // MARK: - Schedules

  private static let utc = "{\"kind\":\"timeZone\",\"id\":\"UTC\",\"initialOffset\":0,\"transitions\":[]}"
  private static let always = """
    {"kind":"scheduleGroup","id":"g","name":"G","version":1,"timeZone":"UTC","openHours":[\
    {"days":["MO","TU","WE","TH","FR","SA","SU"],"opens":"00:00","closes":"24:00"}]}
    """

  @Test func outsideOfItsHoursItQualifiesAndIsBlockedUntilTheyCome() throws {
    // 2026-01-05 is a Monday; the scene begins at 08:00 UTC.
    let group = """
      {"kind":"scheduleGroup","id":"g","name":"G","version":1,"timeZone":"UTC","openHours":[{"days":["MO"],"opens":"09:00","closes":"17:00"}]}
      """
    let scene = try ActionScene([
      Self.segment("s"), group, Self.utc,
      ActionScene.map(
        "m", segments: ["s"], more: "\"actionMapScheduleGroups\":{\"actionMapScheduleGroup\":{\"id\":\"g\"}}"),
    ])
    let hour: Int64 = 3_600_000
    #expect(EventTime(milliseconds: ActionScene.start).iso8601 == "2026-01-05T08:00:00.000Z")
    #expect(
      scene.event(at: 0, ["s"]) == ["qualifiedOutsideSchedule m", "blocked m OfferedOutsideSchedule"])
    #expect(scene.event(at: hour - 1) == ["blocked m OfferedOutsideSchedule"])
    #expect(scene.event(at: hour) == ["offered m"])
  }

  @Test func anEmergencyClosesEverything() throws {
    let scene = try ActionScene([
      Self.segment("s"),
      "{\"kind\":\"emergencyGroup\",\"id\":\"e\",\"name\":\"E\",\"version\":1,\"enabled\":true}",
      ActionScene.map(
        "m", segments: ["s"],
        more: "\"actionMapScheduleGroups\":{\"actionMapScheduleGroup\":{\"id\":\"g\"},"
          + "\"emergencyActionMapScheduleGroup\":{\"id\":\"e\"}}"), Self.always, Self.utc,
    ])
    #expect(scene.event(at: 0, ["s"]) == ["qualifiedOutsideSchedule m", "blocked m OfferedOutsideSchedule"])
  }

  // MARK: - Age, ends, bounds

  @Test(
    arguments: [(300_000 - 1, "offered m"), (300_000, "offered m"), (300_000 + 1, "expired m")]
      as [(Int64, String)])
  func anOldTriggerExpires(_ age: Int64, _ outcome: String) throws {
    let scene = try ActionScene([Self.segment("s"), ActionScene.map("m", segments: ["s"])])
    #expect(scene.event(at: 0, ["s"], takenAfter: age) == ["qualified m", outcome])
    #expect(scene.event(at: 1) == [])
  }

  @Test func nobodyIsShownAnythingWhenTheSessionIsOverButFlowsStart() throws {
    let scene = try ActionScene([
      Self.segment("s"), ActionScene.map("offer", segments: ["s"]),
      ActionScene.map("flow", segments: ["s"], media: "architectFlow"),
    ])
    scene.session.isOpen = false
    #expect(scene.event(at: 0, ["s"]) == ["qualified flow", "qualified offer", "offered flow"])
    #expect(scene.event(at: 1) == [])
  }

  @Test func anAcceptedContentOfferIsOverAnAcceptedInvitationIsNot() throws {
    let scene = try ActionScene([
      Self.segment("s"), Self.segment("t"), ActionScene.template,
      ActionScene.map("content", segments: ["s"], media: "contentOffer"),
      ActionScene.map("chat", segments: ["s"]),
      ActionScene.map("content-2", segments: ["t"], media: "contentOffer"),
      ActionScene.map("chat-2", segments: ["t"]),
    ])
    scene.event(at: 0, ["s"])
    #expect(scene.report(.accepted, of: "content", at: 1) == ["accepted content"])
    #expect(scene.report(.accepted, of: "chat", at: 2) == ["accepted chat"])
    #expect(scene.report(.completed, of: "content", at: 3) == [])
    #expect(
      scene.event(at: 4, ["t"]) == [
        "qualified chat-2", "qualified content-2", "blocked chat-2 AlreadyExistingOffer", "offered content-2",
      ])
  }

  @Test func aRepeatedFlowThatIsClosedDoesNotPileUp() throws {
    let scene = try ActionScene([
      "{\"kind\":\"emergencyGroup\",\"id\":\"e\",\"name\":\"E\",\"version\":1,\"enabled\":true}", Self.always,
      Self.utc,
      ActionScene.map(
        "flow", event: "x", media: "architectFlow",
        more: "\"actionMapScheduleGroups\":{\"actionMapScheduleGroup\":{\"id\":\"g\"},"
          + "\"emergencyActionMapScheduleGroup\":{\"id\":\"e\"}}"),
    ])
    for number in 0..<300 {
      #expect(
        scene.event(at: Int64(number), ["x"]) == [
          "qualifiedOutsideSchedule flow", "blocked flow OfferedOutsideSchedule",
        ])
    }
    #expect(scene.state.actions.isEmpty)
    #expect(scene.state.omitted == 0)
  }

  /// A bundle in which a map is off numbers the triggers of the others differently.
  /// Until the customer comes back, each round says so: of a flow at each event, of an offer at each ping.
  @Test func whatWaitsForAReturnSaysSo() throws {
    let scene = try ActionScene([
      Self.segment("s"),
      ActionScene.map(
        "flow", segments: ["s"], media: "architectFlow", activation: "\"type\":\"on-next-session\""),
      ActionScene.map("offer", segments: ["s"], activation: "\"type\":\"on-next-visit\""),
    ])
    #expect(
      scene.event(at: 0, ["s"]) == [
        "qualified flow", "qualified offer", "blocked flow TriggerDateInFuture",
        "blocked offer TriggerDateInFuture",
      ])
    #expect(scene.event(at: 1, ["x"], isPing: false) == ["blocked flow TriggerDateInFuture"])
    #expect(
      scene.event(at: 2) == ["blocked flow TriggerDateInFuture", "blocked offer TriggerDateInFuture"])
    scene.session.isOpen = false
    #expect(scene.event(at: 3) == ["blocked flow TriggerDateInFuture"])
  }

  /// A map that qualifies after its segment was assigned: because of the event that assigned it, not of the
  /// newest.
  @Test func becauseNamesTheEventThatAssignedTheSegment() throws {
    let before = try ActionScene([Self.segment("s")])
    before.event(at: 0, ["s"])
    before.event(at: 1, ["x"])
    let after = try ActionScene([Self.segment("s"), ActionScene.map("m", segments: ["s"])])
    after.state = try before.state.reread()
    after.session = before.session
    #expect(after.event(at: 2, ["y"]) == ["qualified m", "offered m"])
    #expect(after.state.actions.first?.because.map(\.events) == [["e1-0"]])
    // Of what an earlier build assigned, the event is not known.
    let old = try ActionScene([Self.segment("s"), ActionScene.map("m", segments: ["s"])])
    old.state = try RuleState(encoded: before.state.encoded)
    old.event(at: 2, ["y"])
    #expect(
      old.state.actions.first?.because.map(\.events) == [["e1-0"]], "the newest: the first of this scene")
  }

  /// A map that does something else now is another one: what qualified is as if it were switched off, and it
  /// qualifies anew, once.
  @Test(arguments: [false, true]) func aMapOfAnotherKindQualifiesAnew(restarts: Bool) throws {
    let media = { (kind: String) in
      try ActionScene([
        Self.segment("s"),
        ActionScene.map(
          "m", segments: ["s"], media: kind, activation: "\"type\":\"delay\",\"delayInSeconds\":60"),
      ])
    }
    let offers = try media("webMessagingOffer")
    #expect(offers.event(at: 0, ["s"]) == ["qualified m", "blocked m TriggerDateInFuture"])
    let flows = try media("architectFlow")
    flows.state = restarts ? try offers.state.reread() : offers.state
    #expect(flows.event(at: 1, ["x"]) == ["qualified m", "blocked m TriggerDateInFuture"])
    #expect(flows.event(at: 2, ["x"]) == ["blocked m TriggerDateInFuture"], "once")
    #expect(flows.timer(at: 60_000) == [], "the offer's, which nothing is left of")
    #expect(flows.timer(at: 60_001) == ["offered m"])
    // When it is what it was again, so is what had qualified then.
    offers.state = restarts ? try flows.state.reread() : flows.state
    #expect(offers.event(at: 60_002) == ["offered m"])
  }

  /// The same for a flow that repeats, whether or not something of it is left.
  @Test func aFlowThatBecomesAnOfferQualifiesOnce() throws {
    let flows = try ActionScene([ActionScene.map("m", event: "x", media: "architectFlow")])
    #expect(flows.event(at: 0, ["x"]) == ["qualified m", "offered m"])
    let offers = try ActionScene([ActionScene.map("m", event: "x", media: "webMessagingOffer")])
    offers.state = flows.state
    #expect(offers.event(at: 1, ["x"]) == ["qualified m", "offered m"])
    #expect(offers.event(at: 2, ["x"]) == [])
  }

  @Test func switchingAMapOffLeavesTheOthersWhatTheyWere() throws {
    let definitions = { (isActive: Bool) in
      [
        Self.segment("s"), Self.segment("t"),
        ActionScene.map("a", segments: ["s"], more: "\"isActive\":\(isActive)"),
        ActionScene.map("b", segments: ["t"]),
      ]
    }
    let before = try ActionScene(definitions(true))
    #expect(before.event(at: 0, ["t"]) == ["qualified b", "offered b"])
    let after = try ActionScene(definitions(false))
    after.state = before.state
    #expect(after.event(at: 1) == [])
    #expect(after.event(at: 2, ["s"]) == [])
    before.state = after.state
    #expect(before.event(at: 3) == ["qualified a", "blocked a AlreadyExistingOffer"])
    let reversed = try ActionScene(definitions(false))
    #expect(reversed.event(at: 0, ["t"]) == ["qualified b", "offered b"])
    let back = try ActionScene(definitions(true))
    back.state = reversed.state
    #expect(back.event(at: 1) == [], "only a session of segment s has anything to do with map a")
  }

  @Test func reportsGoForwardOnlyAndEndWithATerminalState() throws {
    let scene = try ActionScene([Self.segment("s"), ActionScene.map("m", segments: ["s"])])
    scene.event(at: 0, ["s"])
    #expect(scene.report(.started, of: "m", at: 1) == ["started m"])
    #expect(scene.report(.accepted, of: "m", at: 2) == [])
    #expect(scene.report(.completed, of: "m", at: 3) == ["completed m"])
    #expect(scene.report(.abandoned, of: "m", at: 4) == [])
    #expect(scene.report(.completed, of: "m", at: 5) == [])
  }

  @Test func aReportOfAnActionThatWasNotOfferedIsNoReport() throws {
    let scene = try ActionScene([
      Self.segment("s"),
      ActionScene.map("m", segments: ["s"], activation: "\"type\":\"delay\",\"delayInSeconds\":60"),
    ])
    scene.event(at: 0, ["s"])
    #expect(scene.report(.accepted, of: "m", at: 1) == [])
    let unknown = ActionReport(action: ActionID(high: 1, low: 1), state: .accepted)
    #expect(scene.event(at: 2, ["x"], isPing: false, report: unknown) == [])
  }

  @Test(arguments: [(3, 0), (4, 0), (5, 1)])
  func moreActionsThanAllowedAreCounted(_ maps: Int, _ omitted: Int) throws {
    var settings = RuleSettings()
    settings.maxActions = 4
    let scene = try ActionScene(
      [Self.segment("s")]
        + (0..<maps).map { ActionScene.map("m\($0)", segments: ["s"], media: "architectFlow") },
      settings: settings)
    #expect(scene.event(at: 0, ["s"]).count { $0.hasPrefix("offered") } == min(maps, 4))
    #expect(scene.state.omitted == omitted)
    #expect(scene.state.actions.count == min(maps, 4))
  }

  @Test func repeatedFlowsGiveWayToNewerOnes() throws {
    var settings = RuleSettings()
    settings.maxActions = 3
    let scene = try ActionScene(
      [
        Self.segment("s"), ActionScene.map("once", segments: ["s"]),
        ActionScene.map("flow", event: "x", media: "architectFlow"),
      ], settings: settings)
    scene.event(at: 0, ["s"])
    for number in 1..<9 {
      #expect(scene.event(at: Int64(number), ["x"], isPing: false) == ["qualified flow", "offered flow"])
    }
    #expect(scene.state.actions.map(\.map) == ["once", "flow", "flow"])
    #expect(scene.state.omitted == 0)
    #expect(scene.event(at: 10, ["s"]) == [], "what gave way must not be what had qualified once")
  }

  @Test func stateSurvivesItsBytes() throws {
    let scene = try ActionScene([
      Self.segment("s"), ActionScene.map("flow", event: "s", media: "architectFlow"),
      ActionScene.map("m", segments: ["s"], activation: "\"type\":\"delay\",\"delayInSeconds\":60"),
      ActionScene.map("next", segments: ["s"], activation: "\"type\":\"on-next-session\""),
    ])
    scene.event(at: 0, ["s"])
    #expect(scene.state.actions.count == 3)
    let read = try scene.state.reread()
    #expect(read == scene.state)
    #expect(read.actions == scene.state.actions)
    #expect(read.encoded == scene.state.encoded)
    scene.state = read
    #expect(scene.timer(at: 60_000) == ["offered m"])
  }

  @Test func cutBytesAreRefused() throws {
    let scene = try ActionScene([Self.segment("s"), ActionScene.map("m", segments: ["s"])])
    scene.event(at: 0, ["s"])
    let bytes = scene.state.encoded
    for count in 0..<bytes.count {
      #expect(throws: RuleStateError.self) { try RuleState(encoded: Array(bytes[..<count])) }
    }
  }

  @Test func aPredictionIsNeverMade() throws {
    let scene = try ActionScene([
      Self.segment("s"), "{\"kind\":\"outcome\",\"id\":\"o\",\"displayName\":\"O\",\"version\":1}",
      ActionScene.map(
        "m", segments: ["s"],
        more: "\"triggerWithOutcomeQuantileConditions\":[{\"outcomeId\":\"o\",\"maxQuantileThreshold\":0.5}]"),
    ])
    #expect(scene.event(at: 0, ["s"]) == [])
  }
}
