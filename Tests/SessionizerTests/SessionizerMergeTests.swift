import JourneyModel
import Sessionizer
import Testing

/// Bridging: an event that joins two sessions.
@Suite struct SessionizerMergeTests {
  private func bridged(_ settings: SessionSettings = SessionSettings()) throws -> LaneFeed {
    let feed = try LaneFeed(settings)
    feed.web("a", at: 0, name: "page_viewed", ",\"searchQuery\":\"one\",\"referrer\":{\"url\":\"first\"}")
    feed.web("b", at: 30 * Length.minute, ",\"searchQuery\":\"two\",\"referrer\":{\"url\":\"second\"}")
    #expect(feed.sessions.count == 2)
    _ = feed.sessionizer.finish()
    feed.web("c", at: 15 * Length.minute)
    return feed
  }

  @Test func theLaterSessionMergesIntoTheEarlierAndCountsAddUp() throws {
    let feed = try bridged()
    #expect(feed.sessions.count == 1)
    let survivor = feed.sessions[0]
    #expect(
      survivor.id
        == SessionID(
          type: "web".utf8, customerIDType: "cookie".utf8, customerID: "ann".utf8, firstEventID: "a".utf8,
          at: EventTime(milliseconds: LaneFeed.start)))
    #expect(survivor.eventCount == 3)
    #expect(survivor.viewCount == 1)
    #expect(survivor.first.milliseconds == LaneFeed.start)
    #expect(survivor.last.milliseconds == LaneFeed.start + 30 * Length.minute)
    #expect(survivor.map.entries.count == 3)
    let snapshot = try feed.snapshot(survivor)
    #expect(snapshot["searchTerms"] as? [String] == ["one", "two"])
    #expect((snapshot["referrer"] as? [String: String])?["url"] == "first")
  }

  @Test func theMergedSessionIsAnnouncedBeforeItsSurvivor() throws {
    let feed = try bridged()
    let touched = feed.sessionizer.finish().compactMap(\.session)
    #expect(touched.map(\.lifecycle) == [.merged, .open])
    #expect(touched[0].mergedInto == touched[1].id)
    #expect(touched[0].revision == 2)
    // One each for its first event, its end by `b`'s watermark, the bridge and the merge.
    #expect(touched[1].revision == 4)
    let snapshot = try feed.snapshot(touched[0])
    #expect(snapshot["mergedInto"] as? String == touched[1].id.text)
    #expect(snapshot["final"] as? Bool == true)
  }

  @Test func theSurvivorKnowsTheMergedSessionsDuplicates() throws {
    let feed = try bridged()
    for (id, time) in [("a", 0), ("b", 30 * Length.minute), ("c", 15 * Length.minute)] {
      #expect(feed.web(id, at: time) == .duplicate)
    }
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func onlyAnEventNearerThanTheGapToBothBridges(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.web("b", at: 2 * Length.gap - 2)
    feed.web("c", at: Length.gap - 1 + offset)
    #expect(feed.sessions.count == (offset == 0 ? 1 : 2))
  }

  @Test(arguments: [-1, 0, 1])
  func sessionsThatWouldBeTooLargeTogetherStayApart(_ offset: Int) throws {
    var settings = SessionSettings()
    settings.maxSessionEvents = 3 + offset
    let feed = try bridged(settings)
    #expect(feed.sessions.map(\.eventCount) == (offset < 0 ? [2, 1] : [3]))
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func sessionsThatWouldBeTooLongTogetherStayApart(_ offset: Int64) throws {
    var settings = SessionSettings()
    settings.maxSessionDuration = EventTime.Span(milliseconds: 30 * Length.minute + offset)
    let feed = try bridged(settings)
    #expect(feed.sessions.count == (offset < 0 ? 2 : 1))
  }

  @Test func aBridgedEndedSessionReopensWithItsSurvivor() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.web("b", at: 30 * Length.minute)
    feed.moveWatermark(.web, to: 35 * Length.minute)
    #expect(feed.sessions.map(\.lifecycle) == [.ended, .open])
    feed.web("c", at: 15 * Length.minute)
    #expect(feed.sessions.map(\.lifecycle) == [.open])
  }
}
