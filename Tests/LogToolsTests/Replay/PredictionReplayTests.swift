import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Predictions
import Processor
import SeededGenerator
import Testing
import WireFormat

@testable import LogTools

/// Predictions in replays: the same for any number of lanes and any cuts; learning as it goes.
@Suite struct PredictionReplayTests {
  private static let maps = [
    PredictionScene.map(
      "fallen", "triggerWithOutcomeProbabilityConditions", #""maximumProbability":0.7,"probability":0.3"#),
    PredictionScene.map("top", "triggerWithOutcomeQuantileConditions", #""maxQuantileThreshold":0.85"#),
  ]

  private func visits(_ count: Int, seed: UInt64 = 1) -> ShopVisits {
    var generator = SeededGenerator(seed: seed)
    return ShopVisits(count, &generator)
  }

  private func replay(
    _ lines: [String], lanes: Int32 = 4, size: Int = 1_000, models: ModelSet = .empty, learns: Bool = false
  ) async throws -> (summary: Replay.Summary, sessions: [String], actions: [String]) {
    let results = ReplayTests.Results()
    let takenAt = EventTime(milliseconds: LaneHarness.start + 31_536_000_000)
    var replay = Replay(
      settings: LaneHarness.settings { $0.partitions = lanes }, takenAt: takenAt, closes: false,
      definitions: try PredictionScene.definitions(PredictionReplayTests.maps))
    replay.models = models
    replay.learns = learns
    let source = ReplayTests.Lines(lines, input: 0, size: size)
    let sink = Replay.Sink(
      sessions: { await results.add(sessions: $0) }, rejected: { await results.add($0) },
      progress: { await results.add(progress: $0) },
      events: { if $0 == .actions { await results.add(derived: $1) } })
    let summary = try await replay.run([Replay.Input(stream: .web) { await source.chunk() }], into: sink)
    return (summary, await results.sessions.sorted(), await results.derived.sorted())
  }

  @Test func lanesAndPortionsDecideNothing() async throws {
    let visits = visits(300)
    let lines = visits.events.map(\.json) + visits.closers
    let models = try PredictionScene.models(PredictionScene.definitions(PredictionReplayTests.maps))
    let one = try await replay(lines, lanes: 1, models: models)
    #expect(one.summary.applied == lines.count)
    #expect(one.sessions.count { $0.contains("\"outcomeScores\":[") } > 250)
    for map in ["fallen", "top"] {
      #expect(one.actions.count { $0.contains("\"id\":\"\(map)\"") && $0.contains("\"offered\"") } > 20)
    }
    for (lanes, size) in [(1, 7), (4, 1_000), (4, 13), (2, 100)] as [(Int32, Int)] {
      let other = try await replay(lines, lanes: lanes, size: size, models: models)
      #expect(other.sessions == one.sessions)
      // The lane is in no value.
      #expect(other.actions == one.actions)
    }
  }

  /// What lanes write of sessions that are over, from one lane or four, in batches that end anywhere.
  private func examples(
    _ lines: [String], lanes: Int32, cutBy seed: UInt64?, _ definitions: CompiledBundle
  ) throws -> [ExampleRecord] {
    try ExampleScene.records(lines, lanes: lanes, cutBy: seed, definitions).map { record in
      #expect((0..<lanes).contains(record.partition) && record.key == nil)
      return try ExampleRecord(bytes: Compression.decompress(record.value ?? []))
    }
  }

  @Test func theSameIsLearnedFromOneLaneAndFour() throws {
    let visits = visits(400)
    let lines = visits.events.map(\.json) + visits.closers
    let definitions = try PredictionScene.definitions()
    let outcome = try #require(definitions.bundle.predictedOutcomes.first)
    var models: [[UInt8]] = []
    for (lanes, seed) in [(1, nil), (1, 1), (4, nil), (4, 2), (4, 3)] as [(Int32, UInt64?)] {
      let records = try examples(lines, lanes: lanes, cutBy: seed, definitions)
      #expect(records.reduce(0) { $0 + $1.examples.count } == 400)
      #expect(records.allSatisfy { $0.outcomes == [outcome] })
      if seed != nil { #expect(records.count > 3) }
      let window = TrainingWindow(records, TrainingSettings())
      let result = Trainer().train(outcome, on: window, current: nil)
      guard case .published(let model) = result.decision else {
        Issue.record("\(result)")
        return
      }
      models.append(model.bytes)
    }
    #expect(models.allSatisfy { $0 == models[0] })
  }

  /// A visit says what it was like after each event, and with which one it paid.
  @Test func anExampleIsWhatWasScored() throws {
    let names = ["view", "cart", "help", "paid", "view"]
    let events = names.enumerated().map { index, name in
      LaneHarness.event("e\(index)", at: Int64(index) * 1_000, name: name)
    }
    let closer = LaneHarness.event("closer", at: 864_000_000)
    let definitions = try PredictionScene.definitions()
    let records = try examples(events + [closer], lanes: 1, cutBy: nil, definitions)
    let example = try #require(records.first?.examples.first)
    #expect(records.count == 1 && records[0].examples.count == 1)
    #expect(example.achievedAt == [4] && example.sets.count == 5)
    #expect(example.startedAt.milliseconds == LaneHarness.start)
    #expect(example.closedAt.milliseconds == LaneHarness.start + 4_000)
    example.sets.forEach { position, tokens in
      #expect(tokens.contains(Feature(.last, Mixing.digest(names[position - 1])).token))
    }
  }

  @Test func aReplayLearnsAsItGoesOn() async throws {
    let visits = visits(700, seed: 5)
    let lines = visits.events.map(\.json) + visits.closers
    let learned = try await replay(lines, size: 100, learns: true)
    let report = try #require(learned.summary.learned)
    #expect(report.examples == 700)
    #expect(report.runs >= 2 && report.published >= 1)
    #expect(learned.actions.contains { $0.contains("\"offered\"") })
    let again = try await replay(lines, size: 100, learns: true)
    #expect(again.summary == learned.summary && again.sessions == learned.sessions)
    #expect(again.actions == learned.actions)
    // What it has learned scores another replay.
    let models = try ModelSet(bytes: report.models)
    #expect(models.models.count == 1)
    let scored = try await replay(lines, models: models)
    #expect(scored.sessions.count { $0.contains("\"outcomeScores\":[") } > 650)
    let quality = try #require(models.models.first?.quality)
    #expect(quality.areaUnderCurve > 700_000 && quality.logLoss < quality.baseLogLoss)
  }
}
