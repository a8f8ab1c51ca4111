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

/// The samples of definitions, as they are, with predictors beside them: their maps fire at the right event;
/// and nothing that a bundle in force may say stops a lane.
@Suite struct PredictedSamplesTests {
  private static let calls = "f69216fc-12f6-5b5d-a442-9f4e2396bb62"
  private static let missing = "d2e8118f-e803-56fb-b095-8a254b0eaf23"
  private static let callMap = "678d7e8c-92cc-5300-bf4a-ae9c7b6660ac"
  private static let quantileMap = "1d236097-4c11-580a-bb3d-06c0ba23af08"
  /// 5 July 2022, when the second map's window is open, against the harness's start.
  private static let july = 1_657_000_000_000 - LaneHarness.start

  /// Every sample, and what is added.
  private func definitions(_ added: [String], limits: DefinitionLimits = DefinitionLimits()) throws
    -> (bundle: CompiledBundle, check: DefinitionCheck)
  {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/definitions")
    var documents: [DefinitionDocument] = []
    for kind in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
      let place = folder.appendingPathComponent(kind)
      for file in try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
      where file.hasSuffix(".json") {
        documents.append(
          DefinitionDocument(
            file: file, folder: kind,
            value: try DefinitionJSON.read(Array(Data(contentsOf: place.appendingPathComponent(file))))))
      }
    }
    #expect(documents.count == 30)
    let text = "{\"entities\":[\(added.joined(separator: ","))]}"
    documents.append(
      DefinitionDocument(file: "added", value: try DefinitionJSON.read(Array(text.utf8))))
    let check = DefinitionCheck(documents, limits: limits)
    return (CompiledBundle(try #require(check.bundle, "\(check.findings)")), check)
  }

  private static func predictor(_ outcome: String) -> String {
    "{\"kind\":\"predictor\",\"id\":\"p-\(outcome)\",\"outcome\":{\"id\":\"\(outcome)\"}}"
  }

  /// A map like the vendor's two sliders.
  private static let fallen = """
    {"kind":"actionMap","id":"fallen","displayName":"Fallen","triggerWithOutcomeProbabilityConditions":\
    [{"outcomeId":"\(calls)","maximumProbability":0.7,"probability":0.3}],"activation":{"type":"immediate"},\
    "action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"f"},"flowRequestMappings":[]}}}
    """

  /// A model of each outcome: whoever was "hot" last has 0.88 and is above nine in ten, "cold" has 0.18,
  /// anything else 0.5.
  private func models(_ definitions: CompiledBundle) -> ModelSet {
    ModelSet(
      definitions.bundle.predictedOutcomes.map { outcome in
        let rows = [("hot", Int16(2_048)), ("cold", -1_536)].map {
          OutcomeModel.Row(token: Feature(.last, Mixing.digest($0.0)).token, weight: $0.1)
        }.sorted { $0.token < $1.token }
        let maxima = Array(repeating: Probability.index(of: 0), count: 9) + [Probability.index(of: 2_048)]
        let time = EventTime(milliseconds: 0)
        return OutcomeModel(
          outcome: outcome.id, definition: outcome.definition, bias: 0,
          window: .init(firstClosed: time, lastClosed: time, sessions: 10, achieving: 3), rows: rows,
          below: QuantileTable(maxima: maxima), quality: ModelQuality())
      })
  }

  /// Lets events take place, a second apart, each in a batch of its own.
  ///
  /// - Parameter title: of their pages. Whatever is not "Title" has a segment of the samples assigned, which
  ///   triggers offers of other maps.
  /// - Returns: `map state event`, or why it is blocked for a state, of the maps that predictions trigger.
  private func run(
    _ steps: [(name: String, path: String)], title: String = "Shop", at begin: Int64,
    _ definitions: CompiledBundle
  ) throws -> [String] {
    let harness = try LaneHarness()
    let models = models(definitions)
    var told: [String] = []
    for (index, step) in steps.enumerated() {
      let time = begin + Int64(index) * 1_000
      let url = "https://shop.example\(step.path)"
      let event = LaneHarness.event(
        "e\(index)", at: time, name: step.name,
        ",\"page\":{\"title\":\"\(title)\",\"url\":\"\(url)\",\"pathname\":\"\(step.path)\"}")
      let written = harness.reduce(
        [harness.input("web", [event])], takenAt: time, definitions: definitions, models: models)
      for record in written.of("actions") {
        let value = try DefinitionJSON.read(record.value ?? [])
        guard let action = value["webActionEvent"] ?? value["blockedWebActionOfferEvent"],
          let map = action["actionMap"]?["id"]?.text,
          [PredictedSamplesTests.callMap, PredictedSamplesTests.quantileMap, "fallen"].contains(map)
        else { continue }
        let what = action["action"]?["state"]?.text ?? action["blockingReason"]?.text ?? "?"
        told.append("\(map.prefix(8)) \(what) e\(index)")
      }
    }
    return told
  }

  @Test func aCallIsOfferedBeforeItIsMade() throws {
    let (definitions, check) = try definitions([
      PredictedSamplesTests.predictor(PredictedSamplesTests.calls), PredictedSamplesTests.fallen,
    ])
    #expect(!check.findings.contains { "\($0)".contains("outcome with a predictor") }, "\(check.findings)")
    let help = "/help/contact"
    let steps = [
      ("page_viewed", "/help"), ("hot", "/help"), ("page_viewed", help), ("hot", help), ("cold", help),
      ("cold", help), ("page_viewed", "/contact-us"), ("hot", help), ("page_viewed", help),
    ]
    let told = try run(steps, title: "Title", at: 0, definitions)
    #expect(
      told == [
        "678d7e8c qualified e1", "678d7e8c PageUrlConditionsNotMatching e1", "678d7e8c offered e2",
        "fallen qualified e4", "fallen offered e4",
      ], "\(told)")
    // It qualifies all the same where another map of the samples has offered a chat, and waits.
    let crowded = try run(steps, at: 0, definitions)
    #expect(
      crowded == [
        "678d7e8c qualified e1", "678d7e8c PageUrlConditionsNotMatching e1",
        "678d7e8c AlreadyExistingOffer e2", "fallen qualified e4", "fallen offered e4",
        "678d7e8c AlreadyExistingOffer e6", "678d7e8c AlreadyExistingOffer e8",
      ], "\(crowded)")
    // Who calls at once is not asked.
    let late = try run(
      [("page_viewed", help), ("page_viewed", "/contact-us"), ("hot", help), ("page_viewed", help)],
      title: "Title", at: 0, definitions)
    #expect(late.isEmpty, "\(late)")
  }

  /// The sample has a segment, a probability, a quantile, a page, and a window in July 2022.
  @Test func aSegmentAProbabilityAndAQuantileHoldTogether() throws {
    let outcome =
      "{\"kind\":\"outcome\",\"id\":\"\(PredictedSamplesTests.missing)\",\"displayName\":\"Missing\",\"journey\":{\"patterns\":[{\"criteria\":[],\"count\":1,\"streamType\":\"Web\",\"sessionType\":\"web\",\"eventName\":\"paid\"}]}}"
    let (definitions, _) = try definitions([
      outcome, PredictedSamplesTests.predictor(PredictedSamplesTests.missing),
    ])
    let page = "/some_value"
    let steps = [("page_viewed", page), ("cold", page), ("hot", page), ("page_viewed", page), ("hot", page)]
    let told = try run(steps, at: PredictedSamplesTests.july, definitions)
    // At the first event the probability is enough and the quantile, 0, is not.
    // Then others that the segment alone triggers have their offer out, and it waits for a page without one.
    #expect(
      told == [
        "1d236097 qualified e2", "1d236097 AlreadyExistingOffer e2", "1d236097 AlreadyExistingOffer e3",
      ], "\(told)")
    // Without the segment it is not even asked.
    #expect(try run(steps, title: "Title", at: PredictedSamplesTests.july, definitions).isEmpty)
    // Without the predictor, with the same events, it says nothing.
    let (plain, _) = try self.definitions([outcome])
    #expect(try run(steps, at: PredictedSamplesTests.july, plain).isEmpty)
    // Nor in another year.
    #expect(try run(steps, at: 0, definitions).isEmpty)
  }

  /// As they are: their conditions are on outcomes without predictors, and one of these is not even there.
  @Test func withoutTheirPredictorsTheSamplesAreInForceAndSilent() throws {
    let (definitions, check) = try definitions([])
    #expect(check.count(.error) == 0)
    #expect(check.findings.count { "\($0)".contains("the condition stays false") } == 3)
    for begin in [0, PredictedSamplesTests.july] {
      let told = try run(
        [("hot", "/some_value"), ("page_viewed", "/some_value"), ("page_viewed", "/help/contact")], at: begin,
        definitions)
      #expect(told.isEmpty)
    }
  }

  /// More predictors than anybody may apply: another build may have let them through.
  @Test(arguments: [15, 16, 17, 30]) func noNumberOfPredictorsStopsALane(_ count: Int) throws {
    var limits = DefinitionLimits()
    limits.maxPredictors = 100
    let entities = (0..<count).flatMap { number in
      [
        "{\"kind\":\"outcome\",\"id\":\"o\(number)\",\"displayName\":\"O\",\"journey\":{\"patterns\":[{\"criteria\":[],\"count\":1,\"streamType\":\"Web\",\"sessionType\":\"web\",\"eventName\":\"n\(number)\"}]}}",
        PredictedSamplesTests.predictor("o\(number)"),
      ]
    }
    let text = "{\"entities\":[\(entities.joined(separator: ","))]}"
    let check = DefinitionCheck(
      [DefinitionDocument(file: "many", value: try DefinitionJSON.read(Array(text.utf8)))], limits: limits)
    let definitions = CompiledBundle(try #require(check.bundle, "\(check.findings)"))
    let kept = min(count, SessionScores.maxOutcomes)
    #expect(definitions.bundle.predictedOutcomes.count == kept)
    let models = models(definitions)
    #expect(models.models.count == kept)
    let harness = try LaneHarness()
    let events = (0..<count).map {
      LaneHarness.event("e\($0)", at: Int64($0) * 1_000, name: $0 % 2 == 0 ? "hot" : "n\($0)")
    }
    harness.reduce([harness.input("web", events)], definitions: definitions, models: models)
    let session = try #require(harness.machine.sessionizer.allSessions.first)
    #expect(session.rules.scores.scores.count == kept)
    let closer = LaneHarness.event("closer", at: 864_000_000, of: LaneHarness.customer(1))
    let over = harness.reduce(
      [harness.input("web", [closer])], takenAt: 864_000_000, definitions: definitions, models: models)
    let record = try #require(over.of("examples").first?.value)
    #expect(try ExampleRecord(bytes: Compression.decompress(record)).outcomes.count == kept)
  }
}
