import EventLog
import JourneyModel
import LaneScenes
import Processor
import Testing
import WireFormat

/// The journal says what each source's events came to.
@Suite struct LaneUsageTests {
  private static let shop = HeaderBlock([("traceparent", "0"), ("sojourn-source", "shop")])
  private static let depot = HeaderBlock([("sojourn-source", "depot")])

  private static func text(_ record: JournalRecord) -> [String] {
    record.usage.counts.flatMap { source, streams in
      streams.map { "\(source) \($0.key.name) \($0.value.events) \($0.value.sessions)" }
    }.sorted()
  }

  @Test func appliedEventsAndOpenedSessionsCount() throws {
    let lane = try LaneHarness()
    let (one, two) = (LaneHarness.customer(0), LaneHarness.customer(1))
    lane.reduce([
      lane.input(
        "web",
        [
          LaneHarness.event("a", at: 0, of: one), LaneHarness.event("b", at: 1, of: one), "{",
          LaneHarness.event("c", at: 2, of: two), LaneHarness.event("a", at: 0, of: one),
          LaneHarness.event("x", at: 0, of: LaneHarness.customer(of: 3)),
        ], headers: LaneUsageTests.shop),
      lane.input("app", [LaneHarness.event("d", at: 3, of: one)], headers: LaneUsageTests.depot),
      lane.input("custom", [LaneHarness.event("n", at: 0)]),
    ])
    #expect(LaneUsageTests.text(lane.journals[0]) == ["depot app 1 1", "shop web 3 2"])
    // The next batch begins at zero, and one without sources says nothing.
    lane.reduce([
      lane.input("web", [LaneHarness.event("e", at: 5, of: one)], headers: LaneUsageTests.shop)
    ])
    lane.web(LaneHarness.event("f", at: 6, of: one))
    #expect(LaneUsageTests.text(lane.journals[1]) == ["shop web 1 0"])
    #expect(lane.journals[2].usage.isEmpty)
    let bytes = String(decoding: lane.journals[2].encoded(), as: UTF8.self)
    #expect(!bytes.contains("usage"))
  }

  @Test func theJournalComesBackAsItWas() throws {
    let lane = try LaneHarness()
    lane.reduce([
      lane.input(
        "web", [LaneHarness.event("a", at: 0)], headers: HeaderBlock([("sojourn-source", "a \"b\" ü")]))
    ])
    #expect(try JournalRecord(decoding: lane.journals[0].encoded()) == lane.journals[0])
    let text = String(decoding: lane.journals[0].encoded(), as: UTF8.self)
    #expect(text.contains(#""usage":{"a \"b\" ü":{"web":[1,1]}}"#))
  }

  /// An event that stands in the wrong lane is counted once, by its owner, for who sent it.
  @Test func aForwardedEventKeepsItsSource() throws {
    let lane = try LaneHarness()
    let foreign = LaneHarness.event("x", at: 0, of: LaneHarness.customer(of: 3))
    let long = HeaderBlock([("sojourn-source", String(repeating: "n", count: 256))])
    let written = lane.reduce([
      lane.input("web", [foreign], headers: LaneUsageTests.shop),
      lane.input("app", [foreign], headers: long),
      lane.input("web", [LaneHarness.event("y", at: 0, of: LaneHarness.customer(of: 3))]),
    ])
    let routed = written.of("routed")
    #expect(routed.map { $0.headers?.text("sojourn-source") } == ["shop", nil, "other"])
    #expect(lane.journals[0].usage.isEmpty)
    let headers = HeaderBlock([
      ("sojourn-stream", "web"), ("sojourn-origin-topic", "web"), ("sojourn-origin-partition", "0"),
      ("sojourn-origin-offset", "7"), ("sojourn-source", "shop"),
    ])
    lane.reduce([lane.input("routed", [LaneHarness.event("y", at: 1)], headers: headers, stream: .web)])
    #expect(LaneUsageTests.text(lane.journals[1]) == ["shop web 1 1"])
  }

  /// What a batch writes, and its digests, are the same with and without a source.
  @Test func nothingElseChanges() throws {
    let (with, without) = (try LaneHarness(), try LaneHarness())
    for round in 0..<3 {
      let events = (0..<20).map { LaneHarness.event("e\(round)-\($0 % 15)", at: Int64($0)) }
      with.reduce([with.input("web", events, headers: LaneUsageTests.shop)])
      without.reduce([without.input("web", events)])
    }
    #expect(with.written.filter { $0.topic != "journal" } == without.written.filter { $0.topic != "journal" })
    #expect(with.journals.map(\.outputs) == without.journals.map(\.outputs))
    #expect(with.journals.map(\.state) == without.journals.map(\.state))
    #expect(with.journals.allSatisfy { !$0.usage.isEmpty })
  }

  @Test(arguments: [-1, 0, 1])
  func aBatchHasSoManySources(offset: Int) throws {
    let lane = try LaneHarness()
    let number = UsageCounts.maxSources + offset
    lane.reduce(
      (0..<number).map {
        lane.input(
          "web", [LaneHarness.event("e\($0)", at: Int64($0))],
          headers: HeaderBlock([("sojourn-source", "s\($0)")]))
      })
    let counts = lane.journals[0].usage.counts
    #expect(counts.count == number)
    #expect(counts["other"]?[.web]?.events == (offset > 0 ? 1 : nil))
    #expect(try JournalRecord(decoding: lane.journals[0].encoded()).usage.counts == counts)
  }

  @Test(arguments: [0, 1, 254, 255, 256])
  func aSourceHasALongestName(bytes: Int) throws {
    let lane = try LaneHarness()
    let name = String(repeating: "n", count: bytes)
    lane.reduce([
      lane.input(
        "web", [LaneHarness.event("a", at: 0)], headers: HeaderBlock([("sojourn-source", name)]))
    ])
    let isTold = (1...255).contains(bytes)
    #expect(lane.journals[0].usage.counts.keys.sorted() == [isTold ? name : "other"])
  }

  @Test func aBatchThatCountsMoreThanItAppliedIsFlawed() throws {
    let lane = try LaneHarness()
    lane.web(LaneHarness.event("a", at: 0))
    var record = lane.journals[0]
    #expect(record.flaw(after: nil) == nil)
    var count = UsageCounts.Count()
    count.events = 2
    record.usage.add(count, source: "s", stream: .web)
    #expect(record.flaw(after: nil) != nil)
  }
}
