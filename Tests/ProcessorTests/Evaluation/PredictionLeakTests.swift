import EventLog
import Foundation
import JourneyModel
import JourneyRules
import LaneScenes
import Predictions
import SeededGenerator
import Sessionizer
import Testing

@testable import Processor
@testable import WireFormat

/// What comes later, or with the event that achieves an outcome, changes nothing that was said before, and
/// nothing that is learned from; and whatever a session brings, what it keeps for predictions is bounded.
@Suite struct PredictionLeakTests {
  /// An event of a session: its name and what else it says.
  private struct Step {
    var name: String
    var facts: String
  }

  /// What a session gave: the scores of its snapshot after each event, and its example.
  private struct Told {
    var scores: [String] = []
    var example: Example?
    var harness: LaneHarness
  }

  /// - Parameter isOneBatch: whether all of its events come at once; else each in a batch of its own.
  private func run(
    _ steps: [Step], isOneBatch: Bool = false, models: (CompiledBundle) throws -> ModelSet
  ) throws -> Told {
    let definitions = try PredictionScene.definitions()
    let models = try models(definitions)
    var told = Told(harness: try LaneHarness())
    var waiting: [String] = []
    for (index, step) in steps.enumerated() {
      let time = Int64(index) * 20_000
      waiting.append(LaneHarness.event("e\(index)", at: time, name: step.name, step.facts))
      guard !isOneBatch || index == steps.count - 1 else { continue }
      let written = told.harness.reduce(
        [told.harness.input("web", waiting)], takenAt: time, definitions: definitions, models: models)
      waiting = []
      told.scores.append(written.of("sessions").last.map { scores($0.text) } ?? "")
    }
    // Only the watermark puts a session out of reach, no tick: another customer comes much later.
    let closer = LaneHarness.event("closer", at: 864_000_000, of: LaneHarness.customer(1))
    let over = told.harness.reduce(
      [told.harness.input("web", [closer])], takenAt: 864_000_000, definitions: definitions, models: models)
    told.example = try over.of("examples").first.flatMap {
      try ExampleRecord(bytes: Compression.decompress($0.value ?? [])).examples.first
    }
    return told
  }

  private func scores(_ snapshot: String) -> String {
    guard let start = snapshot.range(of: ",\"outcomeScores\":["),
      let end = snapshot[start.upperBound...].range(of: "]")
    else { return "" }
    return String(snapshot[start.upperBound..<end.lowerBound])
  }

  /// A model that weighs nearly everything that these sessions have.
  private func models(_ definitions: CompiledBundle, _ tokens: Set<Token>) throws -> ModelSet {
    let model = try #require(try PredictionScene.models(definitions).models.first)
    let rows = tokens.sorted().map {
      OutcomeModel.Row(token: $0, weight: Int16($0.bits % 401) - 200)
    }.filter { $0.weight != 0 }
    return ModelSet([
      OutcomeModel(
        outcome: model.outcome, definition: model.definition, bias: -20, window: model.window, rows: rows,
        below: model.below, quality: model.quality)
    ])
  }

  private func step(_ generator: inout SeededGenerator) -> Step {
    let name = generator.pick(["view", "cart", "help", "search"])
    var facts = ""
    if generator.chance(70) { facts += ",\"page\":{\"pathname\":\"/\(name)/\(generator.pick(["a", "b"]))\"}" }
    if generator.chance(20) { facts += ",\"geolocation\":{\"country\":\"\(generator.pick(["DE", "FR"]))\"}" }
    if generator.chance(20) { facts += ",\"authenticated\":true" }
    if generator.chance(30) {
      facts += ",\"mktCampaign\":{\"source\":\"\(generator.pick(["mail", "news"]))\"}"
    }
    return Step(name: name, facts: facts)
  }

  @Test func whatComesLaterChangesNothingThatWasSaidBefore() throws {
    var (scored, learned) = (0, 0)
    for seed in UInt64(0)..<120 {
      var generator = SeededGenerator(seed: seed)
      let begin = (0..<Int(generator.pick(1...6))).map { _ in step(&generator) }
      // The event that pays, or another one, with facts that no event before it had.
      let isPaid = generator.chance(70)
      func turn() -> Step {
        var step = step(&generator)
        if isPaid { step.name = "paid" }
        step.facts = ",\"referrer\":{\"medium\":\"m\(generator.pick(0...99))\"}" + step.facts
        return step
      }
      let ends = (0..<2).map { _ in
        [turn()] + (0..<Int(generator.pick(0...4))).map { _ in step(&generator) }
      }
      // What these sessions have, so that the model weighs whatever could leak.
      var tokens: Set<Token> = []
      for end in ends {
        let plain = try run(begin + end) { _ in .empty }
        plain.example?.sets.forEach { _, set in for index in set.indices { tokens.insert(set[index]) } }
      }
      let told = try ends.map { end in try run(begin + end) { try models($0, tokens) } }
      #expect(Array(told[0].scores.prefix(begin.count)) == Array(told[1].scores.prefix(begin.count)))
      scored += told[0].scores.prefix(begin.count).count { !$0.isEmpty }
      let examples = try told.map { try #require($0.example) }
      // Nor where what comes later is there already, in the same batch.
      for (end, one) in zip(ends, told) {
        let whole = try run(begin + end, isOneBatch: true) { try models($0, tokens) }
        #expect(whole.example == one.example && whole.scores.last == one.scores.last)
      }
      for example in examples {
        #expect(example.achievedAt == [isPaid ? UInt16(begin.count + 1) : 0])
      }
      // Of what is learned from only the part before the outcome is looked at: it is the same.
      let learnedFrom = before(examples[0], begin.count)
      #expect(learnedFrom.count == begin.count && learnedFrom == before(examples[1], begin.count))
      if isPaid { learned += 1 }
    }
    #expect(scored > 200 && learned > 40)
  }

  private func before(_ example: Example, _ count: Int) -> [[UInt32]] {
    var sets: [[UInt32]] = []
    example.sets.forEach { position, tokens in
      if position <= count { sets.append(tokens.indices.map { tokens[$0].bits }) }
    }
    return sets
  }

  /// Two hundred names, a page that was never there before with each event, values of 64 KiB.
  @Test func whatASessionKeepsIsBounded() throws {
    let long = String(repeating: "x", count: 65_536)
    var sizes: [Int] = []
    for count in [400, 1_600] {
      let definitions = try PredictionScene.definitions()
      let harness = try LaneHarness()
      let events = (0..<count).map { index in
        let page = String(index, radix: 26).map { String($0) }.joined(separator: "/")
        let value = index % 50 == 0 ? long : "v\(index)"
        return LaneHarness.event(
          "e\(index)", at: Int64(index) * 1_000, name: "name\(index % 200)",
          ",\"page\":{\"pathname\":\"/p\(page)/\(index)\"},\"attributes\":{\"a\(index % 90)\":{\"dataType\":\"string\",\"value\":\"\(value)\"}},\"mktCampaign\":{\"source\":\"\(value)\"}"
        )
      }
      harness.reduce(
        [harness.input("web", events)], takenAt: Int64(count) * 1_000, definitions: definitions,
        models: try PredictionScene.models(definitions))
      let session = try #require(harness.machine.sessionizer.allSessions.first)
      let state = try #require(session.predictions)
      #expect(session.eventCount == count)
      #expect(state.features.names.count == FeatureLimits.names)
      #expect(state.features.seen.count == FeatureLimits.seenPrefixes)
      #expect(state.features.attributes.count <= FeatureLimits.attributes)
      #expect(state.draft?.sets.count == TokenSets.maxSets)
      state.draft = nil
      sizes.append(state.byteCount)
    }
    // With its tokens and sums, which are not stored: 500 bytes of these 1,815.
    #expect(sizes.allSatisfy { $0 < 1_900 }, "\(sizes)")
    #expect(sizes[0] == sizes[1], "four times the events, and not a byte more")
  }
}
