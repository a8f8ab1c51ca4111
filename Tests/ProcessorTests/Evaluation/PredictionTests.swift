import EventLog
import Foundation
import JourneyModel
import JourneyRules
import LaneScenes
import Predictions
import Sessionizer
import Testing

@testable import Processor
@testable import WireFormat

/// Predictions in a lane: what is scored after which event, which maps that triggers, what is stored.
@Suite struct PredictionTests {
  private static let maps = [
    PredictionScene.map(
      "fallen", "triggerWithOutcomeProbabilityConditions", #""maximumProbability":0.7,"probability":0.3"#),
    PredictionScene.map("top", "triggerWithOutcomeQuantileConditions", #""maxQuantileThreshold":0.85"#),
    PredictionScene.map("tenth", "triggerWithOutcomePercentileConditions", #""maximumPercentile":90"#),
    PredictionScene.map("never", "triggerWithOutcomeProbabilityConditions", #""maximumProbability":0.89"#),
  ]

  /// What a run wrote.
  private struct Told {
    /// `map state event`, in order.
    var actions: [String] = []
    /// The newest snapshot's scores after each batch, or nothing.
    var scores: [String] = []
    /// Values and headers of whatever rules gave.
    var derived: [String] = []
    var harness: LaneHarness
  }

  /// Lets events take place, a minute apart, in batches that end where the list says.
  private func run(
    _ names: [String], cuts: Set<Int>? = nil, maps: [String] = maps, isPredicted: Bool = true,
    models: ((CompiledBundle) throws -> ModelSet)? = nil, at minutes: [Int64]? = nil, takenAt: Int64? = nil
  ) throws -> Told {
    let definitions = try PredictionScene.definitions(maps, isPredicted: isPredicted)
    let models = try models?(definitions) ?? PredictionScene.models(definitions)
    var told = Told(harness: try LaneHarness())
    var waiting: [String] = []
    for (number, name) in names.enumerated() {
      let minute = minutes?[number] ?? Int64(number)
      waiting.append(LaneHarness.event("e\(number)", at: minute * 60_000, name: name))
      guard number == names.count - 1 || cuts.map({ $0.contains(number) }) ?? true else { continue }
      let written = told.harness.reduce(
        [told.harness.input("web", waiting)], takenAt: takenAt ?? minute * 60_000, definitions: definitions,
        models: models)
      waiting = []
      for record in written.of("actions") {
        let value = try DefinitionJSON.read(record.value ?? [])
        let action = value["webActionEvent"]?["action"]
        told.actions.append(
          "\(value["webActionEvent"]?["actionMap"]?["id"]?.text ?? "?") \(action?["state"]?.text ?? "?") \(value["correlationId"]?.text ?? "?")"
        )
        told.derived.append(record.text)
      }
      told.derived += (written.of("segments") + written.of("outcomes")).map(\.text)
      told.scores.append(written.of("sessions").last.map { scores($0.text) } ?? "no snapshot")
    }
    return told
  }

  /// The member of a snapshot.
  private func scores(_ snapshot: String) -> String {
    guard let start = snapshot.range(of: ",\"outcomeScores\":["),
      let end = snapshot[start.upperBound...].range(of: "]")
    else { return "" }
    return String(snapshot[start.upperBound..<end.lowerBound])
  }

  private func score(_ probability: String, _ highest: String, _ quantile: String, _ most: String) -> String {
    let percent = { (text: String) in text == "0.9" ? "90" : "0" }
    return "{\"outcome\":{\"id\":\"purchase\",\"selfUri\":\"/api/v2/journey/outcomes/purchase\"},"
      + "\"probability\":\(probability),\"sessionMaxProbability\":\(highest),\"quantile\":\(quantile),"
      + "\"sessionMaxQuantile\":\(most),\"percentile\":\(percent(quantile)),"
      + "\"sessionMaxPercentile\":\(percent(most))}"
  }

  private static let history = ["view", "cart", "view", "help", "cart", "paid", "help", "cart"]

  @Test func mapsFireAtTheRightEvent() throws {
    let told = try run(PredictionTests.history)
    #expect(
      told.actions == [
        "tenth qualified e1", "top qualified e1", "tenth offered e1", "top offered e1", "fallen qualified e3",
        "fallen offered e3",
      ])
    let half = "0.500977"
    let high = "0.881207"
    let low = "0.183009"
    #expect(
      told.scores == [
        score(half, half, "0", "0"), score(high, high, "0.9", "0.9"), score(half, high, "0", "0.9"),
        score(low, high, "0", "0.9"), score(high, high, "0.9", "0.9"), score(high, high, "0.9", "0.9"),
        score(high, high, "0.9", "0.9"), score(high, high, "0.9", "0.9"),
      ], "frozen with the purchase")
    let reason =
      #""because":[{"prediction":{"outcome":"purchase","probability":0.183009,"sessionMaxProbability":0.881207,"#
      + #""quantile":0,"sessionMaxQuantile":0.9,"percentile":0,"sessionMaxPercentile":90},"count":1,"events":["e3"]}]"#
    #expect(told.derived.contains { $0.contains("\"fallen\"") && $0.contains(reason) }, "\(told.derived)")
  }

  /// Nobody is asked to buy what he has bought.
  @Test func nothingFiresOnceTheOutcomeIsAchieved() throws {
    let told = try run(["view", "paid", "cart", "help"])
    #expect(told.actions.isEmpty)
    #expect(told.scores.last == score("0.500977", "0.500977", "0", "0"))
    // Achieved with its first event, it is never predicted.
    let first = try run(["paid", "cart", "help"])
    #expect(first.actions.isEmpty && first.scores.allSatisfy(\.isEmpty))
  }

  /// Where no map asks, scores are left until somebody reads them.
  @Test(arguments: [maps, []]) func whereBatchesEndDecidesNothing(_ maps: [String]) throws {
    let names = PredictionTests.history + ["cart", "view"]
    let whole = try run(names, cuts: [], maps: maps, takenAt: 600_000)
    let state = StateCodec.encoded(try #require(whole.harness.machine.sessionizer.allSessions.first))
    for cuts in 0..<512 {
      let told = try run(
        names, cuts: Set((0..<9).filter { cuts >> $0 & 1 == 1 }), maps: maps, takenAt: 600_000)
      #expect(told.derived == whole.derived)
      #expect(told.scores.last == whole.scores.last)
      let session = try #require(told.harness.machine.sessionizer.allSessions.first)
      #expect(StateCodec.encoded(session) == state)
    }
  }

  @Test func lateEventsAreScoredAndTimersAreNot() throws {
    // The second event is older than the first.
    let late = try run(["view", "cart"], at: [20, 5])
    #expect(late.scores.last == score("0.881207", "0.881207", "0.9", "0.9"))
    let harness = late.harness
    let definitions = try PredictionScene.definitions(PredictionTests.maps)
    let models = try PredictionScene.models(definitions, bias: 3_000)
    let ended = harness.reduce(
      [], takenAt: 7_200_000, tick: 7_200_000, definitions: definitions, models: models)
    #expect(ended.of("sessions").map { scores($0.text) } == [score("0.881207", "0.881207", "0.9", "0.9")])
  }

  @Test func aMergeKeepsTheHigherAndLearnsFromNeither() throws {
    let told = try run(["cart", "help", "view", "view"], at: [0, 1, 30, 16])
    let sessions = told.harness.machine.sessionizer.allSessions
    #expect(sessions.count == 1)
    #expect(told.scores.last == score("0.500977", "0.881207", "0", "0.9"))
    #expect(sessions.first?.predictions?.draft == nil)
    #expect(sessions.first?.predictions?.features.eventCount == 4)
  }

  /// What no map asks for is the same, whenever it is read: also by a merge and an achievement.
  @Test(arguments: [nil, []] as [Set<Int>?])
  func scoresThatNobodyAsksForAreTheSame(_ cuts: Set<Int>?) throws {
    let high = score("0.881207", "0.881207", "0.9", "0.9")
    for count in 1...PredictionTests.history.count {
      let names = Array(PredictionTests.history.prefix(count))
      let asked = try run(names, cuts: cuts)
      let left = try run(names, cuts: cuts, maps: [])
      #expect(left.scores == asked.scores, "\(count) events")
    }
    #expect(try run(PredictionTests.history, cuts: cuts, maps: []).scores.last == high)
    let merged = try run(
      ["view", "cart", "help", "view", "view"], cuts: cuts, maps: [], at: [0, 1, 2, 31, 17])
    #expect(merged.harness.machine.sessionizer.allSessions.count == 1)
    #expect(merged.scores.last == score("0.500977", "0.881207", "0", "0.9"))
  }

  @Test func withoutAModelNothingIsScoredButLearned() throws {
    let told = try run(PredictionTests.history, models: { _ in .empty })
    #expect(told.actions.isEmpty && told.scores.allSatisfy(\.isEmpty))
    let session = try #require(told.harness.machine.sessionizer.allSessions.first)
    #expect(session.rules.scores.isEmpty)
    #expect(session.predictions?.draft?.achievedAt == [6])
    #expect(session.predictions?.draft?.sets.count == 8)
    #expect(told.harness.journals.allSatisfy { $0.models == ModelSet.empty.name })
  }

  /// The newest scores of one visitor, event by event, each under models of its own.
  private func scores(_ events: [(name: String, models: ModelSet)], _ definitions: CompiledBundle) throws
    -> (told: [String], names: [String?])
  {
    let harness = try LaneHarness()
    let told = events.enumerated().map { number, event in
      let input = LaneHarness.event("e\(number)", at: Int64(number) * 1_000, name: event.name)
      let written = harness.reduce(
        [harness.input("web", [input])], definitions: definitions, models: event.models)
      return scores(written.of("sessions").last?.text ?? "")
    }
    return (told, harness.journals.map(\.models))
  }

  /// The model goes: its newest scores are no longer shown, nor acted on.
  @Test func whatNoModelSaysAnyMoreLapses() throws {
    let definitions = try PredictionScene.definitions(PredictionTests.maps)
    let models = try PredictionScene.models(definitions)
    let (told, names) = try scores([("cart", models), ("view", .empty), ("cart", models)], definitions)
    let high = score("0.881207", "0.881207", "0.9", "0.9")
    #expect(told == [high, "", high])
    #expect(names == [models.name, ModelSet.empty.name, models.name])
  }

  /// Nobody predicts the outcome any more: what was said last is not shown, and no map acts on it. Once it is
  /// predicted again, the highest is still what it was.
  @Test(
    arguments: [(false, true), (true, false), (false, false)] as [(isPredicted: Bool, isActive: Bool)],
    [[], maps])
  func whatIsNoLongerPredictedLapses(
    _ later: (isPredicted: Bool, isActive: Bool), _ before: [String]
  ) throws {
    let first = try PredictionScene.definitions(before)
    let models = try PredictionScene.models(first)
    let low = PredictionScene.map(
      "low", "triggerWithOutcomeProbabilityConditions", #""maximumProbability":0.05"#)
    let second = try PredictionScene.definitions(
      before + [low], isPredicted: later.isPredicted, isActive: later.isActive)
    let harness = try LaneHarness()
    var (told, acted): ([String], [String]) = ([], [])
    for (number, (name, definitions)) in [
      ("view", first), ("cart", first), ("view", second), ("view", second), ("help", first),
    ].enumerated() {
      let event = LaneHarness.event("e\(number)", at: Int64(number) * 1_000, name: name)
      let written = harness.reduce(
        [harness.input("web", [event])], definitions: definitions, models: models)
      told.append(scores(written.of("sessions").last?.text ?? ""))
      acted += written.of("actions").map(\.text).filter { $0.contains("\"low\"") }
    }
    #expect(
      told == [
        score("0.500977", "0.500977", "0", "0"), score("0.881207", "0.881207", "0.9", "0.9"), "", "",
        score("0.183009", "0.881207", "0", "0.9"),
      ])
    #expect(acted.isEmpty, "\(acted)")
  }

  @Test func modelsThatComeLaterScoreFromThenOn() throws {
    let definitions = try PredictionScene.definitions(PredictionTests.maps)
    let models = try PredictionScene.models(definitions)
    let (told, _) = try scores(
      [("view", .empty), ("cart", .empty), ("view", models), ("cart", .empty), ("help", models)], definitions)
    #expect(
      told == [
        "", "", score("0.500977", "0.500977", "0", "0"), "", score("0.183009", "0.500977", "0", "0"),
      ])
  }

  /// What one set of models added up is no part of what the next one says.
  @Test func eachSetOfModelsSaysItsOwn() throws {
    let definitions = try PredictionScene.definitions(PredictionTests.maps)
    let models = try PredictionScene.models(definitions)
    let others = try PredictionScene.models(definitions, bias: -2_048)
    let (told, _) = try scores(
      [("view", models), ("view", models), ("view", others), ("view", others), ("view", models)], definitions)
    let half = score("0.500977", "0.500977", "0", "0")
    let low = score("0.119614", "0.500977", "0", "0")
    #expect(told == [half, half, low, low, half])
  }

  @Test func aModelOfAnotherDefinitionScoresNothing() throws {
    let told = try run(
      PredictionTests.history,
      models: { definitions in
        let model = try #require(try PredictionScene.models(definitions).models.first)
        let other = DefinitionHash(high: model.definition.high ^ 1, low: model.definition.low)
        return ModelSet([
          OutcomeModel(
            outcome: model.outcome, definition: other, bias: 0, window: model.window, rows: model.rows,
            below: model.below, quality: model.quality)
        ])
      })
    #expect(told.actions.isEmpty && told.scores.allSatisfy(\.isEmpty))
  }

  /// No byte differs, and an older build reads what is stored; with a predictor it refuses it by the version.
  @Test func withoutAPredictorNothingIsStored() throws {
    let told = try run(PredictionTests.history, isPredicted: false)
    let session = try #require(told.harness.machine.sessionizer.allSessions.first)
    #expect(session.predictions == nil && told.actions.isEmpty && told.scores.allSatisfy(\.isEmpty))
    #expect(StateCodec.encoded(session).first == 1)
    #expect(told.harness.journals.allSatisfy { $0.models == nil })
    #expect(!String(decoding: told.harness.journals[0].encoded(), as: UTF8.self).contains("models"))
    let predicted = try run(PredictionTests.history)
    let other = try #require(predicted.harness.machine.sessionizer.allSessions.first)
    #expect(StateCodec.encoded(other).first == 3)
    other.predictions = nil
    other.rules.scores = SessionScores()
    other.rules = session.rules
    #expect(StateCodec.encoded(other) == StateCodec.encoded(session))
  }
}
