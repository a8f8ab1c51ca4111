import JourneyModel
import JourneyRules
import Testing

/// Sessions in which predictions trigger nothing.
@Suite struct ControlGroupTests {
  private static let definitions = [
    ActionScene.segment("s"), #"{"kind":"outcome","id":"o","displayName":"O","version":1}"#,
    #"{"kind":"predictor","id":"p","outcome":{"id":"o"}}"#,
  ]
  private static let condition =
    #""triggerWithOutcomeProbabilityConditions":[{"outcomeId":"o","maximumProbability":0.7}]"#

  /// Ids as sessions have them: digests.
  private static func id(_ number: Int) -> SessionID {
    let action = ActionID(session: SessionID(high: 1, low: UInt64(number)), map: "m", event: "e")
    return SessionID(high: action.high, low: action.low)
  }
  private static let ids = (0..<10_000).map(id)

  private func scene(_ maps: [String], share: Int) throws -> ActionScene {
    var settings = RuleSettings()
    settings.controlGroup = ControlGroup(share: share)
    let scene = try ActionScene(Self.definitions + maps, settings: settings)
    scene.state.scores.take("o", probability: 900_000, quantile: 0)
    return scene
  }

  /// An id that is in the group of half of the sessions, and one that is not.
  private static let (held, free) = (
    ids.first { ControlGroup(share: ControlGroup.maxShare).contains($0) } ?? SessionID(high: 0, low: 0),
    ids.first { !ControlGroup(share: ControlGroup.maxShare).contains($0) } ?? SessionID(high: 0, low: 0)
  )

  @Test func thereIsNoneUnlessItIsAskedFor() throws {
    #expect(RuleSettings().controlGroup.share == 0)
    #expect(!Self.ids.contains { ControlGroup(share: 0).contains($0) })
    let scene = try scene([ActionScene.map("m", segments: [], more: Self.condition)], share: 0)
    scene.session.id = Self.held
    #expect(scene.event(at: 0) == ["qualified m", "offered m"])
  }

  @Test(arguments: [1_000, 10_000, 100_000, 250_000, 500_000])
  func asManySessionsAreInItAsItSays(share: Int) {
    let group = ControlGroup(share: share)
    let members = Self.ids.filter { group.contains($0) }
    #expect(members == Self.ids.filter { ControlGroup(share: share).contains($0) })
    // Four standard deviations of a draw with this share.
    let expected = Double(Self.ids.count) * Double(share) / Double(ControlGroup.one)
    let deviation = (expected * (1 - Double(share) / Double(ControlGroup.one))).squareRoot()
    #expect(abs(Double(members.count) - expected) <= 4 * deviation)
    // Whoever is in it is in it at each larger share.
    let larger = ControlGroup(share: min(share + share / 2, ControlGroup.maxShare))
    #expect(members.allSatisfy { larger.contains($0) })
    // Being learned from, which the lowest bits say, has nothing to do with it.
    let even = members.filter { $0.low & 1 == 0 }.count
    #expect(abs(Double(even) - Double(members.count) / 2) <= 2 * Double(members.count).squareRoot() + 1)
  }

  @Test(arguments: [(-1, 0), (0, 0), (1, 1), (499_999, 499_999), (500_000, 500_000), (500_001, 500_000)])
  func sharesAreBounded(given: Int, share: Int) { #expect(ControlGroup(share: given).share == share) }

  @Test func whatPredictionsTriggerIsHeldBackThere() throws {
    let maps = [
      ActionScene.map("p", segments: [], more: Self.condition),
      ActionScene.map("both", segments: ["s"], media: "contentOffer", more: Self.condition),
      ActionScene.map("plain", segments: ["s"]), ActionScene.template,
    ]
    let scene = try scene(maps, share: ControlGroup.maxShare)
    scene.session.id = Self.held
    // Without its rival, which is held back, the other is offered.
    #expect(
      scene.event(at: 0, ["s"]).sorted() == [
        "blocked both ControlGroup", "blocked p ControlGroup", "offered plain", "qualified both",
        "qualified p", "qualified plain",
      ])
    // It stays so; what else is in the way is said first.
    #expect(
      scene.event(at: 1).sorted() == ["blocked both ControlGroup", "blocked p AlreadyExistingOffer"])
    #expect(scene.state.actions.filter { $0.map != "plain" }.allSatisfy { $0.state == .qualified })
  }

  @Test func othersAreOfferedIt() throws {
    let scene = try scene(
      [ActionScene.map("m", segments: [], more: Self.condition)], share: ControlGroup.maxShare)
    scene.session.id = Self.free
    #expect(scene.event(at: 0) == ["qualified m", "offered m"])
  }

  @Test func aTimerOffersNothingThereEither() throws {
    let scene = try scene(
      [
        ActionScene.map(
          "m", segments: [], more: Self.condition,
          activation: #""type":"delay","delayInSeconds":1"#)
      ], share: ControlGroup.maxShare)
    scene.session.id = Self.held
    #expect(scene.event(at: 0) == ["qualified m", "blocked m TriggerDateInFuture"])
    #expect(scene.timer(at: 1_000) == ["blocked m ControlGroup"])
  }
}
