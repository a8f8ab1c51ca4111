import Foundation
import JourneyModel
import Synchronization
import Testing

@testable import Gateway

/// Explanations and comparisons over the wire: who may ask, what is asked, what is answered.
@Suite(.timeLimit(.minutes(3))) struct JobHandlerTests {
  private static func object(_ answer: RawAnswer) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
  }

  /// The address that the first answer names.
  private static func place(_ answers: [RawAnswer]) -> String { answers[0].fields["location"] ?? "/none" }

  private static let look: @Sendable ([RawAnswer]) -> String = { answers in
    // What is worked on is done soon: nobody holds it.
    Thread.sleep(forTimeInterval: 0.05)
    return LiveScene.request(place(answers), [LiveScene.bearer])
  }

  @Test func aQuestionIsTakenAndAnswered() async throws {
    let scene = try JobScene()
    let answers = try await scene.answers([
      { _ in JobScene.explain() }, JobHandlerTests.look, JobHandlerTests.look, JobHandlerTests.look,
      { _ in JobScene.explain() },
      { LiveScene.request(JobHandlerTests.place($0), method: "DELETE") },
      { LiveScene.request(JobHandlerTests.place($0)) },
    ])
    #expect(answers.map(\.status) == [202, 200, 200, 200, 202, 204, 200])
    let taken = try JobHandlerTests.object(answers[0])
    #expect(taken["sessionId"] as? String == LiveScene.id(1))
    #expect(taken["definition"] as? [String: String] == ["kind": "segment", "id": "cart"])
    let done = try JobHandlerTests.object(answers[3])
    #expect(done["state"] as? String == "done" && done["id"] as? String == taken["id"] as? String)
    let result = try #require(done["result"] as? [String: Any])
    #expect(result["text"] as? [String] == ["ASSIGNED"])
    // The same again is the same question, and its answer stays though somebody goes.
    #expect(try JobHandlerTests.object(answers[4])["id"] as? String == taken["id"] as? String)
    #expect(try JobHandlerTests.object(answers[6])["state"] as? String == "done")
    #expect(
      scene.script.explained.withLock { $0 } == [
        ExplanationQuestion(
          session: LiveScene.id(1), customerID: "ada", customerIDType: "cookie", lane: 0, kind: "segment",
          definition: "cart")
      ])
  }

  @Test func whatIsNewIsAskedAnew() async throws {
    let scene = try JobScene()
    let live = scene.live
    let answers = try await scene.answers([
      { _ in JobScene.explain() },
      { _ in
        try? live.send(1, revision: 2)
        Thread.sleep(forTimeInterval: 0.2)
        return JobScene.explain()
      },
      { _ in JobScene.explain("both", ",\"kind\":\"outcome\"") },
    ])
    let ids = try answers.map { try #require(JobHandlerTests.object($0)["id"] as? String) }
    #expect(Set(ids).count == 3)
  }

  @Test func aChangedDefinitionIsTried() async throws {
    let scene = try JobScene()
    let answers = try await scene.answers([
      { _ in
        JobScene.post(
          "/v1/whatifs", "{\"definition\":{\"kind\":\"segment\",\"id\":\"cart\",\"version\":2},\"hours\":3}")
      }, JobHandlerTests.look, JobHandlerTests.look,
      { _ in JobScene.post("/v1/whatifs", "{\"definition\":{\"kind\":\"segment\",\"id\":\"!\"}}") },
      { answers in
        Thread.sleep(forTimeInterval: 0.1)
        return LiveScene.request(answers[3].fields["location"] ?? "")
      },
      // An explanation's path is no comparison's.
      {
        LiveScene.request(JobHandlerTests.place($0).replacingOccurrences(of: "whatifs", with: "explanations"))
      },
    ])
    #expect(answers.map(\.status) == [202, 200, 200, 202, 200, 404])
    #expect(try JobHandlerTests.object(answers[2])["state"] as? String == "done")
    let failed = try JobHandlerTests.object(answers[4])
    #expect(failed["state"] as? String == "failed")
    #expect((failed["error"] as? [String: String]) == ["code": "badDefinition", "message": "wrong"])
    let asked = scene.script.compared.withLock { $0 }
    #expect(
      asked.map(\.since) == [3, 24].map { EventTime(milliseconds: scene.live.clock.value - $0 * 3_600_000) })
    #expect(
      String(decoding: asked[0].definition, as: UTF8.self)
        == "{\"id\":\"cart\",\"kind\":\"segment\",\"version\":2}")
  }

  @Test func whatIsPredictedTakesAPermission() async throws {
    for grants in [true, false] {
      let every = JobScene.every.filter { $0 != JobSubject.predictions }
      let scene = try JobScene(permissions: grants ? every + [JobSubject.predictions] : every)
      let answers = try await scene.answers([
        { _ in JobScene.explain("both", ",\"kind\":\"outcome\"") },
        { _ in
          Thread.sleep(forTimeInterval: 0.1)
          return JobScene.explain("both", ",\"kind\":\"segment\"")
        }, JobHandlerTests.look,
      ])
      #expect(answers.map(\.status) == [202, 202, 200])
      let asked = scene.script.explained.withLock { $0 }
      #expect(asked.first { $0.kind == "outcome" }?.tellsPrediction == grants)
      #expect(asked.allSatisfy { $0.kind == "outcome" || !$0.tellsPrediction })
    }
  }

  @Test func eachPermissionIsNeeded() async throws {
    for missing in JobRoute.cited + ["journey:segment:view"] {
      let scene = try JobScene(permissions: JobScene.every.filter { $0 != missing })
      let answers = try await scene.answers([
        { _ in JobScene.explain() }, { _ in LiveScene.request("/v1/explanations/x", [LiveScene.bearer]) },
      ])
      #expect(answers[0].status == 403 && answers[0].body.contains(missing), "\(missing)")
      #expect(answers[1].status == (missing == "journey:segment:view" ? 404 : 403))
      #expect(scene.script.explained.withLock { $0.isEmpty })
    }
  }

  @Test func whatMayNotBeSeenIsNotThere() async throws {
    let south = try JobScene(permissions: JobScene.every, divisions: ["south"])
    let north = try JobScene(permissions: JobScene.every, divisions: ["north"])
    let web = try JobScene(permissions: JobScene.every, types: ["web"])
    for (scene, session, status) in [
      (south, 2, 404), (south, 1, 202), (north, 2, 202), (web, 2, 404), (web, 1, 202),
    ] {
      #expect(try await scene.answer(JobScene.explain(session: session)).status == status)
    }
    // A comparison lists everybody's sessions.
    let body = "{\"definition\":{\"kind\":\"segment\",\"id\":\"s\"}}"
    for scene in [south, web] {
      #expect(try await scene.answer(JobScene.post("/v1/whatifs", body)).status == 403)
    }
  }

  @Test func whoIsForgottenIsNotExplained() async throws {
    let scene = try JobScene()
    let live = scene.live
    let answers = try await scene.answers([
      { _ in JobScene.explain() }, JobHandlerTests.look,
      { answers in
        try? live.send(1, revision: nil)
        Thread.sleep(forTimeInterval: 0.2)
        return LiveScene.request(JobHandlerTests.place(answers))
      },
    ])
    #expect(answers.map(\.status) == [202, 200, 404])
  }

  @Test func aCookieAloneAsksNothing() async throws {
    let scene = try JobScene(permissions: JobScene.every)
    let own = "Sojourn-Request: 1"
    let answers = try await scene.answers([
      { _ in LiveScene.request("/v1/login", [LiveScene.bearer, own], method: "POST") },
      { answers in
        let cookie = "Cookie: " + (answers[0].fields["set-cookie"]?.prefix { $0 != ";" } ?? "")
        return JobScene.post("/v1/explanations", "{}", [cookie])
      },
      { answers in
        let cookie = "Cookie: " + (answers[0].fields["set-cookie"]?.prefix { $0 != ";" } ?? "")
        return JobScene.post("/v1/explanations", "{}", [cookie, own])
      },
    ])
    #expect(answers.map(\.status) == [200, 401, 400])
  }

  @Test(arguments: [
    ("7", "no JSON object"), ("{", "no JSON object"), ("{}", "sessionId"),
    ("{\"sessionId\":\"x\",\"definition\":7}", "definition"),
    ("{\"sessionId\":\"x\",\"definition\":\"both\"}", "segment, outcome"),
    ("{\"sessionId\":\"x\",\"definition\":\"both\",\"kind\":1}", "kind"),
  ])
  func whatIsWrongIsNamed(body: String, named: String) async throws {
    let answer = try await JobScene().answer(JobScene.post("/v1/explanations", body))
    #expect(answer.status == 400 && answer.body.contains(named), "\(answer.body)")
  }

  @Test(arguments: [(0, 400), (1, 202), (720, 202), (721, 400)])
  func hoursHaveBounds(hours: Int, status: Int) async throws {
    let body = "{\"definition\":{\"kind\":\"segment\",\"id\":\"s\"},\"hours\":\(hours)}"
    #expect(try await JobScene().answer(JobScene.post("/v1/whatifs", body)).status == status)
  }

  @Test func bodiesHaveBounds() async throws {
    for (length, status) in [(4_096, 404), (4_097, 413)] {
      let start = "{\"sessionId\":\"\(LiveScene.id(9))\",\"definition\":\"cart\",\"x\":\""
      let body = start + String(repeating: "x", count: length - start.utf8.count - 2) + "\"}"
      #expect(try await JobScene().answer(JobScene.post("/v1/explanations", body)).status == status)
    }
  }
}
