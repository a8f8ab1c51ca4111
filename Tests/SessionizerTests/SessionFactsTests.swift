import Foundation
import JourneyModel
import SeededGenerator
import Sessionizer
import Testing

/// What a session says about its events, read from its snapshot.
@Suite struct SessionFactsTests {
  @Test func countsEventsViewsAndSeconds() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0, name: "page_viewed")
    feed.web("b", at: 61_999)
    feed.web("c", at: 30_000, name: "page_viewed")
    let snapshot = try feed.snapshot(feed.sessions[0])
    #expect(snapshot["eventCount"] as? Int == 3)
    #expect(snapshot["pageviewCount"] as? Int == 2)
    #expect(snapshot["durationInSeconds"] as? Int == 61)
    #expect(snapshot["createdDate"] as? String == "2026-01-05T08:00:00.000Z")
    #expect(snapshot["endedDate"] == nil)
    #expect((snapshot["lastEvent"] as? [String: String])?["id"] == "b")
  }

  @Test func anAppSessionCountsScreenViews() throws {
    let feed = try LaneFeed()
    feed.app("a", at: 0, name: "screen_viewed", ",\"screenName\":\"home\"")
    feed.app("b", at: 1, name: "page_viewed")
    let snapshot = try feed.snapshot(feed.sessions[0])
    #expect(snapshot["screenviewCount"] as? Int == 1)
    #expect(snapshot["pageviewCount"] == nil)
    #expect(snapshot["lastScreen"] as? String == "home")
  }

  /// Values of all lengths replace each other in one store; whichever way, the newest is there whole, the
  /// others are not harmed, and the store stays in proportion to what it holds.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func valuesThatReplaceOthersStandWhole(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let feed = try LaneFeed()
    let fields = ["browser", "device", "geolocation"]
    var newest: [String: (time: Int64, text: String)] = [:]
    var shorter = 0
    var longer = 0
    for number in 0..<300 {
      let time = max(0, Int64(number) + generator.pick(-20...20))
      let field = fields[Int(generator.pick(0...2))]
      let known = newest[field]
      // Around the length that is there, and around half of it.
      let base = Int64(known?.text.count ?? 40) / (generator.chance(30) ? 2 : 1)
      let length = generator.chance(10) ? generator.pick(0...3_000) : max(0, base + generator.pick(-1...1))
      let text = String(repeating: String(number % 10), count: Int(length))
      feed.web("e\(number)", at: time, ",\"\(field)\":{\"text\":\"\(text)\"}")
      guard known.map({ time >= $0.time }) ?? true else { continue }
      if let known { if text.count < known.text.count { shorter += 1 } else { longer += 1 } }
      newest[field] = (time, text)
      let session = feed.sessions[0]
      let snapshot = try feed.snapshot(session)
      for (field, value) in newest {
        #expect((snapshot[field] as? [String: String])?["text"] == value.text, "event \(number), \(field)")
      }
      let size = session.facts.facts.reduce(0) { $0 + $1.value.count }
      #expect(session.facts.byteCount == size)
      #expect(session.facts.bytes.count <= 4 * size + 1_024)
    }
    #expect(shorter > 20 && longer > 20)
  }

  @Test func aVisitorIsIdleAndAwayAfterTheLastActivity() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.web("b", at: 10_001)
    feed.web("c", at: 5_000)
    let snapshot = try feed.snapshot(feed.sessions[0])
    #expect(snapshot["idleDate"] as? String == "2026-01-05T08:00:55.001Z")
    #expect(snapshot["awayDate"] as? String == "2026-01-05T08:01:10.001Z")
  }

  @Test func theLastEventIsTheNewestByEventTimeAndTheLaterArrivalOfEqualOnes() throws {
    let feed = try LaneFeed()
    feed.web("b", at: 5)
    feed.web("a", at: 1)
    feed.web("c", at: 5)
    let last = try feed.snapshot(feed.sessions[0])["lastEvent"] as? [String: String]
    #expect(last == ["id": "c", "eventName": "object_clicked", "createdDate": "2026-01-05T08:00:00.005Z"])
  }

  @Test func theJourneyMapIsInOrderOfEventTime() throws {
    let feed = try LaneFeed()
    for (id, time) in [("b", 5), ("a", 1), ("c", 5), ("d", 3)] as [(String, Int64)] { feed.web(id, at: time) }
    let map = try feed.snapshot(feed.sessions[0])["journeyMap"] as? [String: Any]
    #expect((map?["events"] as? [[String: Any]])?.compactMap { $0["id"] as? String } == ["a", "d", "b", "c"])
    #expect(map?["omitted"] as? Int == 0)
  }

  @Test func aJourneyMapEntryShowsTitleAndSearch() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0, ",\"page\":{\"url\":\"u\",\"title\":\"A \\\"b\\\"\"},\"searchQuery\":\"c\"")
    let map = try feed.snapshot(feed.sessions[0])["journeyMap"] as? [String: Any]
    let entry = (map?["events"] as? [[String: Any]])?.first
    #expect(entry?["title"] as? String == "A \"b\"")
    #expect(entry?["searchQuery"] as? String == "c")
  }

  @Test func searchTermsAreDistinctAndInOrderOfEventTime() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 10, ",\"searchQuery\":\"bike\"")
    feed.web("b", at: 20, ",\"searchQuery\":\"lamp\"")
    feed.web("c", at: 30, ",\"searchQuery\":\"bike\"")
    feed.web("d", at: 5, ",\"searchQuery\":\"lamp\"")
    #expect(try feed.snapshot(feed.sessions[0])["searchTerms"] as? [String] == ["lamp", "bike"])
  }

  @Test func aScalarIsTheNewestByEventTimeAndTheLaterArrivalOfEqualOnes() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 10, ",\"ipAddress\":\"ten\"")
    feed.web("b", at: 5, ",\"ipAddress\":\"five\"")
    #expect(try feed.snapshot(feed.sessions[0])["ipAddress"] as? String == "ten")
    feed.web("c", at: 10, ",\"ipAddress\":\"another ten\"")
    #expect(try feed.snapshot(feed.sessions[0])["ipAddress"] as? String == "another ten")
  }

  @Test func anEventThatSaysNothingTakesNothingAway() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0, ",\"ipAddress\":\"one\",\"authenticated\":true")
    feed.web("b", at: 1, ",\"ipAddress\":null")
    let snapshot = try feed.snapshot(feed.sessions[0])
    #expect(snapshot["ipAddress"] as? String == "one")
    #expect(snapshot["authenticated"] as? Bool == true)
  }

  @Test func referrerAndCampaignAreTheEarliest() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 10, ",\"referrer\":{\"url\":\"ten\"},\"mktCampaign\":{\"name\":\"ten\"}")
    feed.web("b", at: 20, ",\"referrer\":{\"url\":\"twenty\"}")
    feed.web("c", at: 10, ",\"referrer\":{\"url\":\"another ten\"}")
    #expect((try feed.snapshot(feed.sessions[0])["referrer"] as? [String: String])?["url"] == "ten")
    feed.web("d", at: 9, ",\"referrer\":{\"url\":\"nine\"},\"mktCampaign\":{\"name\":\"nine\"}")
    let snapshot = try feed.snapshot(feed.sessions[0])
    #expect((snapshot["referrer"] as? [String: String])?["url"] == "nine")
    #expect((snapshot["mktCampaign"] as? [String: String])?["name"] == "nine")
  }

  @Test func everyAttributeIsProjectedUnderItsOwnNameByDefault() throws {
    let feed = try LaneFeed()
    feed.custom(
      "a", at: 10, ",\"attributes\":{\"location\":{\"dataType\":\"string\",\"value\":\"Depot\"},\"items\":2}")
    feed.custom("b", at: 5, ",\"attributes\":{\"location\":\"Shop\",\"gift\":true}")
    let attributes = try feed.snapshot(feed.sessions[0])["attributes"] as? [String: [String: String]]
    #expect(
      attributes == [
        "location": ["dataType": "string", "value": "Depot"], "items": ["dataType": "number", "value": "2"],
        "gift": ["dataType": "boolean", "value": "true"],
      ])
  }

  @Test func projectionsRenameCollectAndDrop() throws {
    var settings = SessionSettings()
    var type = SessionSettings.SessionType()
    type.projections = [
      SessionSettings.Projection(from: "place", to: "location"),
      SessionSettings.Projection(from: "place", to: "route", isList: true),
    ]
    settings.types["delivery"] = type
    let feed = try LaneFeed(settings)
    for (number, place) in ["Shop", "Depot", "Shop", "Home"].enumerated() {
      feed.custom(
        "e\(number)", at: Int64(number), ",\"attributes\":{\"place\":\"\(place)\",\"secret\":\"1\"}")
    }
    let snapshot = try feed.snapshot(feed.sessions[0])
    let attributes = snapshot["attributes"] as? [String: [String: String]]
    #expect(attributes?.keys.sorted() == ["location"])
    #expect(attributes?["location"]?["value"] == "Home")
    let lists = snapshot["attributeLists"] as? [String: [String: [[String: String]]]]
    #expect(lists?["route"]?["values"]?.compactMap { $0["value"] } == ["Shop", "Depot", "Home"])
  }

  @Test func aCustomSessionIsResolvedByTypeExternalIdCustomerAndIdType() throws {
    let feed = try LaneFeed()
    feed.custom("a", at: 0)
    feed.custom("b", at: 1)
    feed.custom("c", at: 2, external: "x2")
    feed.custom("d", at: 3, type: "return")
    feed.custom("e", at: 4, of: "bea")
    feed.custom("f", at: 5, of: "ann", ",\"customerIdType\":\"email\"")
    #expect(feed.sessions.map(\.eventCount) == [2, 1, 1, 1, 1])
    #expect(try feed.snapshot(feed.sessions[0])["type"] as? String == "delivery")
    #expect(try feed.snapshot(feed.sessions[0])["externalId"] as? String == "x1")
  }

  @Test func aValueThatGrowsAndShrinksManyTimesStaysWhole() throws {
    let feed = try LaneFeed()
    for number in 0..<400 {
      let value = String(repeating: "\(number % 10)", count: number * 37 % 300)
      let facts = ",\"ipAddress\":\"\(value)\",\"attributes\":{\"n\":\"\(value)\"}"
      feed.web("e\(number)", at: Int64(number), facts)
      let snapshot = try feed.snapshot(feed.sessions[0])
      #expect(snapshot["ipAddress"] as? String == value)
      #expect((snapshot["attributes"] as? [String: [String: String]])?["n"]?["value"] == value)
    }
    let session = feed.sessions[0]
    let found = session.facts.value(.ipAddress)
    let own = try #require(found)
    let attribute = try #require(session.facts.attributes.first)
    #expect(session.facts.byteCount == own.count + attribute.name.count + attribute.value.count)
    #expect(session.facts.bytes.count < 8_192)
    #expect(session.map.entries.count + session.map.omitted == 400)
    #expect(session.map.bytes.count < 4 * session.map.byteCount)
  }

  @Test func theOrderOfArrivalDoesNotMatterToWhatASessionSays() throws {
    var settings = SessionSettings()
    var type = SessionSettings.SessionType()
    type.timeout = .minutes(10)
    type.projections = [
      SessionSettings.Projection(from: "place", to: "location"),
      SessionSettings.Projection(from: "place", to: "route", isList: true),
    ]
    settings.types["visit"] = type
    settings.maxJourneyMapEvents = 5
    var generator = SeededGenerator(seed: 3)
    for round in 0..<40 {
      // Near enough for one session in the end, far enough apart for several on the way.
      var time: Int64 = 0
      var steps = (0..<9).map { number in
        time += generator.pick(1...9) * Length.minute
        let value = generator.pick(["a", "b", "c"])
        let facts =
          ",\"ipAddress\":\"\(number)\",\"referrer\":{\"url\":\"\(number)\"},\"searchQuery\":\"\(value)\""
          + ",\"attributes\":{\"place\":\"\(value)\"}"
        return (id: "e\(number)", time: time, facts: facts)
      }
      var seen: [NSDictionary] = []
      for _ in 0..<5 {
        let feed = try LaneFeed(settings)
        for step in steps { feed.custom(step.id, at: step.time, type: "visit", step.facts) }
        #expect(feed.sessions.count == 1)
        var snapshot = try feed.snapshot(feed.sessions[0])
        // These show the order on purpose.
        for name in ["id", "selfUri", "revision"] { snapshot[name] = nil }
        seen.append(NSDictionary(dictionary: snapshot))
        steps.shuffle(using: &generator)
      }
      #expect(seen.allSatisfy { $0 == seen[0] }, "round \(round)")
    }
  }
}
