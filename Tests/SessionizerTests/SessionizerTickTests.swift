import JourneyModel
import Sessionizer
import Testing
import WireFormat

/// Ticks: timers of an idle lane.
@Suite struct SessionizerTickTests {
  @Test(arguments: [-1, 0, 1] as [Int64])
  func aTickEndsASessionAtItsGap(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.tick(to: Length.gap + offset)
    #expect(feed.sessions[0].lifecycle == (offset < 0 ? .open : .ended))
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func aTickMakesASessionFinalButKeepsIt(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.tick(to: Length.gap + Length.hour + offset)
    #expect(feed.sessions[0].lifecycle == (offset < 0 ? .ended : .final))
    #expect(feed.sessions[0].endedDate(feed.settings)?.milliseconds == LaneFeed.start + Length.gap)
  }

  @Test func aTickNeverMakesAnythingLate() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.tick(to: LaneFeed.year)
    let session = feed.sessions[0]
    #expect(session.lifecycle == .final)
    #expect(feed.web("b", at: Length.gap - 1) == .applied)
    #expect(feed.sessions.count == 1)
    #expect(session.lifecycle == .open)
    #expect(session.eventCount == 2)
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func aSessionThatATickMadeFinalIsForgottenWhenTheWatermarkAgrees(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.tick(to: LaneFeed.year)
    let session = feed.sessions[0]
    let revision = session.revision
    feed.moveWatermark(.web, to: Length.gap + Length.hour + offset)
    #expect(session.lifecycle == (offset < 0 ? .final : .forgotten))
    #expect(session.revision == revision)
  }

  @Test func aSessionReopenedAfterATickIsFinalOnceMore() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.tick(to: LaneFeed.year)
    feed.web("b", at: Length.minute)
    let session = feed.sessions[0]
    #expect(session.lifecycle == .open)
    // The watermark reaches the old deadline, not the new one.
    feed.moveWatermark(.web, to: Length.gap + Length.hour)
    #expect(session.lifecycle == .ended)
    feed.tick(to: LaneFeed.year)
    #expect(session.lifecycle == .final)
    feed.moveWatermark(.web, to: Length.gap + Length.hour + Length.minute)
    #expect(session.lifecycle == .forgotten)
  }

  @Test func theNextTimerIsTheEarliestTimeAtWhichSomethingWouldChange() throws {
    let feed = try LaneFeed()
    let next = { feed.sessionizer.nextTimers.earliest.map { $0.milliseconds - LaneFeed.start } }
    #expect(next() == nil)
    feed.web("a", at: 5)
    feed.app("a", at: 3)
    #expect(next() == Length.gap + 3)
    feed.tick(to: Length.gap + 3)
    #expect(next() == Length.gap + 5)
    feed.tick(to: LaneFeed.year)
    #expect(next() == nil)
  }

  @Test func aTickIsOfItsStreamAlone() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.app("b", at: 1)
    feed.tick(.app, to: LaneFeed.year)
    #expect(feed.sessions.map(\.lifecycle) == [.open, .final])
    let next = feed.sessionizer.nextTimers
    #expect(next[.web]?.milliseconds == LaneFeed.start + Length.gap)
    #expect(next[.app] == nil && next[.conversation] == nil && next[.custom] == nil)
    feed.tick(.web, to: LaneFeed.year)
    #expect(feed.sessions.map(\.lifecycle) == [.final, .final])
  }

  @Test func timersFireInOrderOfDeadlineAndId() throws {
    let feed = try LaneFeed()
    for customer in ["d", "b", "a", "c"] { feed.web("1", at: customer == "c" ? -1 : 0, of: customer) }
    _ = feed.sessionizer.finish()
    feed.tick(to: Length.gap)
    let fired = feed.sessionizer.finish()
    #expect(fired.map(\.last.milliseconds) == [-1, 0, 0, 0].map { LaneFeed.start + $0 })
    #expect(fired.dropFirst().map(\.id) == fired.dropFirst().map(\.id).sorted())
  }

  @Test func aRestoredLaneFiresTheSameTimers() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.tick(to: Length.gap)
    let restored = Sessionizer(settings: feed.settings)
    let session = try #require(StateCodec.decode(StateCodec.encoded(feed.sessions[0])).session)
    restored.restore(session)
    restored.restore(highest: [.web: EventTime(milliseconds: LaneFeed.start)])
    #expect(restored.highest(.web)?.milliseconds == LaneFeed.start)
    #expect(restored.highest(.app) == nil)
    restored.tick(
      to: StreamTimes(every: EventTime(milliseconds: LaneFeed.start + Length.gap + Length.hour)))
    #expect(session.lifecycle == .final)
  }
}
