import JourneyModel
import JourneyRules
import Testing

/// Maps that segments of the customer trigger, in one session.
@Suite struct CustomerSegmentTests {
  private func customer(_ id: String) -> String {
    #"{"kind":"segment","id":"\#(id)","displayName":"\#(id)","version":1,"scope":"Customer"}"#
  }

  @Test func whatTriggersIsNamedAndQualifiesOnceInASession() throws {
    let scene = try ActionScene([
      customer("vip"), customer("press"), ActionScene.segment("s"),
      ActionScene.map("m", segments: ["vip", "press"], media: "architectFlow"),
      ActionScene.map("n", segments: ["s", "vip"], media: "architectFlow"),
    ])
    #expect(scene.triggers(["other"], at: 0) == [])
    #expect(scene.triggers([], at: 0) == [])
    #expect(scene.triggers(["press", "vip"], at: 0) == ["m by press", "m by vip", "n by vip"])
    // Asking changes nothing.
    #expect(scene.state.isEmpty)
    #expect(scene.grant("m", by: "vip", at: 1) == ["qualified m", "offered m"])
    #expect(
      scene.state.actions.first?.because
        == [Fired.Cause(part: .segment("vip"), events: ["command of vip"], count: 1)])
    #expect(scene.triggers(["press", "vip"], at: 2) == ["n by vip"])
    // Nor if both were granted.
    #expect(scene.grant("m", by: "press", at: 2) == [])
    // A segment of the session has triggered it meanwhile.
    #expect(scene.event(at: 3, ["s"]) == ["qualified n", "offered n"])
    #expect(scene.triggers(["vip"], at: 4) == [])
    #expect(scene.grant("n", by: "vip", at: 4) == [])
  }

  @Test(arguments: [(9, false), (10, true), (19, true), (20, false)] as [(Int64, Bool)])
  func theWindowIsHalfOpen(_ time: Int64, _ triggers: Bool) throws {
    func date(_ milliseconds: Int64) -> String {
      EventTime(milliseconds: ActionScene.start + milliseconds).iso8601
    }
    let window = "\"startDate\":\"\(date(10))\",\"endDate\":\"\(date(20))\""
    let scene = try ActionScene([customer("vip"), ActionScene.map("m", segments: ["vip"], more: window)])
    #expect(scene.triggers(["vip"], at: time) == (triggers ? ["m by vip"] : []))
    // Who was triggered in time is not asked again when the permission comes.
    #expect(scene.grant("m", by: "vip", at: 20) == ["qualified m", "offered m"])
  }

  @Test func whatIsSwitchedOffOrPredictedByNobodyTriggersNothing() throws {
    let scene = try ActionScene([
      customer("vip"), "{\"kind\":\"outcome\",\"id\":\"o\",\"displayName\":\"O\",\"version\":1}",
      ActionScene.map("off", segments: ["vip"], more: "\"isActive\":false"),
      ActionScene.map(
        "m", segments: ["vip"],
        more: "\"triggerWithOutcomeQuantileConditions\":[{\"outcomeId\":\"o\",\"maxQuantileThreshold\":0.5}]"),
    ])
    #expect(scene.triggers(["vip"], at: 0) == [])
    #expect(scene.grant("off", by: "vip", at: 0) == [])
    #expect(scene.grant("gone", by: "vip", at: 0) == [])
  }

  @Test func whatHasQualifiedGoesOnLikeAnyOther() throws {
    let scene = try ActionScene([
      customer("vip"), ActionScene.segment("s"),
      ActionScene.map("late", segments: ["vip"], activation: "\"type\":\"delay\",\"delayInSeconds\":2"),
      ActionScene.map(
        "page", segments: ["vip"],
        more: "\"pageUrlConditions\":[{\"values\":[\"pay\"],\"operator\":\"containsAll\"}]"),
    ])
    #expect(scene.grant("late", by: "vip", at: 0) == ["qualified late", "blocked late TriggerDateInFuture"])
    #expect(
      scene.grant("page", by: "vip", at: 0) == [
        "qualified page", "blocked page PageUrlConditionsNotMatching",
      ])
    #expect(scene.state.nextTimer == EventTime(milliseconds: ActionScene.start + 2_000))
    #expect(scene.timer(at: 2_000) == ["offered late"])
    #expect(scene.report(.rejected, of: "late", at: 2_001) == ["rejected late"])
    scene.session.page = "https://shop.example/pay"
    #expect(scene.event(at: 2_002) == ["offered page"])
  }

  @Test(arguments: [(300_000, "offered m"), (300_001, "expired m")] as [(Int64, String)])
  func anOldOneExpires(_ age: Int64, _ outcome: String) throws {
    let scene = try ActionScene([customer("vip"), ActionScene.map("m", segments: ["vip"])])
    #expect(scene.grant("m", by: "vip", at: 0, takenAfter: age) == ["qualified m", outcome])
  }

  @Test(arguments: [-1, 0, 1]) func thereMustBeRoom(_ offset: Int) throws {
    var settings = RuleSettings()
    settings.maxActions = 2
    let scene = try ActionScene(
      [customer("vip")]
        + (0..<3).map { ActionScene.map("m\($0)", segments: ["vip"], media: "architectFlow") },
      settings: settings)
    for number in 0..<(settings.maxActions + offset) { _ = scene.grant("m\(number)", by: "vip", at: 0) }
    #expect(scene.state.actions.count == min(2 + offset, 2))
    #expect(scene.state.omitted == max(offset, 0))
  }
}
