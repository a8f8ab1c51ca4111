import JourneyModel
import Testing

@testable import Gateway

@Suite struct RecentDecisionsTests {
  private func time(_ seconds: Int64) -> EventTime { EventTime(milliseconds: seconds * 1_000) }

  @Test func whatIsSaidAgainHasTheDateThatItHad() {
    let recent = RecentDecisions()
    #expect(recent.date(of: "a", now: time(1)) == time(1))
    #expect(recent.date(of: "b", now: time(2)) == time(2))
    #expect(recent.date(of: "a", now: time(3)) == time(1))
    #expect(recent.date(of: "b", now: time(3)) == time(2))
  }

  @Test(arguments: [(-1, true), (0, true), (1, false)])
  func namesThatAreTooLongAreNotRemembered(more: Int, isKnown: Bool) {
    let recent = RecentDecisions()
    let name = String(repeating: "n", count: RecentDecisions.maxNameBytes + more)
    #expect(recent.date(of: name, now: time(1)) == time(1))
    #expect((recent.date(of: name, now: time(2)) == time(1)) == isKnown)
  }

  /// The newest are remembered: below, at and above as many as there is room for.
  @Test(arguments: [(2, true), (3, true), (4, false)])
  func theOldestAreForgotten(count: Int, isKnown: Bool) {
    let recent = RecentDecisions(capacity: 3)
    for number in 0..<count { _ = recent.date(of: "d\(number)", now: time(Int64(number))) }
    #expect((recent.date(of: "d0", now: time(9)) == time(0)) == isKnown)
  }
}
