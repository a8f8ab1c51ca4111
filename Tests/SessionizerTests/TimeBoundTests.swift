import JourneyModel
import Sessionizer
import Testing

@Suite struct TimeBoundTests {
  private func time(_ milliseconds: Int64) -> EventTime {
    EventTime(milliseconds: LaneFeed.start + milliseconds)
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func aLateEventIsBeyondTheWatermarkOfItsStream(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.moveWatermark(.web, to: 3 * Length.hour)
    feed.moveWatermark(.app, to: 9 * Length.hour)
    feed.web("a", at: 2 * Length.hour + offset)
    let bound = TimeBound(reference: time(3 * Length.hour), allowed: .hours(1), allowance: .allowedLateness)
    #expect(feed.newestBound == (offset < 0 ? bound : nil))
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func anEventThatIsTooFarAheadIsBeyondTheWallClock(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.web("a", at: 5 * Length.minute + offset, takenAt: 0)
    let bound = TimeBound(reference: time(0), allowed: .minutes(5), allowance: .maxFutureSkew)
    #expect(feed.newestBound == (offset > 0 ? bound : nil))
  }

  /// A conversation that is kept may be later than one that nobody knows; each gets what counted for it.
  @Test func aKeptConversationHasABoundOfItsOwn() throws {
    let feed = try LaneFeed()
    let retention = feed.settings.conversationRetention
    feed.conversation("a", at: 0, name: "started")
    feed.moveWatermark(.conversation, to: retention.milliseconds + 1)
    #expect(feed.conversation("b", at: 0, name: "ended") == .rejected(.late))
    #expect(
      feed.newestBound
        == TimeBound(
          reference: time(retention.milliseconds + 1), allowed: retention, allowance: .conversationRetention))
    #expect(feed.conversation("c", at: 0, call: "other", name: "ended") == .rejected(.late))
    #expect(feed.newestBound?.allowance == .allowedLateness)
    #expect(feed.newestBound?.allowed == feed.settings.allowedLateness)
  }

  @Test func otherReasonsHaveNone() throws {
    let feed = try LaneFeed()
    feed.admit(
      .web,
      "{\"id\":\"r\",\"createdDate\":\(LaneFeed.start),\"customerId\":\"a\",\"actionId\":\"x\",\"actionState\":\"accepted\"}"
    )
    #expect(feed.newestBound == nil)
  }
}
