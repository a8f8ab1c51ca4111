import EventLog
import Foundation
import Intake
import JourneyModel
import Testing

@testable import Gateway

/// What pages are told to show, and what they say became of it.
@Suite(.timeLimit(.minutes(3))) struct OfferTests {
  private static let dora = "00000000-0000-5000-8000-000000000005"
  private static let parcel = "00000000-0000-5000-8000-000000000006"
  private static let action = "8aa7cb04-e3d2-588b-aec1-ce9cf68b55ba"
  private static let report = "/api/v2/journey/deployments/d/actionevent"
  private static let ping = "/api/v2/journey/deployments/d/customers/dora/ping"

  /// A visitor who was offered something for the next `seconds`.
  private static func scene(
    _ media: String = "webMessagingOffer", _ member: String = #""offerText":"May we help?""#,
    state: String = "offered", seconds: Int64 = 300, isOver: Bool = false,
    _ change: (inout AccessSettings) -> Void = { _ in }
  ) throws -> QueryScene {
    let over = isOver ? #","endedDate":"2026-01-05T08:00:01.000Z""# : ""
    let open =
      #""openActions":[{"id":"\#(action)","actionMap":{"id":"help"},"mediaType":"\#(media)","state":"\#(state)"}]"#
    let expires = (QueryScene.now + .seconds(seconds)).iso8601
    let event = """
      {"id":"d2","createdDate":"2026-01-05T08:00:00.000Z","customerId":"dora","customerIdType":"cookie",\
      "session":{"id":"\(dora)"},"eventType":"WebActionEvent","webActionEvent":{"action":{"id":"\(action)",\
      "state":"offered","mediaType":"\(media)"},"actionMap":{"id":"help","version":2},\
      "expiresAt":"\(expires)",\(member)},"because":[]}
      """
    return try QueryScene(
      sessions: [
        (dora, QueryScene.session(dora, "web", "dora", open + over)),
        (parcel, QueryScene.session(parcel, "delivery", "dora", #""externalId":"P-1""#)),
      ], actions: [(dora, event)], change)
  }

  private static func actions(_ answer: RawAnswer) throws -> [[String: Any]] {
    try #require(object(answer)["actions"] as? [[String: Any]])
  }

  private static func object(_ answer: RawAnswer) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
  }

  private static func post(_ body: String, path: String = report) -> String {
    String(decoding: GatewayScene.post(body, path: path), as: UTF8.self)
  }

  private static func report(_ state: String, session: String = dora) -> String {
    #"{"sessionId":"\#(session)","actionId":"\#(action)","actionState":"\#(state)"}"#
  }

  // MARK: Pings

  @Test func aPageIsToldWhatToShow() async throws {
    let answer = try await OfferTests.scene().answer(to: QueryScene.get(OfferTests.ping + "?dl=%2Fcart"))
    #expect(answer.status == 200 && answer.fields["cache-control"] == "no-store")
    let actions = try OfferTests.actions(answer)
    #expect(actions.count == 1)
    #expect(actions.first?["id"] as? String == OfferTests.action)
    #expect(actions.first?["actionMapId"] as? String == "help")
    #expect(actions.first?["actionMapVersion"] as? Int == 2)
    #expect(actions.first?["sessionId"] as? String == OfferTests.dora)
    #expect(actions.first?["customerId"] as? String == "dora")
    let properties = actions.first?["webMessagingOfferProperties"] as? [String: String]
    #expect(properties == ["offerText": "May we help?"])
    #expect(try OfferTests.object(answer)["pollIntervalMilliseconds"] as? Int == 10_000)
  }

  @Test(arguments: [
    ("contentOffer", #""actionTemplate":{"contentOffer":{"title":"T"}}"#, "contentOfferProperties"),
    ("webchat", #""props":{"webchatPrompt":"Chat?"}"#, "webchatProperties"),
  ])
  func whatIsShownOnPages(media: String, member: String, name: String) async throws {
    let answer = try await OfferTests.scene(media, member).answer(
      to: QueryScene.get(OfferTests.ping + "?dl=x"))
    let shown = try #require(try OfferTests.actions(answer).first?[name] as? [String: String])
    #expect(shown.values.contains { ["T", "Chat?"].contains($0) })
  }

  @Test(arguments: ["architectFlow", "openAction", "integrationAction"])
  func whatIsShownOnNoPage(media: String) async throws {
    let answer = try await OfferTests.scene(media).answer(to: QueryScene.get(OfferTests.ping + "?dl=x"))
    #expect(try OfferTests.actions(answer).isEmpty)
  }

  @Test("An offer is told until it expires", arguments: [(-1, true), (0, false), (1, false)])
  func expiry(offset: Int64, isTold: Bool) async throws {
    let answer = try await OfferTests.scene(seconds: 10).answer(
      to: QueryScene.get(OfferTests.ping + "?dl=x"), age: EventTime.Span(milliseconds: 10_000 + offset))
    #expect(try OfferTests.actions(answer).isEmpty != isTold)
  }

  @Test func whatEndsAnOffer() async throws {
    for scene in try [OfferTests.scene(state: "started"), OfferTests.scene(isOver: true)] {
      let answer = try await scene.answer(to: QueryScene.get(OfferTests.ping + "?dl=x"))
      #expect(try OfferTests.actions(answer).isEmpty)
    }
  }

  @Test func whoGetsNothing() async throws {
    let scene = try OfferTests.scene()
    let other = OfferTests.ping.replacingOccurrences(of: "dora", with: "ada")
    let answers = try await scene.answers(to: [
      QueryScene.get(OfferTests.ping), QueryScene.get(OfferTests.ping + "?dl="),
      QueryScene.get(other + "?dl=x"), QueryScene.get(OfferTests.ping + "?dl=x&sessionId=\(QueryScene.ada)"),
    ])
    for answer in answers { #expect(try OfferTests.actions(answer).isEmpty) }
    let own = try await scene.answer(
      to: QueryScene.get(OfferTests.ping + "?dl=x&sessionId=\(OfferTests.dora)"))
    #expect(try OfferTests.actions(own).count == 1)
  }

  @Test func withoutAViewNobodyAsksAgain() async throws {
    let scene = try OfferTests.scene()
    let request = QueryScene.get(OfferTests.ping + "?dl=x")
    let none = try await scene.answer(to: request, hasView: false)
    #expect(none.body == "{\"actions\":[],\"pollIntervalMilliseconds\":-1}\n")
    // One that is being made will have it soon.
    let soon = try await scene.answer(to: request, isCaughtUp: false)
    #expect(soon.body == "{\"actions\":[],\"pollIntervalMilliseconds\":10000}\n")
  }

  @Test(
    "Who does nothing is asked less often",
    arguments: [(299_999, 10_000), (300_000, 60_000), (300_001, 60_000)])
  func idle(milliseconds: Int, interval: Int) async throws {
    let answer = try await OfferTests.scene().answer(
      to: QueryScene.get(OfferTests.ping + "?dl=x&sinceLastBeaconMilliseconds=\(milliseconds)"))
    #expect(try OfferTests.object(answer)["pollIntervalMilliseconds"] as? Int == interval)
  }

  @Test func pingsAreLimited() async throws {
    let scene = try OfferTests.scene { access in
      var source = Source(IntakeSource(id: "shop", kind: .browser), deployments: ["d"])
      source.limits.pingsPerMinutePerCustomer = 2
      (access.mode, access.sources) = (.tokens, [source])
    }
    let request = QueryScene.get(OfferTests.ping + "?dl=x")
    let other = QueryScene.get(OfferTests.ping.replacingOccurrences(of: "dora", with: "ada") + "?dl=x")
    let answers = try await scene.answers(to: [request, request, request, other])
    #expect(answers.map(\.status) == [200, 200, 429, 200])
    #expect(answers[2].fields["retry-after"] != nil)
  }

  // MARK: Reports

  @Test func aReportIsAnEventOfItsSession() async throws {
    let scene = try OfferTests.scene()
    let answers = try await scene.answers(to: [
      OfferTests.post(OfferTests.report("accepted")), OfferTests.post(OfferTests.report("accepted")),
      OfferTests.post(OfferTests.report("completed", session: OfferTests.parcel)),
      OfferTests.post(OfferTests.report("started", session: QueryScene.call)),
    ])
    #expect(answers.map(\.status) == [204, 204, 204, 204])
    let records = scene.published.records
    #expect(records.map(\.topic) == ["in-web", "in-web", "in-custom", "in-conversation"])
    let values = try records.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.value.utf8)) as? [String: Any])
    }
    #expect(values.map { $0["customerId"] as? String } == ["dora", "dora", "dora", "+353871234567"])
    #expect(values[0]["actionState"] as? String == "accepted")
    // The same again is the same report.
    #expect(values[0]["id"] as? String == values[1]["id"] as? String)
    #expect(values[2]["externalId"] as? String == "P-1" && values[2]["sessionType"] as? String == "delivery")
    #expect(values[3]["conversationId"] as? String == "c-1")
  }

  @Test(arguments: [
    (#"{"sessionId":"SESSION","actionId":"ACTION","actionState":"offered"}"#, 400, "$.actionState"),
    (#"{"sessionId":"SESSION","actionId":"7","actionState":"accepted"}"#, 400, "$.actionId"),
    (#"{"sessionId":"none","actionId":"ACTION","actionState":"accepted"}"#, 404, "$.sessionId"),
    (#"{"actionId":"ACTION","actionState":"accepted"}"#, 404, "$.sessionId"), ("7", 400, "$"),
  ])
  func whatIsWrongWithAReportIsNamed(body: String, status: Int, field: String) async throws {
    let scene = try OfferTests.scene()
    let body = body.replacingOccurrences(of: "SESSION", with: OfferTests.dora).replacingOccurrences(
      of: "ACTION", with: OfferTests.action)
    let answer = try await scene.answer(to: OfferTests.post(body))
    #expect(answer.status == status)
    let details = try OfferTests.object(answer)["details"] as? [[String: Any]]
    #expect(details?.first?["fieldName"] as? String == field)
    #expect(scene.published.records.isEmpty)
  }

  @Test func withoutAViewNobodyKnowsTheSession() async throws {
    let scene = try OfferTests.scene()
    let request = OfferTests.post(OfferTests.report("accepted"))
    let answers = [
      try await scene.answer(to: request, hasView: false),
      try await scene.answer(to: request, isCaughtUp: false),
    ]
    #expect(answers.map(\.status) == [503, 503])
    #expect(answers[1].fields["retry-after"] == "1" && scene.published.records.isEmpty)
  }

  @Test("The body has at most 16 KiB", arguments: [(0, 204), (1, 413)])
  func largestReport(offset: Int, status: Int) async throws {
    let empty = OfferTests.report("errored").dropLast() + #","errorMessage":""}"#
    let message = String(repeating: "x", count: 16_384 + offset - empty.utf8.count)
    let body = empty.dropLast(2) + message + "\"}"
    let answer = try await OfferTests.scene().answer(to: OfferTests.post(String(body)))
    #expect(answer.status == status)
  }

  // MARK: The description

  @Test func everyStatusIsGivenAsItIsDescribed() async throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../docs/openapi.json")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
    let routes: [Route] = [.actionEvent(deployment: "d"), .ping(deployment: "d", customer: "dora")]
    let described = paths.filter { ($0.value.first?.value["tags"] as? [String]) == ["offers"] }
    #expect(Set(described.keys) == Set(routes.map(\.template)))
    for route in routes {
      let operation = try #require(described[route.template]?[route.methods[0].lowercased()])
      let responses = try #require(operation["responses"] as? [String: [String: Any]])
      let answers = try await OfferTests.answers(of: route)
      #expect(Set(responses.keys) == Set(answers.map { "\($0.status)" }), "\(route.template)")
      let schemas = SchemaCheck(document: document)
      for answer in answers where !answer.body.isEmpty {
        var response = try #require(responses["\(answer.status)"])
        if let name = response["$ref"] as? String { response = schemas.resolve(name) }
        let content = (response["content"] as? [String: [String: Any]])?["application/json"]
        let schema = try #require(content?["schema"] as? [String: Any])
        let body = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
        #expect(schemas.flaws(body, schema) == [], "\(route.template) \(answer.status): \(answer.body)")
        if let example = content?["example"] { #expect(schemas.flaws(example, schema) == []) }
      }
    }
  }

  private static func answers(of route: Route) async throws -> [RawAnswer] {
    let isPing = route.methods[0] == "GET"
    let path = isPing ? ping + "?dl=x" : report
    func request(_ body: String, _ fields: [String] = [], method: String? = nil, host: String = "localhost")
      -> String
    {
      let lines = ["\(method ?? route.methods[0]) \(path) HTTP/1.1", "Host: \(host)"] + fields
      let length = isPing ? [] : ["Content-Length: \(body.utf8.count)"]
      return (lines + length + ["", ""]).joined(separator: "\r\n") + (isPing ? "" : body)
    }
    let good = report("accepted")
    var answers: [RawAnswer] = []
    let wrong = isPing ? [] : ["7", report("accepted", session: "none")]
    for body in [good] + wrong { answers.append(try await scene().answer(to: request(body))) }
    answers.append(try await scene().answer(to: request(good, ["Origin: https://evil.example"])))
    answers.append(try await scene().answer(to: request(good, method: "DELETE")))
    answers.append(try await scene().answer(to: request(good, host: "evil.example")))
    let strict = try scene { access in
      var source = Source(IntakeSource(id: "shop", kind: .browser), deployments: ["other"])
      source.limits.pingsPerMinutePerCustomer = 1
      (access.mode, access.sources) = (.tokens, [source])
    }
    answers.append(try await strict.answer(to: request(good)))
    if isPing {
      let limited = try scene { access in
        var source = Source(IntakeSource(id: "shop", kind: .browser), deployments: ["d"])
        source.limits.pingsPerMinutePerCustomer = 1
        (access.mode, access.sources) = (.tokens, [source])
      }
      answers += try await limited.answers(to: [request(good), request(good)])
    } else {
      answers.append(try await scene().answer(to: request(String(repeating: " ", count: 16_385))))
      answers.append(try await scene().answer(to: request(good), hasView: false))
    }
    return answers
  }
}
