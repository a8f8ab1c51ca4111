import SessionQueries
import Testing

@testable import sojourn

@Suite struct SessionWaitTextTests {
  @Test func whatAPersonIsTold() {
    func text(_ outcome: SessionWait.Outcome) -> String? {
      SessionWait.text(outcome, place: "embedded://a.db", group: "g")
    }
    #expect(text(.upToDate) == nil)
    #expect(
      text(.noProcessor(waiting: 2))
        == "no processor runs group 'g' on embedded://a.db, and 2 records wait: 'sojourn run' processes them; this is as of its last commit"
    )
    #expect(text(.standstill(waiting: 1))?.contains("and 1 record waits") == true)
  }
}
