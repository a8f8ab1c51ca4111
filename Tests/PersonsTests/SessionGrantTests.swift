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
    #expect(person.ask(grant("m", "a")))
    #expect(!person.ask(grant("m", "a")) && !person.ask(grant("m", "b")))
    #expect(person.ask(grant("n", "a")))
    #expect(person.take(answer(grant("m", "a"), false)))
    // It is not asked again, but another assignment may be.
    #expect(!person.ask(grant("m", "a")))
    #expect(person.ask(grant("m", "b")))
    #expect(person.take(answer(grant("m", "b"), true)))
    #expect(!person.ask(grant("m", "c")))
    #expect(person.grants.map(\.state) == [.refused, .asked, .granted])
  }

  @Test func anAnswerIsTakenOnceByWhoAsked() {
    var person = SessionPerson()
    _ = person.ask(grant("m", "a"))
    #expect(!person.take(answer(grant("m", "a", by: "another"), true)))
    #expect(!person.take(answer(grant("m", "b"), true)))
    #expect(person.take(answer(grant("m", "a"), true)))
    #expect(!person.take(answer(grant("m", "a"), false)))
    #expect(person.grants.map(\.state) == [.granted])
  }
}
