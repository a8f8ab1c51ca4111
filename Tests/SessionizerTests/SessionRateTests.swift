import JourneyModel
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

/// The hot-key limit: so many events of one session within a minute of event time, whatever is restarted
/// when.
@Suite struct SessionRateTests {
  private static func settings(_ limit: Int) -> SessionSettings {
    var settings = SessionSettings()
    settings.maxEventsPerMinute = limit
    return settings
  }

  @Test(arguments: [-1, 0, 1])
  func theEventAfterMaxEventsPerMinuteIsRejected(_ offset: Int) throws {
    let feed = try LaneFeed(SessionRateTests.settings(5))
    var rejected = 0
    for number in 0..<5 + offset {
      if feed.web("e\(number)", at: Int64(number)) == .rejected(.rateExceeded) { rejected += 1 }
    }
    #expect(rejected == max(0, offset))
    #expect(feed.sessions.map(\.eventCount) == [min(5, 5 + offset)])
    #expect(feed.sessions[0].revision == min(5, 5 + offset), "a rejected event changes nothing")
  }

  @Test(arguments: [(-1, false), (0, true), (1, true)] as [(Int64, Bool)])
  func anotherMinuteOfEventTimeStartsAnew(_ offset: Int64, _ isTaken: Bool) throws {
    // `start` is a whole minute.
    let feed = try LaneFeed(SessionRateTests.settings(3))
    for number in 0..<3 { feed.web("e\(number)", at: Int64(number)) }
    let admission = feed.web("next", at: Length.minute + offset)
    #expect(admission == (isTaken ? .applied : .rejected(.rateExceeded)))
    #expect(feed.sessions[0].minuteCount == (isTaken ? 1 : 3))
  }

  @Test func anEventOfAnOlderMinuteCountsInTheNewest() throws {
    let feed = try LaneFeed(SessionRateTests.settings(3))
    #expect(feed.web("a", at: Length.minute) == .applied)
    #expect(feed.web("b", at: 1) == .applied)
    #expect(feed.web("c", at: 2) == .applied)
    #expect(feed.web("d", at: 3) == .rejected(.rateExceeded))
    #expect(feed.web("e", at: 2 * Length.minute) == .applied)
    #expect(feed.web("f", at: 4) == .applied)
  }

  @Test func sessionsAreCountedApart() throws {
    let feed = try LaneFeed(SessionRateTests.settings(2))
    for number in 0..<3 {
      feed.web("a\(number)", at: 0)
      feed.web("b\(number)", at: 0, of: "bea")
      feed.app("c\(number)", at: 0)
      feed.custom("d\(number)", at: 0)
      feed.conversation("e\(number)", at: 0, name: "noted")
    }
    #expect(feed.sessions.map(\.eventCount) == [2, 2, 2, 2, 2])
  }

  @Test func aDuplicateIsNoEvent() throws {
    let feed = try LaneFeed(SessionRateTests.settings(2))
    feed.web("a", at: 0)
    for _ in 0..<5 { #expect(feed.web("a", at: 0) == .duplicate) }
    #expect(feed.web("b", at: 0) == .applied)
    #expect(feed.web("a", at: 0) == .duplicate, "also beyond the limit")
  }

  @Test func mergedSessionsAddUpWhatTheyTookInTheSameMinute() throws {
    var settings = SessionRateTests.settings(6)
    settings.webGap = .seconds(10)
    let feed = try LaneFeed(settings)
    for number in 0..<2 { feed.web("a\(number)", at: Int64(number)) }
    for number in 0..<2 { feed.web("b\(number)", at: 15_000 + Int64(number)) }
    #expect(feed.web("bridge", at: 8_000) == .applied)
    #expect(feed.sessions.map(\.minuteCount) == [5])
    #expect(feed.web("c", at: 16_000) == .applied)
    #expect(feed.web("d", at: 16_000) == .rejected(.rateExceeded))
  }

  @Test func aFullSessionIsSealedRatherThanItsEventRejected() throws {
    var settings = SessionRateTests.settings(3)
    settings.maxSessionEvents = 3
    let feed = try LaneFeed(settings)
    for number in 0..<4 { #expect(feed.web("e\(number)", at: 0) == .applied) }
    #expect(feed.sessions.map(\.eventCount).sorted() == [1, 3])
  }

  /// What is rejected, by the definition alone: every session here is one key, without gaps or limits.
  private static func expected(_ times: [(key: Int, time: Int64)], limit: Int) -> [Bool] {
    var taken: [Int: [Int64]] = [:]
    return times.map { key, time in
      let minutes = taken[key, default: []]
      // The newest minute, and all that was taken since its first event came.
      let newest = minutes.max()
      let since = newest.flatMap { minutes.firstIndex(of: $0) }.map { minutes.count - $0 } ?? 0
      if let newest, time / 60_000 <= newest, since >= limit { return true }
      taken[key, default: []].append(time / 60_000)
      return false
    }
  }

  @Test func agreesWithTheDefinitionWhereverItIsRestarted() throws {
    var rejected = 0
    for seed in 0..<300 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let limit = Int(generator.pick(1...6))
      let settings = SessionRateTests.settings(limit)
      var now: Int64 = 1_767_600_000_000
      let times = (0..<60).map { _ in
        now += generator.pick(0...20_000)
        return (
          key: Int(generator.pick(0...2)),
          time: now - (generator.chance(20) ? generator.pick(0...180_000) : 0)
        )
      }
      var values: [[UInt8]] = []
      for (number, item) in times.enumerated() {
        values.append(
          Array(
            "{\"id\":\"e\(number)\",\"eventName\":\"moved\",\"customerId\":\"ann\",\"sessionType\":\"delivery\",\"externalId\":\"x\(item.key)\",\"createdDate\":\(item.time)}"
              .utf8))
      }
      let expected = SessionRateTests.expected(times, limit: limit)
      rejected += expected.count { $0 }
      let decoding = try RateLane(settings)
      for (number, value) in values.enumerated() {
        if generator.chance(15) { try decoding.restart() }
        let isRejected = decoding.admit(value) == .rejected(.rateExceeded)
        #expect(isRejected == expected[number], "seed \(seed), event \(number)")
      }
    }
    #expect(rejected > 1_000, "hardly anything was rejected")
  }
}
