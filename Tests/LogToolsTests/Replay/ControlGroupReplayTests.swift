import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Predictions
import Processor
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

@testable import LogTools

/// Sessions in which predictions trigger nothing, from events to the records that say so.
@Suite struct ControlGroupReplayTests {
  private func actions(_ lines: [String], share: Int?, lanes: Int32 = 4) async throws -> [String] {
    let maps = [
      PredictionScene.map("top", "triggerWithOutcomeProbabilityConditions", #""maximumProbability":0.7"#)
    ]
    let definitions = try PredictionScene.definitions(maps)
    var rules = RuleSettings()
    if let share { rules.controlGroup = ControlGroup(share: share) }
    let results = ReplayTests.Results()
    var replay = Replay(
      settings: LaneHarness.settings {
        $0.partitions = lanes
        $0.sessions.rules = rules
      }, takenAt: EventTime(milliseconds: LaneHarness.start + 31_536_000_000), closes: false,
      definitions: CompiledBundle(definitions.bundle, settings: rules))
    replay.models = try PredictionScene.models(definitions)
    let source = ReplayTests.Lines(lines, input: 0, size: 100)
    let sink = Replay.Sink(
      sessions: { await results.add(sessions: $0) }, rejected: { await results.add($0) },
      progress: { await results.add(progress: $0) },
      events: { if $0 == .actions { await results.add(derived: $1) } })
    _ = try await replay.run([Replay.Input(stream: .web) { await source.chunk() }], into: sink)
    return await results.derived.sorted()
  }

  /// The sessions of records that have a text.
  private func sessions(_ records: [String], with text: String) throws -> Set<String> {
    var ids: Set<String> = []
    for record in records where record.contains(text) {
      guard case .string(let id)? = try DefinitionJSON.read(Array(record.utf8))["session"]?["id"] else {
        throw CodecError("no session in \(record)")
      }
      ids.insert(id)
    }
    return ids
  }

  @Test func aShareQualifiesAndIsNotOffered() async throws {
    var generator = SeededGenerator(seed: 4)
    let visits = ShopVisits(400, &generator)
    let lines = visits.events.map(\.json) + visits.closers
    let usual = try await actions(lines, share: nil)
    #expect(try await actions(lines, share: 0) == usual)
    let all = try sessions(usual, with: "\"offered\"")
    #expect(all.count > 100)
    let records = try await actions(lines, share: 250_000)
    #expect(try await actions(lines, share: 250_000, lanes: 1) == records)
    let offered = try sessions(records, with: "\"offered\"")
    let held = try sessions(records, with: "\"blockingReason\":\"ControlGroup\"")
    // Whoever was offered it is offered it, or is told to be held back, by the id alone.
    #expect(offered.isDisjoint(with: held) && offered.union(held) == all)
    #expect(try sessions(records, with: "\"qualified\"") == sessions(usual, with: "\"qualified\""))
    let group = ControlGroup(share: 250_000)
    #expect(
      try held
        == all.filter { id in group.contains(try #require(SessionID(text: Array(id.utf8)))) })
    #expect(held.count > all.count / 8 && held.count < all.count / 2)
  }
}
