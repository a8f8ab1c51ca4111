import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Testing
import WireFormat

@testable import Processor

/// Segments with `shouldDisplayToAgent: false`.
@Suite struct HiddenSegmentTests {
  private func bundle(hides: Bool) throws -> CompiledBundle {
    func segment(_ id: String, _ more: String) -> String {
      "{\"kind\":\"segment\",\"id\":\"\(id)\",\"displayName\":\"\(id)\"\(more),\"journey\":{\"patterns\":[{\"criteria\":[],\"count\":1,\"streamType\":\"Web\",\"sessionType\":\"web\"}]}}"
    }
    let hidden = hides ? ",\"shouldDisplayToAgent\":false" : ""
    let text = "{\"entities\":[\(segment("a", "")),\(segment("b", hidden))]}"
    let check = DefinitionCheck([
      DefinitionDocument(file: "d", value: try DefinitionJSON.read(Array(text.utf8)))
    ])
    return CompiledBundle(try #require(check.bundle, "\(check.findings)"))
  }

  private func snapshot(_ harness: LaneHarness, _ id: String, _ definitions: CompiledBundle) throws
    -> DefinitionValue
  {
    var records = OutputBatch()
    let batch = LaneBatch(
      takenAt: EventTime(milliseconds: LaneHarness.start),
      inputs: [harness.input("web", [LaneHarness.event(id, at: 0)])],
      definitions: definitions)
    _ = harness.machine.reduce(batch, into: &records)
    let sessions = LaneHarness.read(records).of("sessions")
    return try DefinitionJSON.read(try #require(sessions.last?.value))
  }

  /// What subscribers read is told with its mark; what agents are shown leaves it out.
  @Test func agentsAreNotShownThem() throws {
    let harness = try LaneHarness()
    let before = try snapshot(harness, "1", try bundle(hides: false))
    #expect(before["card"]?["segments"] == .number("2"))
    guard case .array(let all) = before["segmentAssignments"] else { throw CodecError("no list") }
    #expect(all.map { $0["shouldDisplayToAgent"] } == [nil, nil])
    // The definition in force counts, not that of the time.
    let after = try snapshot(harness, "2", try bundle(hides: true))
    #expect(after["card"]?["segments"] == .number("1"))
    guard case .array(let marked) = after["segmentAssignments"] else { throw CodecError("no list") }
    #expect(marked.map { $0["segment"]?["id"]?.text } == ["a", "b"])
    #expect(marked.map { $0["shouldDisplayToAgent"] } == [nil, .bool(false)])
  }
}
