import JourneyModel
import JourneyRules
import Processor
import Sessionizer
import Testing

@testable import LogTools

/// Explanations of small written scenes.
@Suite struct ExplanationTests {
  private typealias Scene = ExplanationScene

  private static func page(_ title: String) -> String { "\"page\":{\"title\":\"\(title)\"}" }

  @Test func aCountThatIsNotReachedSaysHowFarItCame() async throws {
    let segment = Scene.segment(
      "s", context: Scene.context(Scene.criterion("browser.family", "equal", "Chrome")),
      journey: Scene.pattern(Scene.criterion("page.title", "equal", "Cart"), count: 3))
    let scene = try Scene(
      [segment],
      web: [
        Scene.event("a", at: 0, with: "\"browser\":{\"family\":\"Firefox\"},\(Self.page("Cart"))"),
        Scene.event("b", at: 1_000, with: "\"browser\":{\"family\":\"Chrome\"}"),
        Scene.event("c", at: 2_000, with: Self.page("Cart")),
        // Another customer's do not count.
        Scene.event("z", at: 3_000, of: "bob", with: Self.page("Cart")),
      ])
    let found = try await scene.explain("s", Scene.session(openedBy: "a"))
    #expect(!found.held)
    #expect(found.moment == nil)
    #expect(found.subject.eventCount == 3)
    #expect(found.context[0].hits.first?.event == "b")
    #expect(found.context[0].hits.count == 2)
    #expect(found.context[0].isComplete)
    #expect(found.journey[0].counted == 2)
    #expect(found.journey[0].events == ["a", "c"])
    #expect(found.journey[0].why == "2 of 3 events")
    #expect(found.journey[0].criteria[0].seen.missing == 1)
    #expect(found.notes.isEmpty)
  }

  @Test func aCriterionSaysWhetherItsKeyIsMissingOrItsValueIsAnother() async throws {
    let segment = Scene.segment(
      "s",
      journey: Scene.pattern(
        Scene.criterion("page.title", "equal", "cart", ignoresCase: false),
        Scene.criterion("attributes.color.value", "equal", "red"),
        Scene.criterion("attributes.price.value", "greaterThan", "10"), name: "product_added"))
    let scene = try Scene(
      [segment],
      web: [
        Scene.event("a", at: 0, "product_added", with: "\(Self.page("Cart")),\"attributes\":{\"price\":9.5}"),
        Scene.event("b", at: 1, "page_viewed", with: "\(Self.page("cart")),\"attributes\":{\"price\":11}"),
        Scene.event("c", at: 2, "product_added", with: "\(Self.page("Cart")),\"attributes\":{\"price\":3}"),
      ])
    let found = try await scene.explain("s", Scene.session(openedBy: "a"))
    let criteria = found.journey[0].criteria
    #expect(criteria[0].why == "differs in upper and lower case only, in event a")
    #expect(criteria[0].seen.kept.map(\.values) == [["Cart"]])
    #expect(criteria[0].seen.kept.map(\.count) == [2])
    #expect(criteria[1].why == "'attributes.color.value' is missing in every event (2)")
    #expect(criteria[1].seen.kept.isEmpty)
    #expect(criteria[2].why == "other values")
    #expect(criteria[2].seen.kept.map(\.values) == [["9.5"], ["3"]])
    #expect(criteria[2].seen.kept.map(\.last.event) == ["a", "c"])
    // The page view is out of scope, though it would satisfy two of them.
    #expect(found.journey[0].scope.count == 2)
  }

  @Test func anOrderedRuleSaysWhereItStands() async throws {
    let segment = Scene.segment(
      "s",
      journey: [
        Scene.pattern(name: "first"), Scene.pattern(name: "second"), Scene.pattern(name: "third"),
      ].joined(separator: ","), isOrdered: true)
    let scene = try Scene(
      [segment],
      web: [
        Scene.event("a", at: 0, "second"), Scene.event("b", at: 1, "third"), Scene.event("c", at: 2, "first"),
      ])
    let found = try await scene.explain("s", Scene.session(openedBy: "a"))
    #expect(found.isOrdered)
    #expect(found.journey.map(\.isComplete) == [true, false, false])
    #expect(found.journey.map(\.counted) == [1, 0, 0])
    #expect(found.journey[1].why == "0 of 1 events; 1 event of this kind came before its turn")
    #expect(
      found.journey[2].why
        == "the rule is ordered and waits at an earlier pattern: 1 event of this kind came too early to count"
    )
  }

  @Test func patternsThatDoNotFitTheSessionSaySo() async throws {
    let scene = try Scene(
      [
        Scene.segment("named", journey: Scene.pattern(name: "form_sent")),
        Scene.segment("custom", journey: Scene.pattern(type: "delivery")),
      ], web: [Scene.event("a", at: 0)])
    let session = Scene.session(openedBy: "a")
    #expect(
      try await scene.explain("named", session).journey[0].why
        == "the session has no event named 'form_sent'; it has page_viewed (1)")
    #expect(
      try await scene.explain("custom", session).journey[0].why
        == "asks for Custom events; this is a Web session")
  }

  @Test func whatWasAssignedSaysByWhichEventAndUntilWhen() async throws {
    let segment = Scene.segment(
      "s", journey: Scene.pattern(count: 2), ",\"assignmentExpirationDays\":1")
    let scene = try Scene([segment], web: [Scene.event("a", at: 0), Scene.event("b", at: 5)]) {
      // A session that is forgotten sooner takes its assignments with it.
      $0.sessions.allowedLateness = .hours(48)
    }
    let session = Scene.session(openedBy: "a")
    let found = try await scene.explain("s", session)
    #expect(found.held)
    #expect(found.moment?.event == "b")
    #expect(found.moment?.time == EventTime(milliseconds: Scene.start + 5))
    #expect(found.expires == EventTime(milliseconds: Scene.start + 86_400_005))
    #expect(!found.isExpired)
    #expect(found.journey[0].events == ["a", "b"])
    let closed = try await scene.explain("s", session, closes: true)
    #expect(closed.isExpired)
    #expect(closed.happenings.map(\.word) == ["assigned", "unassigned"])
  }

  @Test func anOutcomeSaysWhatItWasWorth() async throws {
    let outcome =
      "{\"kind\":\"outcome\",\"id\":\"o\",\"displayName\":\"Buy\",\"version\":1,\"associatedValueField\":"
      + "{\"dataType\":\"Number\",\"name\":\"attributes.total.value\"},\"journey\":{\"patterns\":["
      + Scene.pattern(name: "bought") + "]}}"
    let scene = try Scene(
      [outcome],
      web: [
        Scene.event("a", at: 0), Scene.event("b", at: 5, "bought", with: "\"attributes\":{\"total\":12.5}"),
      ])
    let found = try await scene.explain("o", Scene.session(openedBy: "a"))
    #expect(found.held)
    #expect(found.moment?.event == "b")
    #expect(found.happenings[0].detail["associatedValue"]?["value"] == .number("12.5"))
  }

  @Test func aContextThatHeldAtTheWrongTimeIsNamed() async throws {
    let segment = Scene.segment(
      "s", context: Scene.context(Scene.criterion("lastPage.title", "equal", "Start")),
      journey: Scene.pattern(name: "bought"))
    let scene = try Scene(
      [segment],
      web: [
        Scene.event("a", at: 0, with: Self.page("Start")),
        Scene.event("b", at: 5, "bought", with: Self.page("Pay")),
      ])
    let found = try await scene.explain("s", Scene.session(openedBy: "a"))
    #expect(found.context[0].hits.last?.event == "a")
    #expect(found.context[0].why == "no longer: held last after event a")
    #expect(found.journey[0].isComplete)
    #expect(
      found.notes == [
        "the journey is complete, but the context did not hold after the event that completed it, nor since"
      ])
  }

  @Test func definitionsThatCannotHoldSayWhy() async throws {
    let pattern = Scene.pattern(name: "page_viewed")
    let scene = try Scene(
      [
        Scene.segment("off", journey: pattern, ",\"isActive\":false"), Scene.segment("empty"),
        Scene.segment("key", journey: Scene.pattern(Scene.criterion("page.ttle", "equal", "x"))),
        Scene.segment("wrong", context: Scene.context(Scene.criterion("nothing.here", "notEqual", "x"))),
      ], web: [Scene.event("a", at: 0)])
    let session = Scene.session(openedBy: "a")
    let off = try await scene.explain("off", session)
    #expect(!off.held)
    #expect(off.notes == ["it is not active, so it is assigned to no session"])
    #expect(off.journey[0].isComplete)
    #expect(
      try await scene.explain("empty", session).notes == [
        "it has neither context nor journey, and so never holds"
      ])
    let wrong = try await scene.explain("wrong", session)
    #expect(wrong.context[0].criteria[0].why == "no session has such a key")
    let key = try await scene.explain("key", session)
    #expect(key.journey[0].criteria[0].why == "no event and no session has such a key")
  }

  private static func map(_ more: String) -> String {
    "{\"kind\":\"actionMap\",\"id\":\"m\",\"displayName\":\"Help\",\"version\":1,\"activation\":{\"type\":\"immediate\"},"
      + "\"action\":{\"mediaType\":\"webMessagingOffer\"},\(more)}"
  }

  @Test func anActionMapBlockedByThePageIsThenOffered() async throws {
    let scene = try Scene(
      [
        Scene.segment("s", journey: Scene.pattern(name: "product_added")),
        Self.map(
          "\"triggerWithSegments\":[\"s\"],\"pageUrlConditions\":[{\"values\":[\"/help\"],\"operator\":\"containsAny\"}]"
        ),
      ],
      web: [
        Scene.event("a", at: 0, "product_added", with: "\"page\":{\"url\":\"https://x.example/cart\"}"),
        Scene.event("b", at: 1_000, with: "\"page\":{\"url\":\"https://x.example/\"}"),
        Scene.event("c", at: 2_000, with: "\"page\":{\"url\":\"https://x.example/help\"}"),
      ])
    let found = try await scene.explain("m", Scene.session(openedBy: "a"))
    #expect(found.held)
    #expect(found.moment?.event == "c")
    #expect(found.segments.map(\.assigned) == [EventTime(milliseconds: Scene.start)])
    #expect(found.happenings.map(\.word) == ["qualified", "blocked", "offered"])
    #expect(found.happenings[1].reason == "PageUrlConditionsNotMatching")
    #expect(found.happenings[1].hits.count == 2)
    #expect(found.happenings[1].hits.last?.event == "b")
    #expect(found.pages.kept.count == 3)
  }

  @Test func anActionMapThatDidNotQualifySaysWhichConditionFailed() async throws {
    let condition =
      "{\"key\":\"page.title\",\"values\":[\"Loans\"],\"operator\":\"equal\",\"streamType\":\"Web\",\"sessionType\":\"web\",\"eventName\":\"page_viewed\"}"
    let scene = try Scene(
      [Self.map("\"triggerWithEventConditions\":[\(condition)]")],
      web: [Scene.event("a", at: 0, with: Self.page("Cart"))])
    let found = try await scene.explain("m", Scene.session(openedBy: "a"))
    #expect(!found.held)
    #expect(found.happenings.isEmpty)
    #expect(found.journey[0].criteria[0].seen.kept.map(\.values) == [["Cart"]])
    #expect(found.journey[0].criteria[0].why == "other values")
  }

  @Test func aMergedSessionIsExplainedAsTheOneItIsPartOf() async throws {
    let scene = try Scene(
      [
        Scene.segment("s", journey: Scene.pattern(count: 3)),
        Scene.segment("once", journey: Scene.pattern(Scene.criterion("page.title", "equal", "Pay"))),
      ],
      web: [
        Scene.event("a", at: 0), Scene.event("b", at: 180_000, with: Self.page("Pay")),
        Scene.event("c", at: 90_000),
      ]
    ) {
      $0.sessions.webGap = .seconds(120)
      $0.sessions.maxOutOfOrder = .minutes(10)
    }
    let (first, second) = (Scene.session(openedBy: "a"), Scene.session(openedBy: "b", at: 180_000))
    for asked in [first, second] {
      let found = try await scene.explain("s", asked)
      #expect(found.subject.id == first.text)
      #expect(found.subject.asked == (asked == second ? second.text : nil))
      #expect(found.subject.merged == [second.text])
      #expect(found.held)
      #expect(found.moment?.event == "c")
      #expect(found.journey[0].hits.count == 3)
      #expect(found.subject.events.count == 3)
      // Assigned to the session that was merged, before it was.
      let once = try await scene.explain("once", asked)
      #expect(once.held)
      #expect(once.moment?.event == "b")
    }
  }

  @Test func anUnknownSessionNamesTheNearest() async throws {
    let scene = try Scene([Scene.segment("s", journey: Scene.pattern())], web: [Scene.event("a", at: 0)])
    let session = Scene.session(openedBy: "a")
    let typo = SessionID(high: session.high ^ 1, low: session.low)
    guard case .unknown(let nearest) = try await scene.events().search(typo) else {
      Issue.record("found a session that is not there")
      return
    }
    #expect(nearest == session.text)
  }
}
