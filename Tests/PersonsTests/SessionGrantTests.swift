import Identity
import JourneyModel
import Sessionizer
import Testing

/// What a session remembers of asking for maps.
@Suite struct SessionGrantTests {
  private func grant(_ map: String, _ assignment: String, by asker: String = "s") -> SessionGrant {
    SessionGrant(
      map: Array(map.utf8), assignment: Array(assignment.utf8),
      asker: Stamp(EventTime(milliseconds: 1), Array(asker.utf8)))
  }

  private func answer(_ grant: SessionGrant, _ isGranted: Bool) -> GrantAnswer {
    GrantAnswer(map: grant.map, assignment: grant.assignment, asker: grant.asker, isGranted: isGranted)
  }

  @Test(arguments: [99, 100, 101]) func aSessionAsksAHundredTimes(_ count: Int) {
    var person = SessionPerson()
    let asked = (0..<count).count { person.ask(grant("m\($0)", "a")) }
    #expect(asked == min(count, 100))
    #expect(person.grants.count == asked && SessionPerson.maxGrants == 100)
  }

  @Test func ofOneMapItAsksAboutOneAssignmentAtATime() {
    var person = SessionPerson()
    let first = [("m", "a"), ("m", "a"), ("m", "b"), ("n", "a")].map { person.ask(grant($0, $1)) }
    #expect(first == [true, false, false, true])
    let refused = person.take(answer(grant("m", "a"), false))
    #expect(refused)
    // It is not asked again, but another assignment may be.
    let second = [("m", "a"), ("m", "b")].map { person.ask(grant($0, $1)) }
    #expect(second == [false, true])
    let granted = person.take(answer(grant("m", "b"), true))
    let third = person.ask(grant("m", "c"))
    #expect(granted && !third)
    #expect(person.grants.map(\.state) == [.refused, .asked, .granted])
  }

  @Test func anAnswerIsTakenOnceByWhoAsked() {
    var person = SessionPerson()
    let asked = person.ask(grant("m", "a"))
    let answers = [
      answer(grant("m", "a", by: "another"), true), answer(grant("m", "b"), true),
      answer(grant("m", "a"), true), answer(grant("m", "a"), false),
    ]
    let taken = answers.map { person.take($0) }
    #expect(asked && taken == [false, false, true, false])
    #expect(person.grants.map(\.state) == [.granted])
  }
}
