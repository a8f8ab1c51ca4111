import JourneyModel
import JourneyRules
import Testing

/// Rules over the streams that the vendor's product refuses: conversations and custom sessions.
@Suite struct StreamRuleTests {
  private static let queue = ModelValue.Member.object("queue", ["id": "q-1", "name": "Loans"])

  private func conversation(_ journey: [JourneyPattern], _ context: Criterion...) throws -> RuleFeed {
    let patterns = context.isEmpty ? [] : [ContextPattern(criteria: context)]
    return try RuleFeed(Scene.segment(Rule(context: patterns, journey: journey)), .conversation)
  }

  private func named(_ name: String, _ criteria: Criterion...) -> JourneyPattern {
    Scene.pattern(criteria, stream: .conversation, eventName: name)
  }

  @Test func aConversationIsRoutedConnectedAndEnded() throws {
    let rule = Rule(
      journey: [
        named("routed", Criterion(key: "queue.id", values: ["q-1"])),
        named("connected", Criterion(key: "user.name", values: ["Ada"])),
        named("ended", Criterion(key: "disconnectType", values: ["Peer"])),
      ], isOrdered: true)
    let feed = try RuleFeed(Scene.segment(rule), .conversation)
    #expect(try feed.take("a", "routed", StreamRuleTests.queue).isEmpty)
    #expect(try feed.take("b", "connected", .object("user", ["id": "u-1", "name": "Ada"])).isEmpty)
    #expect(try feed.take("c", "ended", .text("disconnectType", "Peer")).count == 1)
  }

  @Test func aWrapUpCountsByCodeAndByName() throws {
    for (key, value) in [
      ("lastUserDisposition.code", "w-1"), ("lastUserDisposition.name", "Complaint"),
      ("userDisposition.code", "w-1"), ("userDisposition.name", "complaint"),
    ] {
      let feed = try conversation([named("wrapped_up", Criterion(key: key, values: [value]))])
      #expect(try feed.take("a", "ended").isEmpty)
      let disposition = ModelValue.Member.object("userDisposition", ["code": "w-1", "name": "Complaint"])
      #expect(try feed.take("b", "wrapped_up", disposition).count == 1, "\(key)")
    }
  }

  @Test func aJourneyMayAskForWhatOnlyTheSessionKnows() throws {
    let feed = try conversation([
      named(
        "ended", Criterion(key: "lastConnectedQueue.name", values: ["Loans"]),
        Criterion(key: "originatingDirection", values: ["Inbound"]))
    ])
    #expect(try feed.take("a", "started", .text("originatingDirection", "Inbound")).isEmpty)
    #expect(try feed.take("b", "routed", StreamRuleTests.queue).isEmpty)
    #expect(try feed.take("c", "ended").count == 1)
    // The event itself names no queue.
    let own = try conversation([named("ended", Criterion(key: "queue.name", values: ["Loans"]))])
    #expect(try own.take("b", "routed", StreamRuleTests.queue).isEmpty)
    #expect(try own.take("c", "ended").isEmpty)
  }

  @Test func aConversationsFactsAreContext() throws {
    let channel = ModelValue.array([
      .object([.text("type", "Voice")]),
      .object([.text("type", "Message"), .text("messageType", "WhatsApp")]),
    ])
    for (key, value, named) in [
      ("conversationChannels.type", "Message", CriterionOperator.equal),
      ("conversationChannels.messageType", "whatsapp", .equal),
      ("lastConnectedQueue.id", "q-1", .equal), ("lastConnectedUser.id", "u-1", .equal),
      ("conversation.id", "External-1", .equal), ("divisionIds", "d-2", .equal),
      ("conversationSubject", "loan", .containsAny), ("lastUserDisconnectType", "client", .equal),
      ("lastAcdOutcome", "Answered", .equal), ("authenticated", "true", .equal),
      ("lastUserDisposition.code", "x", .notEqual),
    ] {
      let feed = try conversation([], Criterion(key: key, values: [value], operator: named))
      let fired = try feed.take(
        "a", "connected", .init(name: "channels", value: channel), StreamRuleTests.queue,
        .object("user", ["id": "u-1"]),
        .init(name: "divisionIds", value: .array([.string("d-1"), .string("d-2")])),
        .text("conversationSubject", "My loan"), .text("disconnectType", "Client"),
        .text("acdOutcome", "Answered"),
        .init(name: "authenticated", value: .bool(true)))
      #expect(fired.count == 1, "\(key)")
    }
  }

  @Test func aDeliveryIsInTransit() throws {
    let pattern = Scene.pattern(
      [
        Criterion(key: "eventName", values: ["IN_TRANSIT"]),
        Criterion(key: "attributes.location.value", values: ["Depot"], operator: .startsWith),
      ],
      stream: .custom, sessionType: "delivery", eventName: "in_transit")
    let rules = Scene.segment(Rule(journey: [pattern]))
    let feed = try RuleFeed(rules, .custom, sessionType: "delivery")
    #expect(try feed.take("a", "product_purchased").isEmpty)
    #expect(try feed.take("b", "in_transit", .attributes(["location": "Depot A"])).count == 1)
    let other = try RuleFeed(rules, .custom, sessionType: "return")
    #expect(try other.take("b", "in_transit", .attributes(["location": "Depot A"])).isEmpty)
  }

  @Test func countsAndIdentityOfASessionAreContext() throws {
    for (key, value) in [
      ("eventCount", "3"), ("pageviewCount", "2"), ("durationInSeconds", "60"), ("customerId", "customer-1"),
      ("customerIdType", "cookie"), ("type", "web"),
    ] {
      let rule = Rule(
        context: [ContextPattern(criteria: [Criterion(key: key, values: [value])])],
        journey: [Scene.named("last")])
      let feed = try RuleFeed(Scene.segment(rule))
      try feed.take("a")
      try feed.take("b", at: 60_999)
      #expect(try feed.take("c", "last", at: 30_000).count == 1, "\(key)")
    }
  }

  @Test func namesAndValuesMayHoldEscapes() throws {
    let rule = Rule(
      context: [
        ContextPattern(criteria: [
          Criterion(key: "page.title", values: ["say \"Ä\"\n\\"], shouldIgnoreCase: true)
        ])
      ],
      journey: [
        Scene.pattern([Criterion(key: "attributes.a.b\"c.value", values: ["😀\t"], shouldIgnoreCase: false)])
      ])
    for seed in 0..<50 as Range<UInt64> {
      let feed = try RuleFeed(Scene.segment(rule), seed: seed)
      let fired = try feed.take(
        "a", .object("page", ["url": "}", "title": "SAY \"ä\"\n\\"]), .attributes(["a.b\"c": "😀\t"]))
      #expect(fired.count == 1)
    }
  }

  @Test func whatNoRuleReadsMayBeAnything() throws {
    let rule = Scene.context(Criterion(key: "page.breadcrumb", values: ["x"]))
    let feed = try RuleFeed(Scene.segment(rule))
    let deep = ModelValue.array([.array([.null, .string("y")]), .string("x")])
    let page = ModelValue.object([
      .init(name: "other", value: .array([.object([.text("breadcrumb", "x")]), .number("1")])),
      .init(name: "breadcrumb", value: deep),
    ])
    #expect(try feed.take("a", .init(name: "page", value: page)).count == 1)
    let flat = try RuleFeed(Scene.segment(rule))
    #expect(try flat.take("a", .object("page", ["inner": "x", "deep": "x"])).isEmpty)
  }

  /// A rule with a key that nothing can have never holds, whatever events bring and whatever the operator
  /// says of what is missing.
  @Test(
    arguments: [CriterionOperator.equal, .notEqual, .notContainsAny, .notLike],
    ["browser.familly", "page.inner.deep"])
  func aKeyThatNothingHasNeverHolds(_ named: CriterionOperator, _ key: String) throws {
    let criterion = Criterion(key: key, values: ["x"], operator: named)
    for rule in [Scene.context(criterion), Scene.journey(criterion)] {
      let feed = try RuleFeed(Scene.segment(rule))
      #expect(try feed.take("a", .object("browser", ["family": "Chrome"])).isEmpty)
      #expect(try feed.take("b", .object("browser", ["familly": "x"])).isEmpty)
      #expect(try feed.take("c", .object("browser", ["familly": "y"])).isEmpty)
    }
  }

  /// Views are counted where there are some: elsewhere that they are missing says nothing.
  @Test func whatOtherStreamsCountIsMissingForNobody() throws {
    let rule = Scene.context(
      Criterion(key: "screenviewCount", values: ["7"], operator: .notEqual))
    #expect(try RuleFeed(Scene.segment(rule)).take("a", "page_viewed").isEmpty)
    #expect(try RuleFeed(Scene.segment(rule), .app).take("a", "screen_viewed").count == 1)
  }
}
