import EventLog
import Foundation
import Identity
import JourneyModel
import Synchronization
import Testing
import Tokens
import WireFormat

@testable import Gateway

/// What is decided about persons over HTTP.
@Suite(.timeLimit(.minutes(3))) struct DecisionTests {
  /// Hears of decisions.
  private final class Auditor: Sendable {
    private let heard = Mutex<[Decision]>([])
    var decisions: [Decision] { heard.withLock { $0 } }
    func note(_ decision: Decision) { heard.withLock { $0.append(decision) } }
  }

  private static func settings(_ auditor: Auditor = Auditor()) -> DecisionSettings {
    DecisionSettings(
      topic: "identity", partitions: 4,
      decoder: IdentityCommandDecoder(limits: IdentityLimits(), identifiers: IdentifierRules()),
      maxFutureSkew: .seconds(300), audit: { auditor.note($0) })
  }

  private static let claim =
    #"{"contactId":"\#(QueryScene.person)","identifiers":[{"type":"phone","value":"+353871234567"}]}"#

  private static let call =
    #"{"id":"5cf14cbc-1d9a-5a44-9d0e-4a1c3ad3f5f1","conversationId":"c0ffee"}"#

  private static func post(_ operation: String, _ body: String, _ fields: [String] = []) -> String {
    QueryScene.get(
      "/v1/contacts/\(operation)",
      ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] + fields, method: "POST")
      + body
  }

  private static func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func aDecisionIsPublishedWithWhatItLeavesOut() async throws {
    let auditor = Auditor()
    let scene = try QueryScene(decisions: DecisionTests.settings(auditor))
    let answer = try await scene.answer(to: DecisionTests.post("claim", DecisionTests.claim))
    #expect(answer.status == 202 && answer.fields["sojourn-token"] != nil)
    let said = try DecisionTests.object(answer.body)
    let record = try #require(scene.published.records.first)
    #expect(scene.published.records.count == 1 && record.topic == "identity")
    #expect(record.key == QueryScene.person)
    #expect(record.partition == Placement.partition(of: Array(QueryScene.person.utf8), partitions: 4))
    let command = try DecisionTests.object(record.value)
    #expect(command["operation"] as? String == "claim")
    #expect(command["id"] as? String == said["id"] as? String)
    #expect(command["createdDate"] as? String == QueryScene.now.iso8601)
    #expect(throws: Never.self) {
      try DecisionTests.settings().decoder.command(Array(record.value.utf8))
    }
    #expect(
      auditor.decisions == [
        Decision(
          subject: "", operation: "claim", id: said["id"] as? String ?? "", contactID: QueryScene.person)
      ])
  }

  /// As after an answer that was lost: under one id, and in one operation of one subject, it is one decision.
  @Test(arguments: [["Idempotency-Key: once"], []])
  func aDecisionThatIsSaidAgainIsTheSame(fields: [String]) async throws {
    let settings = DecisionTests.settings()
    let scene = try QueryScene(decisions: settings)
    // It was first said a minute ago.
    let before = EventTime(milliseconds: QueryScene.now.milliseconds - 60_000)
    #expect(settings.recent.date(of: "\nclaim\nonce", now: before) == before)
    for _ in 0..<2 {
      let answer = try await scene.answer(to: DecisionTests.post("claim", DecisionTests.claim, fields))
      #expect(answer.status == 202)
    }
    let dates = try scene.published.records.map {
      try DecisionTests.object($0.value)["createdDate"] as? String
    }
    let expected = fields.isEmpty ? QueryScene.now : before
    #expect(dates == [expected.iso8601, expected.iso8601])
  }

  @Test(arguments: [
    ("put", #"{"identifiers":[{"type":"email","value":"ada@example.com"}],"traits":{"givenName":"Ada"}}"#),
    ("release", claim), ("separate", claim),
    ("merge", #"{"contactIds":["\#(QueryScene.person)","\#(QueryScene.ada)"]}"#),
    ("verify", #"{"contactId":"\#(QueryScene.person)"}"#),
    ("segments", #"{"contactId":"\#(QueryScene.person)","assign":[{"segment":"vip","days":30}]}"#),
    ("link", #"{"contactId":"\#(QueryScene.person)","session":\#(call)}"#),
    ("unlink", #"{"session":\#(call)}"#),
  ])
  func eachOperation(name: String, body: String) async throws {
    let scene = try QueryScene(decisions: DecisionTests.settings())
    let answer = try await scene.answer(to: DecisionTests.post(name, body))
    #expect(answer.status == 202, "\(answer.body)")
    let command = try DecisionTests.settings().decoder.command(
      Array(try #require(scene.published.records.first).value.utf8))
    #expect(command.operation == name)
  }

  @Test func whatIsSaidTwiceHasOneID() async throws {
    let scene = try QueryScene(decisions: DecisionTests.settings())
    let own = DecisionTests.claim.replacingOccurrences(
      of: "{\"contactId\"", with: #"{"id":"mine","createdDate":"2026-01-04T08:00:00Z","contactId""#)
    let answers = try await scene.answers(to: [
      DecisionTests.post("claim", DecisionTests.claim, ["Idempotency-Key: k-1"]),
      DecisionTests.post("claim", DecisionTests.claim, ["Idempotency-Key: k-1"]),
      DecisionTests.post("claim", own, ["Idempotency-Key: k-1"]),
    ])
    #expect(answers.map(\.status) == [202, 202, 202])
    let commands = try scene.published.records.map { try DecisionTests.object($0.value) }
    #expect(commands.map { $0["id"] as? String } == ["k-1", "k-1", "mine"])
    #expect(commands[2]["createdDate"] as? String == "2026-01-04T08:00:00Z")
  }

  @Test(arguments: [
    ("claim", "{", "malformedJSON"), ("claim", "[]", "notAnObject"), ("claim", "{}", "badCommand"),
    ("claim", #"{"operation":"erase","contactId":"c"}"#, "badCommand"),
    ("verify", #"{"contactId":"c","unknown":1}"#, "badCommand"),
    ("merge", #"{"contactIds":["one"]}"#, "badCommand"),
    (
      "claim", #"{"contactId":"c","identifiers":[{"type":"email","value":"nobody"}]}"#, "badCommand"
    ),
    ("verify", #"{"contactId":"c","createdDate":"2026-13-01"}"#, "badCommand"),
  ])
  func whatIsNoDecision(operation: String, body: String, reason: String) async throws {
    let scene = try QueryScene(decisions: DecisionTests.settings())
    let answer = try await scene.answer(to: DecisionTests.post(operation, body))
    #expect(answer.status == 400 && scene.published.records.isEmpty)
    let details = try #require(try DecisionTests.object(answer.body)["details"] as? [[String: Any]])
    #expect(details.first?["errorCode"] as? String == reason, "\(answer.body)")
  }

  @Test("A date may be so far ahead and no further", arguments: [-1, 0, 1])
  func maxFutureSkew(beyond milliseconds: Int64) async throws {
    let scene = try QueryScene(decisions: DecisionTests.settings())
    let date = (QueryScene.now + .seconds(300) + EventTime.Span(milliseconds: milliseconds)).iso8601
    let answer = try await scene.answer(
      to: DecisionTests.post("verify", #"{"contactId":"c","createdDate":"\#(date)"}"#))
    #expect(answer.status == (milliseconds <= 0 ? 202 : 400))
  }

  @Test("A body has at most as many bytes as a command", arguments: [-1, 0, 1])
  func maxBytes(beyond bytes: Int) async throws {
    let scene = try QueryScene(decisions: DecisionTests.settings())
    var body = DecisionTests.claim
    body += String(repeating: " ", count: IdentityCommandDecoder.mostBytes - body.utf8.count + bytes)
    let answer = try await scene.answer(to: DecisionTests.post("claim", body))
    // One that fits, and does not with what is added, is no command.
    #expect(answer.status == (bytes <= 0 ? 400 : 413), "\(answer.body.prefix(200))")
  }

  @Test func anErasureTakesTheSessionsAlong() async throws {
    let scene = try QueryScene(decisions: DecisionTests.settings())
    let answer = try await scene.answer(
      to: DecisionTests.post("erase", #"{"contactId":"\#(QueryScene.person)"}"#))
    #expect(answer.status == 202)
    #expect(try DecisionTests.object(answer.body)["commands"] as? Int == 2)
    let commands = try scene.published.records.map { try DecisionTests.object($0.value) }
    #expect(commands.map { $0["operation"] as? String } == ["erase", "sweep"])
    let id = try #require(commands[0]["id"] as? String)
    #expect(commands[1]["id"] as? String == "\(id)/0/0")
    // Ada's device was the person's when both of its sessions began, the one that was merged as well.
    #expect(
      Set(commands[1]["sessionIds"] as? [String] ?? []) == [QueryScene.ada, QueryScene.merged])
    #expect(scene.published.records[1].partition == 0)
  }

  @Test(arguments: DecisionOperation.allCases)
  func eachNeedsItsPermission(operation: DecisionOperation) async throws {
    let others = DecisionOperation.allCases.map(\.permission).filter { $0 != operation.permission }
    let scene = try QueryScene(permissions: Set(others), decisions: DecisionTests.settings())
    let answer = try await scene.answer(to: DecisionTests.post(operation.rawValue, "{}"))
    #expect(answer.status == 403 && answer.body.contains(operation.permission))
    let granted = try QueryScene(permissions: [operation.permission], decisions: DecisionTests.settings())
    #expect(try await granted.answer(to: DecisionTests.post(operation.rawValue, "{}")).status == 400)
  }

  @Test func whoDecidesIsNoted() async throws {
    let auditor = Auditor()
    let scene = try QueryScene(
      permissions: ["externalContacts:*:*"], decisions: DecisionTests.settings(auditor))
    _ = try await scene.answer(
      to: DecisionTests.post("verify", #"{"identifier":{"type":"email","value":"ada@example.com"}}"#))
    #expect(auditor.decisions.map(\.subject) == ["desk"])
    #expect(auditor.decisions.map(\.contactID) == [nil])
    let failing = try QueryScene(decisions: DecisionTests.settings(auditor))
    failing.published.fail([LogError(.retry, code: "away", "away")])
    let answer = try await failing.answer(to: DecisionTests.post("claim", DecisionTests.claim))
    #expect(answer.status == 503 && auditor.decisions.count == 1)
  }

  @Test func otherPathsAndMethods() async throws {
    let scene = try QueryScene(decisions: DecisionTests.settings())
    let answers = try await scene.answers(to: [
      QueryScene.get("/v1/contacts/claim"), DecisionTests.post("sweep", "{}"),
      DecisionTests.post("", "{}"), DecisionTests.post("claim", "{}", ["Origin: https://evil.example"]),
    ])
    #expect(answers.map(\.status) == [405, 404, 404, 403])
    let none = try await QueryScene().answer(to: DecisionTests.post("claim", DecisionTests.claim))
    #expect(none.status == 404 && none.body.contains("identity.enabled"))
  }

  // MARK: The description

  @Test func theDescriptionSaysWhatIsAnswered() async throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../docs/openapi.json")
    let document = try DecisionTests.object(String(decoding: Data(contentsOf: file), as: UTF8.self))
    let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
    let operation = try #require(paths[DecisionOperation.template]?["post"])
    let (open, guarded, none, failing) = (
      try QueryScene(decisions: DecisionTests.settings()),
      try QueryScene(permissions: [], decisions: DecisionTests.settings()), try QueryScene(),
      try QueryScene(decisions: DecisionTests.settings())
    )
    failing.published.fail([LogError(.retry, code: "away", "away")])
    let good = DecisionTests.post("claim", DecisionTests.claim)
    let long = String(repeating: " ", count: IdentityCommandDecoder.mostBytes + 1)
    var answers = try await open.answers(to: [
      good, DecisionTests.post("claim", "{}"), QueryScene.get("/v1/contacts/claim"),
      good.replacingOccurrences(of: "Host: localhost", with: "Host: evil.example"),
    ])
    answers.append(try await open.answer(to: DecisionTests.post("claim", long)))
    answers.append(try await guarded.answer(to: good))
    answers.append(
      try await guarded.answer(to: good.replacingOccurrences(of: "Authorization: Bearer", with: "X: ")))
    answers.append(try await none.answer(to: good))
    answers.append(try await failing.answer(to: good))
    let responses = try #require(operation["responses"] as? [String: [String: Any]])
    #expect(Set(responses.keys) == Set(answers.map { "\($0.status)" }))
    let schemas = SchemaCheck(document: document)
    for answer in answers {
      var response = try #require(responses["\(answer.status)"])
      if let name = response["$ref"] as? String { response = schemas.resolve(name) }
      let content = (response["content"] as? [String: [String: Any]])?["application/json"]
      let schema = try #require(content?["schema"] as? [String: Any])
      let body = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
      #expect(schemas.flaws(body, schema) == [], "\(answer.status): \(answer.body)")
    }
  }
}
