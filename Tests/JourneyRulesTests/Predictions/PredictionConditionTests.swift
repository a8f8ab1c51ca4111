import JourneyModel
import JourneyRules
import Testing

/// Action maps with conditions on predictions: at which event they qualify, and at which they do not.
@Suite struct PredictionConditionTests {
  private static let outcome = #"{"kind":"outcome","id":"o","displayName":"O","version":1}"#
  private static let predictor = #"{"kind":"predictor","id":"p","outcome":{"id":"o"}}"#

  private static func conditions(_ list: String) -> String {
    "\"triggerWithOutcomeProbabilityConditions\":[\(list)]"
  }

  private static let seventyThirty = conditions(
    #"{"outcomeId":"o","maximumProbability":0.7,"probability":0.3}"#)
  private static let seventy = conditions(#"{"outcomeId":"o","maximumProbability":0.7}"#)

  private func scene(_ maps: [String], isPredicted: Bool = true) throws -> ActionScene {
    try ActionScene(
      [ActionScene.segment("s"), Self.outcome] + (isPredicted ? [Self.predictor] : []) + maps)
  }

  @Test func seventyThirtyQualifiesWithTheFall() throws {
    let scene = try scene([ActionScene.map("m", segments: [], more: Self.seventyThirty)])
    var said: [[String]] = []
    for (number, probability) in [Int32(500_000), 700_000, 300_001, 300_000, 100_000].enumerated() {
      scene.state.scores.take("o", probability: probability, quantile: 0)
      said.append(scene.event(at: Int64(number)))
    }
    #expect(said == [[], [], [], ["qualified m", "offered m"], []])
  }

  @Test func theReasonNamesThePrediction() throws {
    let scene = try scene([ActionScene.map("m", segments: [], more: Self.seventyThirty)])
    scene.state.scores.take("o", probability: 800_000, quantile: 9_000)
    scene.event(at: 0)
    scene.state.scores.take("o", probability: 200_000, quantile: 1_000)
    scene.event(at: 1)
    let because = try #require(scene.state.actions.first?.because)
    #expect(because.count == 1)
    #expect(because.first?.events == ["e2-0"])
    guard case .prediction(let score) = because.first?.part else {
      return #expect(Bool(false), "no prediction")
    }
    #expect(score.outcome == "o")
    #expect((score.probability, score.maxProbability) == (200_000, 800_000))
    #expect((score.quantile, score.maxQuantile) == (1_000, 9_000))
    // It is stored with the action.
    let read = try scene.state.reread()
    #expect(read.actions.first?.because == because)
    #expect(read == scene.state)
  }

  @Test func aSegmentAndAPredictionHoldAfterTheSameEvent() throws {
    let scene = try scene([ActionScene.map("m", segments: ["s"], more: Self.seventy)])
    scene.state.scores.take("o", probability: 900_000, quantile: 0)
    #expect(scene.event(at: 0) == [])
    if let place = scene.state.scores.place(of: "o") { scene.state.scores.lapse(at: place) }
    #expect(scene.event(at: 1, ["s"]) == [])
    #expect(scene.event(at: 2) == [])
    scene.state.scores.take("o", probability: 1, quantile: 0)
    #expect(scene.event(at: 3) == ["qualified m", "offered m"])
    guard case .segment("s") = scene.state.actions.first?.because.first?.part else {
      return #expect(Bool(false), "the segment is not named")
    }
    #expect(scene.state.actions.first?.because.count == 2)
    #expect(scene.event(at: 4) == [])
  }

  @Test func anEventAndAPredictionHoldTogether() throws {
    let scene = try scene([
      ActionScene.map("m", event: "x", media: "webMessagingOffer", more: Self.seventy)
    ])
    #expect(scene.event(at: 0, ["x"]) == [])
    scene.state.scores.take("o", probability: 700_000, quantile: 0)
    #expect(scene.event(at: 1) == [])
    #expect(scene.event(at: 2, ["x"]) == ["qualified m", "offered m"])
    #expect(scene.event(at: 3, ["x"]) == [])
  }

  @Test func everyConditionMustHold() throws {
    let both =
      Self.seventy
      + #","triggerWithOutcomeQuantileConditions":[{"outcomeId":"o","maxQuantileThreshold":0.9}]"#
    let scene = try scene([ActionScene.map("m", segments: [], more: both)])
    scene.state.scores.take("o", probability: 800_000, quantile: 9_000)
    #expect(scene.event(at: 0) == [])
    scene.state.scores.take("o", probability: 1, quantile: 9_001)
    #expect(scene.event(at: 1) == ["qualified m", "offered m"])
  }

  @Test func withoutAPredictorAConditionStaysFalse() throws {
    let maps = [
      ActionScene.map("alone", segments: [], more: Self.seventy),
      ActionScene.map("segment", segments: ["s"], more: Self.seventy),
      ActionScene.map("event", event: "x", media: "webMessagingOffer", more: Self.seventy),
    ]
    let scene = try scene(maps, isPredicted: false)
    scene.state.scores.take("o", probability: 999_999, quantile: 10_000)
    #expect(scene.event(at: 0, ["s", "x"]) == [])
    #expect(scene.state.actions.isEmpty)
  }

  @Test func nobodyIsAskedToDoWhatIsDone() throws {
    let scene = try scene([ActionScene.map("m", segments: [], more: Self.seventy)])
    scene.state.scores.take("o", probability: 800_000, quantile: 0)
    scene.state.scores.achieve("o")
    #expect(scene.event(at: 0) == [])
  }

  @Test func anInactiveMapDoesNotQualify() throws {
    let scene = try scene([
      ActionScene.map("m", segments: [], more: Self.seventy + ",\"isActive\":false")
    ])
    scene.state.scores.take("o", probability: 800_000, quantile: 0)
    #expect(scene.event(at: 0) == [])
  }

  @Test func aStateWithScoresAloneIsNotEmpty() {
    var state = RuleState()
    #expect(state.isEmpty)
    state.scores.take("o", probability: 1, quantile: 0)
    #expect(!state.isEmpty)
    #expect(state.byteCount > 0)
    #expect(state != RuleState())
  }

  @Test func aMergeFreezesWhatEitherHasAchieved() throws {
    let achieving = try ActionScene([
      #"{"kind":"outcome","id":"o","displayName":"O","version":1,"journey":{"patterns":[{"criteria":[{"key":"eventName","values":["x"],"operator":"equal","shouldIgnoreCase":false}],"count":1,"streamType":"Web","sessionType":"web"}]}}"#
    ])
    achieving.event(at: 0, ["x"])
    #expect(achieving.state.assignments.count == 1)
    var survivor = RuleState()
    survivor.scores.take("o", probability: 500_000, quantile: 0)
    survivor.merge(achieving.state, settings: RuleSettings())
    #expect(survivor.scores["o"]?.state == .achieved)
  }
}
