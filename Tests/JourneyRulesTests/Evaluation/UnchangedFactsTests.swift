import JourneyModel
import Testing

@testable import JourneyRules

/// Sessions whose facts have not changed offer nothing anew: what that leaves out could not have become true.
@Suite struct UnchangedFactsTests {
  private static let chrome = Criterion(key: "browser.family", values: ["Chrome"])

  @Test func everyFieldHasItsBit() {
    #expect(EventField.allCases.allSatisfy { $0.rawValue < 64 })
  }

  @Test func onlyRulesOfSingleFactsAloneMayBePassedOver() {
    func isPassedOver(_ rule: Rule) -> Bool { Scene.segment(rule).readsFactsAlone }
    let others = [
      Criterion(key: "eventCount", values: ["3"], operator: .greaterThan),
      Criterion(key: "searchTerms", values: ["a"]), Criterion(key: "attributes.plan.value", values: ["gold"]),
      Criterion(key: "customerIdType", values: ["cookie"]),
    ]
    #expect(isPassedOver(Scene.context(UnchangedFactsTests.chrome)))
    for other in others {
      #expect(!isPassedOver(Scene.context(UnchangedFactsTests.chrome, other)), "\(other.key)")
    }
    var mixed = Scene.context(UnchangedFactsTests.chrome)
    mixed.journey = [Scene.named("seen")]
    #expect(!isPassedOver(mixed))
  }
}
