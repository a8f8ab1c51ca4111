import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Predictions
import Processor
import SeededGenerator
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools

/// The facts that weigh most: their names, their signs, in how many sessions they hold.
@Suite struct FactSurveyTests {
  private let definitions: CompiledBundle
  private let scene: VerificationScene

  init() throws {
    definitions = try PredictionScene.definitions()
    scene = try VerificationScene()
  }

  private func publish(_ events: [String], stream: String = "web") throws {
    let publisher = try scene.log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    for event in events {
      let value = Array(event.utf8)
      batch.append(stream, partition: -1, key: Array("\(batch.entries.count)".utf8), value: value)
    }
    try publisher.send(batch)
  }

  private func survey(_ models: ModelSet, strongest: Int = 10) async throws -> FactSurvey.Findings {
    let survey = FactSurvey(
      log: scene.log, settings: scene.settings.lanes, definitions: definitions, models: models,
      patience: .seconds(1))
    let takenAt = EventTime(milliseconds: LaneHarness.start + 864_000_000)
    return try await survey.run(strongest: strongest, takenAt: takenAt)
  }

  private func model(_ rows: [(Feature, Int16)]) throws -> ModelSet {
    let model = try #require(try PredictionScene.models(definitions).models.first)
    let rows = rows.map { OutcomeModel.Row(token: $0.0.token, weight: $0.1) }.sorted { $0.token < $1.token }
    return ModelSet([
      OutcomeModel(
        outcome: model.outcome, definition: model.definition, bias: 0, window: model.window, rows: rows,
        below: model.below, quality: model.quality)
    ])
  }

  private func name(_ text: String) -> UInt32 { Mixing.digest(text) }

  @Test func factsHaveNamesSignsAndShares() async throws {
    // Ten visits; three have a cart, one of them twice, and one is of a campaign.
    try publish(
      (0..<10).flatMap { number -> [String] in
        let customer = "c\(number)"
        let campaign = number == 9 ? ",\"mktCampaign\":{\"source\":\"mail\"}" : ""
        let names = ["view"] + (number < 3 ? ["cart"] : []) + (number == 0 ? ["cart"] : [])
        return names.enumerated().map { index, name in
          LaneHarness.event(
            "\(customer)-\(index)", at: Int64(index) * 1_000, of: customer, name: name, campaign)
        }
      })
    let unknown = Feature(.last, name("nobody says this"))
    let findings = try await survey(
      try model([
        (Feature(.last, name("cart")), 900), (Feature(.count, name("cart"), 1), 1_200),
        (Feature(.fact, UInt32(FactSlot.campaignSource.rawValue), name("mail")), -2_000),
        (Feature(.last, name("view")), -5), (unknown, 40),
      ]), strongest: 5)
    #expect(findings.sessions == 10)
    #expect(
      findings.facts["purchase"] == [
        .init(text: "campaignSource 'mail'", weight: -2_000, sessions: 1),
        .init(text: "cart, 2", weight: 1_200, sessions: 1),
        .init(text: "newest is cart", weight: 900, sessions: 3),
        .init(text: "#" + String(unknown.token.bits, radix: 16), weight: 40, sessions: 0),
        .init(text: "newest is view", weight: -5, sessions: 10),
      ], "\(findings.facts)")
    let two = try await survey(
      try model([(Feature(.last, name("cart")), 900), (Feature(.last, name("view")), -901), (unknown, 40)]),
      strongest: 2)
    #expect(two.facts["purchase"]?.map(\.weight) == [-901, 900])
  }

  /// Of equal weights the order is the tokens', whatever the model's was.
  @Test func equalWeightsHaveAnOrder() throws {
    let features = (0..<20).map { Feature(.last, UInt32($0) + 1) }
    let model = try #require(try model(features.map { ($0, $0.first % 2 == 0 ? 7 : -7) }).models.first)
    let rows = FactSurvey.strongest(model, 20)
    #expect(rows.map(\.token) == rows.map(\.token).sorted() && rows.count == 20)
    #expect(FactSurvey.strongest(model, 3) == Array(rows.prefix(3)))
    #expect(FactSurvey.strongest(model, 0).isEmpty)
  }

  /// What a model has learned is told of the very sessions that it has learned from.
  @Test func whatIsLearnedHasNames() async throws {
    var generator = SeededGenerator(seed: 5)
    let visits = ShopVisits(1_500, &generator)
    let records = try ExampleScene.records(
      visits.events.map(\.json) + visits.closers, lanes: 2, cutBy: 3, definitions
    ).map { try ExampleRecord(bytes: Compression.decompress($0.value ?? [])) }
    let outcome = try #require(definitions.bundle.predictedOutcomes.first)
    let result = Trainer().train(outcome, on: TrainingWindow(records, TrainingSettings()), current: nil)
    guard case .published(let model) = result.decision else {
      Issue.record("\(result.decision)")
      return
    }
    try publish(visits.events.map(\.json))
    let findings = try await survey(ModelSet([model]), strongest: 200)
    #expect(findings.sessions == 1_500)
    let facts = try #require(findings.facts["purchase"])
    #expect(facts.count == min(200, model.rows.count))
    #expect(facts.map(\.weight.magnitude) == facts.map(\.weight.magnitude).sorted(by: >))
    // A model has weights for numbers as well that nobody came to: those have no name.
    #expect(facts.allSatisfy { $0.text.hasPrefix("#") == ($0.sessions == 0) }, "\(facts)")
    #expect(facts.filter { $0.sessions >= 10 }.count >= 20, "\(facts)")
    #expect(facts.contains { $0.text.contains("cart") && $0.weight > 0 })
    #expect(facts.contains { $0.text.contains("help") && $0.weight < 0 })
  }

  @Test func withoutEventsFactsKeepTheirNumbers() async throws {
    let findings = try await survey(try PredictionScene.models(definitions))
    #expect(findings.sessions == 0)
    #expect(findings.facts["purchase"]?.count == 2)
    #expect(findings.facts["purchase"]?.allSatisfy { $0.text.hasPrefix("#") && $0.sessions == 0 } ?? false)
    #expect(try await survey(.empty).facts.isEmpty)
  }

  /// Only the newest records are read.
  @Test(arguments: [-1, 0, 1]) func theNewestRecordsAreRead(beyond: Int) async throws {
    let share = FactSurvey.maxRecords / (4 * Int(VerificationScene.partitions))
    let customer = "one"
    let first = LaneHarness.event("first", at: 0, of: customer, name: "first")
    let others = (0..<share - 1 + beyond).map {
      LaneHarness.event("e\($0)", at: Int64($0) + 1, of: customer, name: "view")
    }
    let publisher = try scene.log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    for event in [first] + others { batch.append("web", partition: 0, key: nil, value: Array(event.utf8)) }
    try publisher.send(batch)
    let findings = try await survey(try model([(Feature(.last, name("first")), 5)]))
    #expect(findings.facts["purchase"]?.map(\.sessions) == [beyond > 0 ? 0 : 1])
    #expect(findings.sessions == 1)
  }
}
