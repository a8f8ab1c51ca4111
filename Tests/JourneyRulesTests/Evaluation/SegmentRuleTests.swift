import JourneyModel
import JourneyRules
import Testing

/// How criteria, patterns, context and journey make a rule.
@Suite struct SegmentRuleTests {
  private func ids(_ fired: [Fired]) -> [[String]] { fired.flatMap { $0.because.map(\.events) } }

  @Test func allCriteriaOfAPatternHoldForTheSameEvent() throws {
    let rule = Scene.journey(
      Criterion(key: "attributes.a.value", values: ["1"]), Criterion(key: "attributes.b.value", values: ["2"])
    )
    let feed = try RuleFeed(Scene.segment(rule))
    #expect(try feed.take("a", .attributes(["a": "1"])).isEmpty)
    #expect(try feed.take("b", .attributes(["b": "2"])).isEmpty)
    let fired = try feed.take("c", .attributes(["a": "1", "b": "2"]))
    #expect(ids(fired) == [["c"]])
  }

  @Test func patternsHoldByDifferentEventsInAnyOrder() throws {
    let rule = Rule(journey: [Scene.named("first"), Scene.named("second")])
    let feed = try RuleFeed(Scene.segment(rule))
    #expect(try feed.take("a", "second").isEmpty)
    #expect(try feed.take("b", "other").isEmpty)
    #expect(ids(try feed.take("c", "first")) == [["c"], ["a"]])
  }

  @Test func orderedPatternsHoldOneAfterTheOther() throws {
    let rule = Rule(journey: [Scene.named("first"), Scene.named("second")], isOrdered: true)
    let feed = try RuleFeed(Scene.segment(rule))
    #expect(try feed.take("a", "second").isEmpty)
    #expect(try feed.take("b", "first").isEmpty)
    #expect(try feed.take("c", "first").isEmpty)
    #expect(ids(try feed.take("d", "second")) == [["b"], ["d"]])
  }

  @Test func anEventCountsForOnePatternOfAnOrderedRule() throws {
    let rule = Rule(journey: [Scene.named("same"), Scene.named("same", count: 2)], isOrdered: true)
    let feed = try RuleFeed(Scene.segment(rule))
    #expect(try feed.take("a", "same").isEmpty)
    #expect(try feed.take("b", "same").isEmpty)
    #expect(ids(try feed.take("c", "same")) == [["a"], ["b", "c"]])
  }

  @Test func orderIsThatOfAdmissionNotOfTime() throws {
    let rule = Rule(journey: [Scene.named("first"), Scene.named("second")], isOrdered: true)
    let feed = try RuleFeed(Scene.segment(rule))
    #expect(try feed.take("a", "first", at: 60_000).isEmpty)
    #expect(try feed.take("b", "second", at: 0).count == 1)
  }

  @Test(arguments: [1, 2, 7, 8, 9, 20]) func aCountIsReachedWithThatManyEvents(_ count: Int) throws {
    let rule = Rule(journey: [Scene.named("seen", count: count)])
    let feed = try RuleFeed(Scene.segment(rule))
    for index in 1..<count {
      #expect(try feed.take("e\(index)", "seen").isEmpty, "\(index)")
      #expect(try feed.take("o\(index)", "other").isEmpty)
    }
    let fired = try feed.take("e\(count)", "seen")
    #expect(fired.count == 1)
    #expect(fired.first?.because.first?.count == count)
    // The newest eight are named.
    #expect(ids(fired) == [(max(1, count - 7)...count).map { "e\($0)" }])
    #expect(try feed.take("again", "seen").isEmpty)
  }

  @Test func contextAndJourneyMustHoldTogether() throws {
    let rule = Rule(
      context: [ContextPattern(criteria: [Criterion(key: "browser.family", values: ["Chrome"])])],
      journey: [Scene.named("seen")])
    let feed = try RuleFeed(Scene.segment(rule))
    #expect(try feed.take("a", "other", .object("browser", ["family": "Chrome"])).isEmpty)
    #expect(ids(try feed.take("b", "seen")) == [["b"], ["b"]])
    let late = try RuleFeed(Scene.segment(rule))
    #expect(try late.take("a", "seen").isEmpty)
    #expect(try late.take("b", "other").isEmpty)
    #expect(ids(try late.take("c", "other", .object("browser", ["family": "Chrome"]))) == [["c"], ["a"]])
  }

  @Test func nothingIsRetractedAndNothingFiresTwice() throws {
    let feed = try RuleFeed(
      Scene.segment(Scene.context(Criterion(key: "browser.family", values: ["Chrome"]))))
    #expect(try feed.take("a", at: 0, .object("browser", ["family": "Chrome"])).count == 1)
    #expect(try feed.take("b", at: 1, .object("browser", ["family": "Firefox"])).isEmpty)
    #expect(try feed.take("c", at: 2, .object("browser", ["family": "Chrome"])).isEmpty)
  }

  @Test func aLateEventChangesOnlyWhatItIsTheNewestOf() throws {
    let feed = try RuleFeed(
      Scene.segment(Scene.context(Criterion(key: "browser.family", values: ["Firefox"]))))
    #expect(try feed.take("a", at: 10, .object("browser", ["family": "Chrome"])).isEmpty)
    // Older than what the session knows.
    #expect(try feed.take("b", at: 5, .object("browser", ["family": "Firefox"])).isEmpty)
    #expect(try feed.take("c", at: 10, .object("browser", ["family": "Firefox"])).count == 1)
  }

  @Test func emptyDefinitionsNeverMatch() throws {
    let never = [
      Rule(), Rule(context: [ContextPattern(criteria: [])]),
      Scene.context(Criterion(key: "browser.family", values: [])),
      Scene.context(Criterion(key: "browser.family", values: [], operator: .notEqual)),
      Scene.context(Criterion(key: "brower.family", values: ["x"], operator: .notEqual)),
      Scene.context(Criterion(key: "eventName", values: ["x"], operator: .notEqual)),
      Scene.journey(Criterion(key: "page", values: ["x"], operator: .notEqual)),
      Scene.journey(Criterion(key: "eventCount", values: ["one"], operator: .lessThan)),
    ]
    for rule in never {
      #expect(CompiledRules(segments: [], outcomes: [Outcome(id: "o", displayName: "", rule: rule)]).isEmpty)
      #expect(try RuleFeed(Scene.segment(rule)).take("a").isEmpty)
    }
  }

  @Test func aPatternWithoutCriteriaCountsEveryEventOfItsStream() throws {
    let rule = Rule(journey: [Scene.pattern(count: 2)])
    let feed = try RuleFeed(Scene.segment(rule))
    #expect(try feed.take("a").isEmpty)
    #expect(try feed.take("b", "other").count == 1)
    #expect(try RuleFeed(Scene.segment(Rule(journey: [Scene.pattern()])), .app).take("a").isEmpty)
  }

  @Test func inactiveAndCustomerSegmentsAreNotEvaluated() {
    let rule = Scene.journey()
    let inactive = Segment(id: "a", isActive: false, displayName: "", rule: rule)
    let customer = Segment(id: "b", displayName: "", scope: .customer, rule: rule)
    let outcome = Outcome(id: "c", isActive: false, displayName: "", rule: rule)
    #expect(CompiledRules(segments: [inactive, customer], outcomes: [outcome]).isEmpty)
  }

  @Test func oneEventFiresInTheOrderOfDefinitions() throws {
    // By criterion of the context, by name, by key and by neither: found in another order than they are
    // listed in.
    let rules = [
      Rule(journey: [Scene.pattern()]), Scene.context(Criterion(key: "type", values: ["web"])),
      Scene.journey(Criterion(key: "attributes.a.value", values: ["1"])),
      Rule(journey: [Scene.named("seen")]),
    ]
    let segments = rules.enumerated().map { Segment(id: "s\($0)", displayName: "", rule: $1) }
    let outcomes = rules.enumerated().map { Outcome(id: "o\($0)", displayName: "", rule: $1) }
    let feed = try RuleFeed(CompiledRules(segments: segments, outcomes: outcomes))
    let fired = try feed.take("a", "seen", .attributes(["a": "1"]))
    #expect(
      fired.map(\.kind) == [.segment, .segment, .segment, .segment, .outcome, .outcome, .outcome, .outcome])
    #expect(fired.map(\.definition) == [0, 1, 2, 3, 0, 1, 2, 3])
  }

  @Test func ofTwoDefinitionsWithOneIDTheFirstCounts() throws {
    let segments = [Scene.journey(), Scene.journey()].map { Segment(id: "same", displayName: "", rule: $0) }
    let feed = try RuleFeed(CompiledRules(segments: segments, outcomes: []))
    #expect(try feed.take("a").map(\.definition) == [0])
    #expect(try feed.take("b").isEmpty)
  }

  @Test func anEventNameInACriterionIsComparedAsItSays() throws {
    for (ignoresCase, name, fires) in [(false, "Seen", false), (true, "Seen", true), (false, "seen", true)] {
      let rule = Scene.journey(
        Criterion(key: "eventName", values: ["other", "seen"], shouldIgnoreCase: ignoresCase))
      #expect(try !RuleFeed(Scene.segment(rule)).take("a", name).isEmpty == fires)
    }
    let named = Rule(journey: [
      Scene.pattern([Criterion(key: "eventName", values: ["seen"])], eventName: "Seen")
    ])
    #expect(try RuleFeed(Scene.segment(named)).take("a", "Seen").count == 1)
    #expect(try RuleFeed(Scene.segment(named)).take("a", "seen").isEmpty)
  }

  /// Values of 1,022 to 1,025 bytes of JSON, and altogether more than an evaluator remembers.
  @Test func whatIsRememberedOfFactsNeverShows() throws {
    let rule = Rule(
      context: [
        ContextPattern(criteria: [Criterion(key: "ipOrganization", values: ["x600"], operator: .endsWith)])
      ],
      journey: [Scene.named("last")])
    let feed = try RuleFeed(Scene.segment(rule))
    func organization(_ index: Int) -> ModelValue.Member {
      let end = "x\(index)"
      return .text("ipOrganization", String(repeating: "o", count: 1_020 + index % 4 - end.utf8.count) + end)
    }
    for index in 1...600 {
      #expect(try feed.take("a\(index)", at: Int64(index), organization(index)).isEmpty)
      #expect(try feed.take("b\(index)", at: Int64(index), organization(max(index - 1, 1))).isEmpty)
    }
    #expect(try feed.take("c", "last", at: 601, organization(599)).isEmpty)
    #expect(try feed.take("d", at: 602, organization(600)).count == 1)
  }
}
