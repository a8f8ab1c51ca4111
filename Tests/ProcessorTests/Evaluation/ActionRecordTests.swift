import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Sessionizer
import Testing
import WireFormat

@testable import Processor

/// What a lane writes of actions in rare situations.
@Suite struct ActionRecordTests {
  private static let visitor =
    "{\"kind\":\"segment\",\"id\":\"s\",\"displayName\":\"S\",\"journey\":{\"patterns\":[{\"criteria\":[],\"count\":1,\"streamType\":\"Web\",\"sessionType\":\"web\",\"eventName\":\"seen\"}]}}"

  private func bundle(_ activation: String, inputs: String = "") throws -> CompiledBundle {
    let text = """
      {"entities":[\(ActionRecordTests.visitor),{"kind":"actionMap","id":"m","displayName":"M","triggerWithSegments":["s"],
      "activation":{"type":"\(activation)"},"action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"f"},
      "flowRequestMappings":[\(inputs)]}}}]}
      """
    let document = DefinitionDocument(file: "actions", value: try DefinitionJSON.read(Array(text.utf8)))
    let check = DefinitionCheck([document])
    return CompiledBundle(try #require(check.bundle, "\(check.findings)"))
  }

  /// - Returns: the actions' records that the events gave, one batch each.
  private func actions(
    _ definitions: CompiledBundle, _ events: [(id: String, minute: Int64, name: String)],
    _ harness: LaneHarness
  ) throws -> [DefinitionValue] {
    var told: [DefinitionValue] = []
    for event in events {
      let json = LaneHarness.event(event.id, at: event.minute * 60_000, name: event.name)
      var records = OutputBatch()
      let batch = LaneBatch(
        takenAt: EventTime(milliseconds: LaneHarness.start + event.minute * 60_000),
        inputs: [harness.input("web", [json])], definitions: definitions)
      _ = harness.machine.reduce(batch, into: &records)
      told += try LaneHarness.read(records).of("actions").map { try DefinitionJSON.read($0.value ?? []) }
    }
    return told
  }

  private func states(_ told: [DefinitionValue]) -> [String] {
    told.map { $0["webActionEvent"]?["action"]?["state"]?.text ?? "blocked" }
  }

  /// The session in which it waited and the one in which it went on become one.
  @Test func anActionThatTwoMergedSessionsKnowIsOne() throws {
    let harness = try LaneHarness()
    let events = [
      ("a", 0, "seen"), ("b", 30, "page_viewed"), ("bridge", 15, "page_viewed"), ("c", 31, "page_viewed"),
      ("d", 32, "seen"),
    ].map { (id: $0.0, minute: Int64($0.1), name: $0.2) }
    let told = try actions(try bundle("on-next-session"), events, harness)
    #expect(
      harness.machine.sessionizer.allSessions.count == 1, "they have merged")
    #expect(states(told) == ["qualified", "blocked", "offered"])
    let ids = Set(told.compactMap { $0["webActionEvent"]?["action"]?["id"]?.text })
    #expect(ids.count == 1)
    let session = try #require(harness.machine.sessionizer.allSessions.first)
    #expect(session.rules.actions.count == 1)
    #expect(session.rules.actions.first?.awaits == .nothing)
  }

  /// A delay of a minute is judged by the facts of then, though nobody else's event has moved the time: an
  /// event at that very moment comes after it.
  @Test(arguments: [-1, 0, 1] as [Int64]) func aDelayFindsTheFactsOfItsTime(_ offset: Int64) throws {
    let input =
      "{\"name\":\"page\",\"attributeType\":\"String\",\"mappingType\":\"Lookup\",\"value\":\"session.lastPage.title\"}"
    let definitions = try bundle("delay\",\"delayInSeconds\":60,\"x\":\"", inputs: input)
    let harness = try LaneHarness()
    let events = [(id: "a", at: Int64(0), name: "seen"), (id: "b", at: 60_000 + offset, name: "page_viewed")]
    var told: [DefinitionValue] = []
    for event in events {
      let json = LaneHarness.event(
        event.id, at: event.at, name: event.name,
        ",\"page\":{\"url\":\"https://a.b/\",\"title\":\"\(event.id)\"}")
      var records = OutputBatch()
      let batch = LaneBatch(
        takenAt: EventTime(milliseconds: LaneHarness.start + 60_000), inputs: [harness.input("web", [json])],
        definitions: definitions)
      _ = harness.machine.reduce(batch, into: &records)
      told += try LaneHarness.read(records).of("actions").map { try DefinitionJSON.read($0.value ?? []) }
    }
    // At 59.999 s the page is another one by the time the delay is over, and nothing has shown that yet.
    guard offset >= 0 else {
      #expect(states(told) == ["qualified", "blocked", "blocked"])
      return
    }
    #expect(states(told) == ["qualified", "blocked", "offered"])
    guard case .array(let inputs)? = told.last?["webActionEvent"]?["flowInputs"] else {
      Issue.record("no inputs")
      return
    }
    #expect(inputs.map { $0["value"]?.text } == ["a"])
    #expect(told.last?["createdDate"]?.text == EventTime(milliseconds: LaneHarness.start + 60_000).iso8601)
  }

  /// 24 inputs of 8,192 bytes are what one trigger takes.
  @Test(arguments: [-1, 0, 1]) func inputsBeyondTheBoundAreLeftOut(_ offset: Int) throws {
    let inputs = (0..<24).map { number in
      let count = number < 23 ? 8_190 : 8_190 + offset
      return
        "{\"name\":\"i\(number)\",\"attributeType\":\"String\",\"mappingType\":\"HardCoded\",\"value\":\"\(String(repeating: "x", count: count))\"}"
    }
    let told = try actions(
      try bundle("immediate", inputs: inputs.joined(separator: ",")), [(id: "a", minute: 0, name: "seen")],
      try LaneHarness())
    #expect(states(told) == ["qualified", "offered"])
    guard case .array(let values)? = told.last?["webActionEvent"]?["flowInputs"] else {
      Issue.record("no inputs")
      return
    }
    #expect(values.count == 24)
    let omitted = values.filter { $0["omitted"] != nil }
    #expect(omitted.count == (offset > 0 ? 1 : 0))
    #expect(omitted.allSatisfy { $0["value"] == .null && $0["name"]?.text == "i23" })
  }
}
