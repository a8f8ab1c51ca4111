import JourneyModel
import Sessionizer
import Testing

/// Hard limits: one below, at and one above each.
@Suite struct SessionizerLimitTests {
  @Test(arguments: [-1, 0, 1])
  func theEventAfterMaxSessionEventsOpensAnotherSession(_ offset: Int) throws {
    var settings = SessionSettings()
    settings.maxSessionEvents = 4
    let feed = try LaneFeed(settings)
    for number in 0..<4 + offset { feed.web("e\(number)", at: Int64(number)) }
    #expect(feed.sessions.map(\.eventCount) == (offset > 0 ? [4, 1] : [4 + offset]))
    #expect(feed.sessions[0].endReason == (offset > 0 ? .maxEvents : .none))
    #expect(feed.sessions[0].lifecycle == (offset > 0 ? .ended : .open))
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func anEventBeyondMaxSessionDurationOpensAnotherSession(_ offset: Int64) throws {
    var settings = SessionSettings()
    settings.maxSessionDuration = .minutes(30)
    let feed = try LaneFeed(settings)
    feed.web("a", at: 0)
    feed.web("b", at: 15 * Length.minute)
    feed.web("c", at: 30 * Length.minute + offset)
    #expect(feed.sessions.map(\.eventCount) == (offset > 0 ? [2, 1] : [3]))
    guard offset > 0 else { return }
    #expect(feed.sessions[0].endReason == .maxDuration)
    #expect(feed.sessions[0].endedDate(settings)?.milliseconds == LaneFeed.start + 15 * Length.minute)
  }

  @Test(arguments: [-1, 0, 1])
  func aSessionAboveMaxSessionBytesTakesNoMoreEvents(_ offset: Int) throws {
    let page = ",\"page\":{\"url\":\"https://example.com\",\"title\":\"T\"}"
    let measure = try LaneFeed()
    measure.web("a", at: 0, page)
    var settings = SessionSettings()
    settings.maxSessionBytes = measure.sessions[0].byteCount + offset
    let feed = try LaneFeed(settings)
    feed.web("a", at: 0, page)
    feed.web("b", at: 1, page)
    #expect(feed.sessions.map(\.eventCount) == (offset < 0 ? [1, 1] : [2]))
    #expect(feed.sessions[0].endReason == (offset < 0 ? .maxBytes : .none))
  }

  @Test func aSealedSessionStillKnowsItsDuplicates() throws {
    var settings = SessionSettings()
    settings.maxSessionEvents = 1
    let feed = try LaneFeed(settings)
    feed.web("a", at: 0)
    feed.web("b", at: 1)
    #expect(feed.web("a", at: 0) == .duplicate)
    #expect(feed.web("b", at: 1) == .duplicate)
    #expect(feed.sessions.count == 2)
  }

  @Test(arguments: [-1, 0, 1, 2] as [Int64])
  func aSealedSessionIsForgottenOnceItsLastEventIsLate(_ offset: Int64) throws {
    var settings = SessionSettings()
    settings.maxSessionEvents = 1
    let feed = try LaneFeed(settings)
    feed.conversation("a", at: 0, name: "started")
    feed.conversation("b", at: 1, name: "routed")
    let sealed = feed.sessions[0]
    feed.moveWatermark(.conversation, to: 24 * Length.hour + offset)
    #expect((sealed.lifecycle == .forgotten) == (offset > 0))
    #expect(feed.sessions.count == (offset > 0 ? 1 : 2))
    let copy = feed.conversation("a", at: 0, name: "started")
    #expect(copy == (offset > 0 ? .rejected(.late) : .duplicate))
  }

  @Test(arguments: [-1, 0, 1])
  func theJourneyMapKeepsTheNewestAndCountsTheOthers(_ offset: Int) throws {
    var settings = SessionSettings()
    settings.maxJourneyMapEvents = 3
    let feed = try LaneFeed(settings)
    for number in 0..<3 + offset { feed.web("e\(number)", at: Int64(number)) }
    let session = feed.sessions[0]
    #expect(session.map.entries.count == min(3, 3 + offset))
    #expect(session.map.omitted == max(0, offset))
    #expect(session.map.entries.first?.time.milliseconds == LaneFeed.start + Int64(max(0, offset)))
  }

  @Test(arguments: [-1, 0, 1])
  func theAttributeAfterMaxAttributesIsCountedOnly(_ offset: Int) throws {
    var settings = SessionSettings()
    settings.maxAttributes = 3
    let feed = try LaneFeed(settings)
    let attributes = (0..<3 + offset).map { "\"n\($0)\":\"v\"" }.joined(separator: ",")
    feed.web("a", at: 0, ",\"attributes\":{\(attributes)}")
    #expect(feed.sessions[0].facts.attributes.count == min(3, 3 + offset))
    #expect(feed.sessions[0].facts.omitted == max(0, offset))
    // A known attribute still changes.
    feed.web("b", at: 1, ",\"attributes\":{\"n0\":\"w\"}")
    #expect(feed.sessions[0].facts.omitted == max(0, offset))
  }

  @Test(arguments: [-1, 0, 1])
  func theValueAfterMaxListValuesIsCountedOnly(_ offset: Int) throws {
    var settings = SessionSettings()
    settings.maxListValues = 3
    var type = SessionSettings.SessionType()
    type.projections = [SessionSettings.Projection(from: "item", to: "items", isList: true)]
    settings.types["delivery"] = type
    let feed = try LaneFeed(settings)
    for number in 0..<3 + offset {
      feed.custom("e\(number)", at: Int64(number), ",\"attributes\":{\"item\":\"v\(number)\"}")
    }
    #expect(feed.sessions[0].facts.attributes.count == min(3, 3 + offset))
    #expect(feed.sessions[0].facts.omitted == max(0, offset))
  }

  @Test(arguments: [-1, 0, 1])
  func theValueAfterMaxCollectedValuesIsCountedOnly(_ offset: Int) throws {
    var settings = SessionSettings()
    settings.maxCollectedValues = 3
    let feed = try LaneFeed(settings)
    for number in 0..<3 + offset {
      feed.web("e\(number)", at: Int64(number), ",\"searchQuery\":\"q\(number)\"")
    }
    #expect(feed.sessions[0].facts.collected.count == min(3, 3 + offset))
    #expect(feed.sessions[0].facts.omitted == max(0, offset))
  }
}
