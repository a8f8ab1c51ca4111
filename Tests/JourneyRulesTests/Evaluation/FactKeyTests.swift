import JourneyModel
import Testing

@testable import JourneyRules

/// What keys name.
@Suite struct FactKeyTests {
  @Test func whatTheCheckKnowsIsEvaluated() {
    #expect(CriterionKeys.all.count > 150)
    for (key, isContext) in CriterionKeys.all {
      #expect(FactKey(key, isContext: isContext) != nil, "\(key) \(isContext ? "of sessions" : "of events")")
    }
  }

  /// And the other way round: what is evaluated, the check does not warn about.
  @Test(arguments: [
    "eventCount", "durationInSeconds", "type", "sessionType", "customerId", "customerIdType",
    "attributeLists.x.values",
    "attributes.x.value", "externalContact.id",
  ]) func whatIsEvaluatedTheCheckKnows(_ key: String) {
    for stream in JourneyModel.Stream.allCases {
      #expect(CriterionKeys.events(of: stream).problem(of: key) == nil, "\(stream)")
    }
    #expect(CriterionKeys.context.problem(of: key) == nil)
  }

  @Test func whatSessionsOfAStreamCountIsKnownThere() {
    for (key, stream) in [
      ("pageviewCount", Stream.web), ("screenviewCount", .app), ("searchTerms", .web), ("lastPage.url", .web),
      ("lastScreen", .app), ("lastUserDisposition.code", .conversation),
      ("originatingDirection", .conversation),
    ] {
      #expect(CriterionKeys.context.problem(of: key) == nil)
      for other in Stream.allCases {
        #expect(
          (CriterionKeys.events(of: other).problem(of: key) == nil) == (other == stream), "\(key) \(other)")
      }
    }
  }

  /// A typing error behind the point: no rule can ask for it, negative operators included.
  @Test(
    arguments: [
      ("browser.familly", "browser.family"), ("page.ur", "page.url"), ("device.os", nil),
      ("mktCampaign.sorce", "mktCampaign.source"),
      ("page.url.x", "page.url"), ("queue.ids", "queue.id"),
    ] as [(String, String?)]) func aMemberThatNothingHasIsNone(_ key: String, _ nearest: String?)
  {
    for isContext in [false, true] { #expect(FactKey(key, isContext: isContext) == nil) }
    let problem = CriterionKeys.context.problem(of: key)
    #expect(problem != nil)
    if let nearest { #expect(problem?.hasSuffix("(nearest is \(nearest))") == true, "\(problem ?? "")") }
  }

  @Test(arguments: [
    "", ".", "page", "page.", ".page", "page..url", "authenticated.x", "searchQuery.x", "attributes.value",
    "attributes..value", "attributes.x", "browser", "Page.url", "conversation",
  ]) func thisNamesNothing(_ key: String) {
    #expect(FactKey(key, isContext: false) == nil)
    #expect(FactKey(key, isContext: true) == nil)
  }

  @Test(arguments: [
    ("page.url", false, FactKey.Origin.event), ("page.url", true, .session),
    ("lastPage.url", false, .session),
    ("queue.id", false, .event), ("queue.name", true, .session), ("lastConnectedQueue.name", false, .session),
    ("originatingDirection", false, .session), ("channels.type", false, .event),
    ("attributes.x.value", false, .event), ("attributes.x.value", true, .session),
    ("attributeLists.x.values", false, .session), ("eventCount", false, .session),
    ("eventName", false, .event),
    ("sessionType", false, .session), ("conversationId", true, .session),
  ]) func aKeyOfTheJourneyReadsItsEventUnlessOnlySessionsHaveIt(
    _ key: String, _ isContext: Bool, _ origin: FactKey.Origin
  ) { #expect(FactKey(key, isContext: isContext)?.origin == origin) }

  @Test func anAttributesNameMayHoldAnything() {
    for name in ["x", "a.b", "value", "é", "a b\""] {
      #expect(FactKey("attributes.\(name).value", isContext: false)?.root == .attribute(name))
    }
  }
}
