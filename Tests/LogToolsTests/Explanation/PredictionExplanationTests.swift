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

/// What explanations say of predictions: the score that was told, to the unit, and what made it.
@Suite struct PredictionExplanationTests {
  private typealias Explained = LogTools.Explanation

  /// Explains the purchase in a session of recorded events.
  private func recorded(
    _ names: [String], models: ModelSet?, of definitions: CompiledBundle, gap: Int64 = 1_000,
    explaining asked: Definition? = nil
  ) async throws -> Explained {
    let events = names.enumerated().map { index, name in
      ExplanationScene.event("e\(index)", at: Int64(index) * gap, name)
    }
    let scene = try ExplanationScene([ExplanationScene.segment("s")], web: events)
    let session = ExplanationScene.session(openedBy: "e0")
    guard case .found(let customer, let lane) = try await scene.events().search(session) else {
      throw CodecError("no session")
    }
    let purchase = definitions.bundle.entries.map(\.definition).first {
      $0.kind == .outcome && $0.id == "purchase"
    }
    let definition = try #require(asked ?? purchase)
    return try #require(
      try await scene.events().explain(
        definition, of: definitions, session: session, customer: customer, lane: lane, models: models))
  }

  @Test func eachEventSaysWhatItMoved() async throws {
    let definitions = try PredictionScene.definitions()
    let models = try PredictionScene.models(definitions, bias: -100)
    let explanation = try await recorded(
      ["view", "cart", "help", "paid", "view"], models: models, of: definitions)
    let prediction = try #require(explanation.prediction)
    #expect(explanation.held)
    // With the event that pays, and after it, nothing is scored.
    #expect(prediction.moves.map(\.name) == ["view", "cart", "help"])
    #expect(prediction.moves.map(\.moment.event) == ["e0", "e1", "e2"])
    #expect(prediction.moves.map(\.before.sum) == [-100, -100, 1_948])
    #expect(prediction.moves.map(\.after.sum) == [-100, 1_948, -1_636])
    #expect(
      prediction.moves.map { $0.rows.map { "\($0.text) \($0.weight)" } } == [
        [], ["newest is cart 2048"], ["newest is cart -2048", "newest is help -1536"],
      ])
    #expect(prediction.bias == -100 && prediction.score.sum == -1_636)
    #expect(prediction.rows == [.init(text: "newest is help", family: .last, weight: -1_536)])
    #expect(prediction.model == models.models.first?.hash)
    #expect(prediction.score.probability == Probability.millionths[Probability.index(of: -1_636)])
    #expect(prediction.omittedMoves == 0)
  }

  @Test func withoutModelsOrPredictorsThereIsNone() async throws {
    let definitions = try PredictionScene.definitions()
    #expect(try await recorded(["view"], models: nil, of: definitions).prediction == nil)
    let unpredicted = try PredictionScene.definitions(isPredicted: false)
    let models = try PredictionScene.models(definitions)
    #expect(try await recorded(["view"], models: models, of: unpredicted).prediction == nil)
    // What is achieved with the first event was never scored.
    #expect(try await recorded(["paid", "view"], models: models, of: definitions).prediction == nil)
  }

  @Test(arguments: [ScoredEvents.maxMoves - 1, ScoredEvents.maxMoves, ScoredEvents.maxMoves + 1])
  func theNewestMovesStay(count: Int) async throws {
    let definitions = try PredictionScene.definitions()
    let names = (0..<count).map { $0 % 2 == 0 ? "view" : "cart" }
    let explanation = try await recorded(
      names, models: try PredictionScene.models(definitions), of: definitions)
    let prediction = try #require(explanation.prediction)
    #expect(prediction.moves.count == min(count, ScoredEvents.maxMoves))
    #expect(prediction.omittedMoves == max(count - ScoredEvents.maxMoves, 0))
    #expect(prediction.moves.last?.moment.event == "e\(count - 1)")
  }

  /// What a map asks of a prediction, and what was said: when it qualified, else with the newest event.
  @Test func mapsSayWhatWasPredicted() async throws {
    let maps = [
      PredictionScene.map(
        "fallen", "triggerWithOutcomeProbabilityConditions",
        #""maximumProbability":0.7,"probability":0.3"#),
      PredictionScene.map(
        "sure", "triggerWithOutcomeProbabilityConditions", #""maximumProbability":0.99"#),
    ]
    let definitions = try PredictionScene.definitions(maps)
    let models = try PredictionScene.models(definitions)
    for (id, held) in [("fallen", true), ("sure", false)] {
      let map = try #require(
        definitions.bundle.entries.map(\.definition).first { $0.kind == .actionMap && $0.id == id })
      // The cart makes it likely, help unlikely; what comes after no longer counts for who has qualified.
      let explanation = try await recorded(
        ["view", "cart", "help", "view", "cart"], models: models, of: definitions, explaining: map)
      let prediction = try #require(explanation.predictions.first)
      #expect(explanation.predictions.count == 1)
      #expect(prediction.held == held && prediction.displayName != nil && !prediction.isAchieved)
      func said(_ sum: Int32) -> Double {
        Double(Probability.millionths[Probability.index(of: sum)]) / 1e6
      }
      let newest = said(held ? -1_536 : 2_048)
      #expect(prediction.said == .init(newest: newest, highest: said(2_048)))
    }
    let paid = try #require(
      definitions.bundle.entries.map(\.definition).first { $0.kind == .actionMap && $0.id == "sure" })
    let explanation = try await recorded(
      ["view", "paid"], models: models, of: definitions, explaining: paid)
    #expect(explanation.predictions.first?.isAchieved == true)
    let unpredicted = try await recorded(["view"], models: nil, of: definitions, explaining: paid)
    #expect(unpredicted.predictions.first?.said == nil)
  }

  // MARK: - From a log

  private func send(_ batch: OutputBatch, _ scene: VerificationScene) throws {
    let publisher = try scene.log.makePublisher()
    defer { publisher.close() }
    try publisher.send(batch)
  }

  private func scores(_ scene: VerificationScene) throws -> [String: DefinitionValue] {
    var scores: [String: DefinitionValue] = [:]
    for lane in LaneNumber.all(of: VerificationScene.partitions) {
      for record in try scene.records(TopicPartition(scene.topics.sessions, lane: lane)) {
        guard let key = record.key, let value = record.value else { continue }
        guard case .array(let all)? = try DefinitionJSON.read(value)["outcomeScores"] else { continue }
        scores[String(decoding: key, as: UTF8.self)] = all.first
      }
    }
    return scores
  }

  @Test func whatIsExplainedIsWhatWasTold() async throws {
    let scene = try VerificationScene { $0.maxBatchEvents = 400 }
    let definitions = try PredictionScene.definitions()
    let inForce = DefinitionRecords.Current(
      bundle: definitions.hash.description, revision: 2, appliedAt: scene.clock.now)
    try send(
      try DefinitionRecords.records(definitions.bundle, as: inForce, topic: scene.topics.definitions), scene)
    let models = try PredictionScene.models(definitions)
    let current = ModelRecords.Current(set: models.name, revision: 1, trainedAt: scene.clock.now)
    try send(ModelRecords.records(models, as: current, topic: scene.topics[.models]), scene)
    var generator = SeededGenerator(seed: 12)
    let visits = ShopVisits(60, &generator)
    var batch = OutputBatch()
    for event in visits.events {
      batch.append("web", partition: -1, key: Array(event.customer.utf8), value: Array(event.json.utf8))
    }
    try send(batch, scene)
    scene.clock.set(LaneHarness.start + (visits.events.last?.time ?? 0))
    try await scene.work()

    let told = try scores(scene)
    let outcome = try #require(definitions.bundle.entries.map(\.definition).first { $0.id == "purchase" })
    let events = JournaledEvents(log: scene.log, settings: scene.settings.lanes)
    func explain(_ place: SwitchedRun.Place) throws -> (explanation: Explained?, notes: [String]) {
      try events.explain(
        outcome, of: definitions, by: .bundlesOfThen, session: place.session, customer: place.customer,
        lane: place.lane)
    }
    let places = try SwitchedRun.places(scene)
    for place in places {
      let (explanation, notes) = try explain(place)
      #expect(notes.isEmpty)
      guard let score = told[place.session.text] else {
        #expect(explanation?.prediction == nil)
        continue
      }
      let prediction = try #require(explanation?.prediction)
      #expect(millionths(score["probability"]) == Int(prediction.score.probability))
      #expect(millionths(score["quantile"]) == Int(prediction.quantile) * 100)
      #expect(prediction.rows.reduce(prediction.bias) { $0 + $1.weight } == prediction.score.sum)
      #expect(prediction.moves.last?.after == prediction.score)
      for move in prediction.moves {
        #expect(move.rows.reduce(move.before.sum) { $0 + $1.weight } == move.after.sum)
      }
      for (one, next) in zip(prediction.moves, prediction.moves.dropFirst()) {
        #expect(next.before == one.after)
      }
    }
    #expect(told.count > 30)

    // Models that are gone are said to be.
    let partition = TopicPartition(scene.topics[.models], 0)
    let model = try #require(
      try scene.records(partition).first { String(decoding: $0.key ?? [], as: UTF8.self).hasPrefix("model/") }
    )
    try scene.log.altering(partition, at: model.offset, { _ in nil }) {
      let (explanation, notes) = try explain(try #require(places.first))
      #expect(explanation?.prediction == nil)
      #expect(notes.contains { $0.hasPrefix("the models of") }, "\(notes)")
    }
  }

  private func millionths(_ value: DefinitionValue?) -> Int? {
    guard case .number(let text)? = value, let number = Double(text) else { return nil }
    return Int((number * 1_000_000).rounded())
  }
}
