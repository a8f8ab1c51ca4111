import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Sessionizer
import Testing
import WireFormat

@testable import Processor

/// Session and event types as definitions: in force from the batch that names them, above those of the configuration.
@Suite struct DefinedTypeTests {
  private func bundle(_ entities: String...) throws -> CompiledBundle {
    let text = "{\"entities\":[\(entities.joined(separator: ","))]}"
    let document = DefinitionDocument(file: "types", value: try DefinitionJSON.read(Array(text.utf8)))
    let check = DefinitionCheck([document])
    return CompiledBundle(try #require(check.bundle, "\(check.findings)"))
  }

  /// A lane that is handed one custom event after the other, of one visit.
  private struct Visits {
    let harness: LaneHarness
    private var count = 0

    init(_ change: (inout LaneSettings) -> Void = { _ in }) throws {
      harness = try LaneHarness(LaneHarness.settings(change))
    }

    /// - Returns: the snapshots that the batch wrote.
    mutating func event(
      at seconds: Int64, _ definitions: CompiledBundle?, name: String = "moved", stream: String = "custom",
      place: String = "x"
    ) -> [String] {
      count += 1
      let visit =
        ",\"sessionType\":\"visit\",\"externalId\":\"\(place)\",\"attributes\":{\"a\":\"\(count)\",\"b\":\"\(count)\"}"
      let more = stream == "custom" ? visit : ""
      let json = LaneHarness.event("e\(count)", at: seconds * 1_000, name: name, more)
      return reduce([harness.input(stream, [json])], at: seconds, nil, definitions)
    }

    func tick(to seconds: Int64, _ definitions: CompiledBundle?) -> [String] {
      reduce([], at: seconds + 60, seconds, definitions)
    }

    private func reduce(
      _ inputs: [DecodedChunk], at seconds: Int64, _ tick: Int64?, _ definitions: CompiledBundle?
    ) -> [String] {
      var records = OutputBatch()
      let batch = LaneBatch(
        takenAt: EventTime(milliseconds: LaneHarness.start + seconds * 1_000), inputs: inputs,
        tick: StreamTimes(every: tick.map { EventTime(milliseconds: LaneHarness.start + $0 * 1_000) }),
        definitions: definitions)
      _ = harness.machine.reduce(batch, into: &records)
      return LaneHarness.read(records).of("sessions").map(\.text)
    }
  }

  @Test func aDefinedTypeSaysWhatTheCardShowsAndWhatIsProjected() throws {
    var visits = try Visits()
    let plain = try #require(visits.event(at: 0, nil).first)
    #expect(plain.contains("\"card\":{\"title\":\"Visit\",\"icon\":\"visit\""))
    let defined = try bundle(
      """
      {"kind":"sessionType","id":"visit","cardTitle":"House call","icon":"van","attributes":[
      {"name":"all","eventAttribute":"a","isList":true}]}
      """,
      "{\"kind\":\"eventType\",\"id\":\"moved\",\"displayName\":\"On its \\\"way\\\"\",\"icon\":\"van\"}",
      "{\"kind\":\"eventType\",\"id\":\"stopped\",\"displayName\":\"Elsewhere\",\"sessionType\":\"other\",\"streamType\":\"Custom\"}"
    )
    _ = visits.event(at: 1, defined)
    let snapshot = try #require(visits.event(at: 2, defined, name: "stopped").first)
    #expect(snapshot.contains("\"card\":{\"title\":\"House call\",\"icon\":\"van\""))
    #expect(
      snapshot.contains(
        "\"eventTypes\":{\"moved\":{\"displayName\":\"On its \\\"way\\\"\",\"icon\":\"van\"}}}"),
      "\(snapshot)")
    // What was projected before stays; from then on only what the type says.
    let value = try DefinitionJSON.read(Array(snapshot.utf8))
    #expect(value["attributes"]?["b"]?["value"] == .string("1"))
    #expect(value["attributes"]?["all"] == nil)
    guard
      case .array(let all)? = value["attributeLists"]?["all"]?["values"] ?? value["attributeLists"]?["all"]
    else {
      Issue.record("no list: \(snapshot)")
      return
    }
    #expect(all.count == 2)
    // Taken back: as before.
    let after = try #require(visits.event(at: 3, nil).first)
    #expect(after.contains("\"card\":{\"title\":\"Visit\""))
    #expect(!after.contains("eventTypes"))
  }

  @Test func aDefinedTypeTakesThePlaceOfAConfiguredOne() throws {
    var type = SessionSettings.SessionType()
    type.title = "Configured"
    type.timeout = .seconds(10)
    var visits = try Visits { [type] in $0.sessions.types = ["visit": type] }
    #expect(try #require(visits.event(at: 0, nil).first).contains("\"title\":\"Configured\""))
    let defined = try bundle("{\"kind\":\"sessionType\",\"id\":\"visit\",\"icon\":\"van\"}")
    // The definition sets neither title nor timeout, so there is none.
    #expect(visits.tick(to: 1_000, defined).isEmpty)
    #expect(
      try #require(visits.event(at: 1_001, defined).first).contains("\"title\":\"Visit\",\"icon\":\"van\""))
    let inactive = try bundle(
      "{\"kind\":\"sessionType\",\"id\":\"visit\",\"icon\":\"van\",\"isActive\":false}")
    #expect(try #require(visits.event(at: 1_002, inactive).first).contains("\"title\":\"Configured\""))
  }

  @Test(arguments: [(29, true), (30, false), (31, false)])
  func aNewTimeoutHoldsForSessionsThatAreOpen(_ seconds: Int64, _ isOpen: Bool) throws {
    var visits = try Visits()
    _ = visits.event(at: 0, nil)
    #expect(visits.tick(to: 100_000, nil).isEmpty, "it would never have ended")
    let defined = try bundle("{\"kind\":\"sessionType\",\"id\":\"visit\",\"timeoutInSeconds\":30}")
    let ended = visits.tick(to: seconds, defined)
    #expect(ended.isEmpty == isOpen)
    if !isOpen {
      let end = EventTime(milliseconds: LaneHarness.start + 30_000).iso8601
      #expect(try #require(ended.first).contains("\"endedDate\":\"\(end)\",\"endReason\":\"timeout\""))
    }
  }

  @Test func aLongerTimeoutPutsTheEndOff() throws {
    var visits = try Visits()
    let short = try bundle("{\"kind\":\"sessionType\",\"id\":\"visit\",\"timeoutInSeconds\":30}")
    let long = try bundle("{\"kind\":\"sessionType\",\"id\":\"visit\",\"timeoutInSeconds\":300}")
    _ = visits.event(at: 0, short)
    #expect(visits.tick(to: 299, long).isEmpty)
    #expect(visits.tick(to: 300, long).count == 1)
  }

  /// Found by simulation: such a session stayed final and took events, and a lane that had not been restored since never forgot it.
  @Test func aTypeThatBecomesEndlessOpensItsSessionsWithTheirNextEvent() throws {
    var visits = try Visits()
    let timed = try bundle("{\"kind\":\"sessionType\",\"id\":\"visit\",\"timeoutInSeconds\":30}")
    _ = visits.event(at: 0, timed)
    let ended = try #require(visits.tick(to: 100_000, timed).last)
    #expect(ended.contains("\"endReason\":\"timeout\"") && ended.contains("\"final\":true"))
    let reopened = try #require(visits.event(at: 60, nil).first)
    #expect(!reopened.contains("endReason") && reopened.contains("\"final\":false"), "\(reopened)")
    // Endless it stays; with a timeout it ends anew and is forgotten.
    _ = visits.event(at: 200_000, nil, place: "y")
    #expect(visits.harness.machine.sessionCount == 2)
    let closed = visits.event(at: 200_001, timed, place: "y").first { $0.contains("\"externalId\":\"x\"") }
    #expect(try #require(closed).contains("\"final\":true"))
    #expect(visits.harness.machine.sessionCount == 1)
  }

  @Test func aWebTypeNeedsNoTimeoutToHaveATitle() throws {
    var visits = try Visits()
    let defined = try bundle("{\"kind\":\"sessionType\",\"id\":\"web\",\"cardTitle\":\"Shop visit\"}")
    let snapshot = try #require(visits.event(at: 0, defined, name: "page_viewed", stream: "web").first)
    #expect(snapshot.contains("\"card\":{\"title\":\"Shop visit\",\"icon\":\"web-visit\""))
  }
}
