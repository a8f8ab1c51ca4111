import JourneyModel
import Testing

@testable import Presentation

@Suite struct CardIconTests {
  @Test func everyFixedCardHasASignOfItsOwn() {
    var signs = [CardIcon.sign("some-icon-of-a-type")]
    for profile in Stream.allCases.map(\.profile) {
      guard case .fixed(_, let icon, _) = profile.card else { continue }
      signs.append(CardIcon.sign(icon.description))
    }
    #expect(signs.count > 1 && Set(signs).count == signs.count, "\(signs)")
  }
}
