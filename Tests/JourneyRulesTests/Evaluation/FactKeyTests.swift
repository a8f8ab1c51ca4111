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
