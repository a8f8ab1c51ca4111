import JourneyModel
import Sessionizer
import Testing

/// The rules of time, one millisecond before, at and after each bound.
@Suite struct SessionizerTimeTests {
  @Test(arguments: [-1, 0, 1] as [Int64])
  func aWebGapIsHalfOpen(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.web("b", at: Length.gap + offset)
    #expect(feed.sessions.count == (offset < 0 ? 1 : 2))
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func aGapBeforeTheFirstEventIsHalfOpenToo(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.web("b", at: Length.gap + offset)
    feed.web("a", at: 0)
    #expect(feed.sessions.count == (offset < 0 ? 1 : 2))
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func anAppGapIsItsOwnSetting(_ offset: Int64) throws {
    var settings = SessionSettings()
    settings.appGap = .minutes(7)
    let feed = try LaneFeed(settings)
    feed.app("a", at: 0)
    feed.app("b", at: 7 * Length.minute + offset)
    #expect(feed.sessions.count == (offset < 0 ? 1 : 2))
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func aCustomTypeEndsOnlyByItsOwnTimeout(_ offset: Int64) throws {
    var settings = SessionSettings()
    settings.types["visit"] = SessionSettings.SessionType()
    settings.types["visit"]?.timeout = .minutes(3)
    let feed = try LaneFeed(settings)
    feed.custom("a", at: 0, type: "visit")
    feed.custom("b", at: 3 * Length.minute + offset, type: "visit")
    #expect(feed.sessions.count == (offset < 0 ? 1 : 2))
  }

  @Test func aCustomSessionWithoutTimeoutNeverEnds() throws {
    let feed = try LaneFeed()
    feed.custom("a", at: 0)
    feed.tick(to: LaneFeed.year)
    feed.custom("b", at: LaneFeed.year)
    #expect(feed.sessions.count == 1)
    #expect(feed.sessions[0].lifecycle == .open)
    #expect(feed.sessions[0].eventCount == 2)
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func aSessionEndsWhenTheWatermarkReachesItsGap(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.moveWatermark(.web, to: Length.gap + offset)
    let session = feed.sessions[0]
    #expect(session.lifecycle == (offset < 0 ? .open : .ended))
    #expect(
      session.endedDate(feed.settings)?.milliseconds == (offset < 0 ? nil : LaneFeed.start + Length.gap))
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func aSessionIsFinalAndForgottenWhenLatenessIsOver(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    let session = feed.sessions[0]
    feed.moveWatermark(.web, to: Length.gap + Length.hour + offset)
    #expect(session.lifecycle == (offset < 0 ? .ended : .forgotten))
    #expect(feed.sessions.count == (offset < 0 ? 1 : 0))
    #expect(session.revision == (offset < 0 ? 2 : 3))
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func anEventIsLateWhenTheWatermarkIsMoreThanLatenessAhead(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.moveWatermark(.web, to: 3 * Length.hour)
    let admission = feed.web("a", at: 2 * Length.hour + offset)
    #expect(admission == (offset < 0 ? .rejected(.late) : .applied))
    #expect(feed.sessions.count == (offset < 0 ? 0 : 1))
  }

  @Test func aLateEventReopensItsSessionUnderTheSameId() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.moveWatermark(.web, to: Length.gap)
    let session = feed.sessions[0]
    let id = session.id
    #expect(session.lifecycle == .ended)
    feed.web("b", at: Length.gap - 1)
    #expect(feed.sessions.map(\.id) == [id])
    #expect(session.lifecycle == .open)
    #expect(session.endReason == .none)
    #expect(session.revision == 3)
  }

  @Test func aLateEventJoinsAnEndedSessionWithoutReopeningIt() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.moveWatermark(.web, to: Length.gap + Length.minute)
    feed.web("b", at: Length.second)
    let session = feed.sessions[0]
    #expect(session.lifecycle == .ended)
    #expect(session.eventCount == 2)
    #expect(session.endedDate(feed.settings)?.milliseconds == LaneFeed.start + Length.gap + Length.second)
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func anEventTooFarAheadOfTheWallClockIsRejectedAndMovesNothing(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0, takenAt: 0)
    let admission = feed.web("b", at: 5 * Length.minute + offset, takenAt: 0)
    #expect(admission == (offset > 0 ? .rejected(.tooFarAhead) : .applied))
    let highest = offset > 0 ? 0 : 5 * Length.minute + offset
    #expect(feed.sessionizer.highest(.web)?.milliseconds == LaneFeed.start + highest)
  }

  @Test func eachStreamHasItsOwnWatermark() throws {
    let feed = try LaneFeed()
    feed.app("a", at: 0)
    feed.moveWatermark(.web, to: 5 * Length.hour)
    #expect(feed.sessions[0].lifecycle == .open)
    #expect(feed.app("b", at: 1) == .applied)
    #expect(feed.sessionizer.watermark(.custom) == nil)
  }

  @Test func aDuplicateOrARejectedEventDoesNotMoveTheWatermark() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    #expect(feed.web("a", at: 10) == .duplicate)
    #expect(feed.sessionizer.highest(.web)?.milliseconds == LaneFeed.start)
  }
}
