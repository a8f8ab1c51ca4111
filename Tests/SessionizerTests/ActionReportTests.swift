import JourneyModel
import Sessionizer
import Testing

/// Events that are nothing but a report of an action: part of a session that is there, never the beginning of
/// one.
@Suite struct ActionReportTests {
  private func report(_ id: String, at time: Int64) -> String {
    let date = EventTime(milliseconds: LaneFeed.start + time).iso8601
    return """
      {"id":"\(id)","customerId":"c","createdDate":"\(date)","actionId":"57e2be15-0000-5000-8000-000000000000",\
      "actionState":"completed"}
      """
  }

  private func view(_ id: String, at time: Int64) -> String {
    let date = EventTime(milliseconds: LaneFeed.start + time).iso8601
    return "{\"id\":\"\(id)\",\"customerId\":\"c\",\"createdDate\":\"\(date)\",\"eventName\":\"page_viewed\"}"
  }

  @Test func itJoinsTheSessionAndLeavesNoAttributes() throws {
    let feed = try LaneFeed(SessionSettings())
    #expect(feed.admit(.web, view("v", at: 0)) == .applied)
    #expect(feed.admit(.web, report("r", at: 1_000)) == .applied)
    #expect(feed.sessions.map(\.eventCount) == [2])
    #expect(feed.sessions[0].facts.attributes.isEmpty)
  }

  @Test func itOpensNoSession() throws {
    let feed = try LaneFeed(SessionSettings())
    #expect(feed.admit(.web, report("r", at: 0)) == .rejected(.reportWithoutSession))
    #expect(feed.sessions.isEmpty)
  }

  @Test(arguments: [(-1, true), (0, false), (1, false)] as [(Int64, Bool)])
  func itComesTooLateFromTheGapsEndOn(_ offset: Int64, _ isTaken: Bool) throws {
    let feed = try LaneFeed(SessionSettings())
    #expect(feed.admit(.web, view("v", at: 0)) == .applied)
    let admission = feed.admit(.web, report("r", at: 20 * 60_000 + offset))
    #expect(admission == (isTaken ? .applied : .rejected(.reportWithoutSession)))
    #expect(feed.sessions.map(\.eventCount) == [isTaken ? 2 : 1])
  }
}
