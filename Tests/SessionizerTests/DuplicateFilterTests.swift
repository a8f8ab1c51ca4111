import JourneyModel
import Sessionizer
import Testing

/// Duplicates: the newest ids of a session.
@Suite struct DuplicateFilterTests {
  @Test(arguments: [-1, 0, 1])
  func anIdIsKnownForTheLengthOfTheWindow(_ offset: Int) throws {
    var settings = SessionSettings()
    settings.duplicateWindow = 100
    let feed = try LaneFeed(settings)
    feed.web("first", at: 0)
    feed.web("second", at: 0)
    // `second` is then the oldest of 100 + offset ids.
    for number in 1..<100 + offset { feed.web("e\(number)", at: 0) }
    #expect(feed.web("second", at: 0) == (offset > 0 ? .applied : .duplicate))
  }

  @Test func aDuplicateChangesNothing() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    _ = feed.sessionizer.finish()
    #expect(feed.web("a", at: 0) == .duplicate)
    #expect(feed.sessionizer.finish().isEmpty)
    #expect(feed.sessions[0].eventCount == 1)
    #expect(feed.sessions[0].revision == 1)
  }

  @Test func theSameIdOfAnotherCustomerIsNoDuplicate() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    #expect(feed.web("a", at: 0, of: "bea") == .applied)
  }

  @Test func anEventWithoutIdIsKnownByItsBytes() throws {
    let feed = try LaneFeed()
    let json = "{\"eventName\":\"clicked\",\"createdDate\":\(LaneFeed.start),\"customerId\":\"ann\"}"
    #expect(feed.admit(.web, json) == .applied)
    #expect(feed.admit(.web, json) == .duplicate)
    #expect(feed.admit(.web, json + " ") == .applied)
  }

  /// A producer numbers its events from 1 in every visit.
  @Test func twoVisitsHaveTwoIdsWhateverIdsTheirEventsHave() throws {
    let feed = try LaneFeed()
    feed.web("1", at: 0)
    feed.web("2", at: Length.minute)
    let first = feed.sessions[0].id
    // The first one is held still, then it is forgotten.
    #expect(feed.web("1", at: Length.minute + Length.gap) == .applied)
    #expect(Set(feed.sessions.map(\.id)).count == 2)
    feed.moveWatermark(.web, to: 24 * Length.hour)
    #expect(feed.sessions.isEmpty)
    #expect(feed.web("1", at: 24 * Length.hour) == .applied)
    #expect(feed.sessions.map(\.revision) == [1])
    #expect(feed.sessions[0].id != first)
  }

  @Test func aLateFirstEventAndAMergeLeaveTheIdAsItIs() throws {
    let feed = try LaneFeed()
    feed.web("b", at: 10 * Length.minute)
    let id = feed.sessions[0].id
    feed.web("a", at: 0)
    #expect(feed.sessions.map(\.id) == [id])
    feed.web("d", at: 40 * Length.minute)
    #expect(feed.sessions.count == 2)
    feed.web("c", at: 25 * Length.minute)
    #expect(feed.sessions.map(\.id) == [id])
  }

  @Test func restoresTheOldestFirst() throws {
    var settings = SessionSettings()
    settings.duplicateWindow = 3
    let feed = try LaneFeed(settings)
    for id in ["a", "b", "c", "d"] { feed.web(id, at: 0) }
    let filter = feed.sessions[0].duplicates
    let restored = DuplicateFilter(digests: filter.inOrder)
    #expect(filter.next == 1)
    #expect(restored.next == 0)
    #expect(restored.digests == filter.inOrder)
    #expect(filter.inOrder.count == 3)
    var oneByOne: [UInt64] = []
    filter.forEach { oneByOne.append($0) }
    #expect(oneByOne == filter.inOrder)
    for digest in filter.digests { #expect(restored.contains(digest)) }
  }

  @Test func aWindowOfNoneKnowsNothing() throws {
    var settings = SessionSettings()
    settings.duplicateWindow = 0
    let feed = try LaneFeed(settings)
    feed.web("a", at: 0)
    feed.web("b", at: 0)
    #expect(feed.web("b", at: 0) == .applied)
  }
}
