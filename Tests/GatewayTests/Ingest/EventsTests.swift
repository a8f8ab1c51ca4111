import EventLog
import Foundation
import Testing

@testable import Gateway

/// `POST /v1/events`, from bytes on the wire to records in the log.
@Suite(.timeLimit(.minutes(2))) struct EventsTests {
  private static func record(_ id: String, topic: String = "in-web") -> ScriptedLog.Record {
    ScriptedLog.Record(topic: topic, partition: -1, key: "ada", value: GatewayScene.event(id))
  }

  @Test func anEventIsInTheLogAsItCame() async throws {
    let scene = GatewayScene()
    let answer = try await scene.answer(to: GatewayScene.post(GatewayScene.event("e1")))
    #expect(answer.status == 200)
    #expect(answer.body == "{\"accepted\":1,\"rejected\":[]}\n")
    #expect(answer.fields["content-type"] == "application/json")
    #expect(answer.fields["cache-control"] == "no-store")
    #expect(answer.fields["sojourn-request-id"]?.isEmpty == false)
    #expect(scene.log.records == [EventsTests.record("e1")])
  }

  @Test(arguments: [
    "Content-Type: application/json", "Content-Type: Application/JSON; charset=utf-8",
    "Content-Type: text/plain", "Content-Type: application/x-www-form-urlencoded", "X-None: 1",
  ])
  func typesOfJSON(field: String) async throws {
    let scene = GatewayScene()
    let body = " [\n\(GatewayScene.event("a")) ,\(GatewayScene.event("b"))\t]\r\n"
    let answer = try await scene.answer(to: GatewayScene.post(body, fields: [field]))
    #expect(answer.body == "{\"accepted\":2,\"rejected\":[]}\n")
    #expect(scene.log.records == [EventsTests.record("a"), EventsTests.record("b")])
  }

  @Test(arguments: ["application/x-ndjson", "application/jsonl; charset=utf-8"])
  func linesAreEvents(type: String) async throws {
    let scene = GatewayScene()
    let body = "\n\(GatewayScene.event("a"))\r\n\n  \n\(GatewayScene.event("b"))"
    let answer = try await scene.answer(to: GatewayScene.post(body, fields: ["Content-Type: \(type)"]))
    #expect(answer.body == "{\"accepted\":2,\"rejected\":[]}\n")
    #expect(scene.log.records == [EventsTests.record("a"), EventsTests.record("b")])
  }

  @Test func whatIsWrongIsNamedAndTheRestIsTaken() async throws {
    let scene = GatewayScene()
    let bad = GatewayScene.event("x", name: "page viewed")
    let body = "[\(GatewayScene.event("a")),\(bad),7,\(GatewayScene.event("b"))]"
    let answer = try await scene.answer(to: GatewayScene.post(body))
    #expect(answer.status == 200)
    #expect(scene.log.records == [EventsTests.record("a"), EventsTests.record("b")])
    let page = try JSONPage(answer.body)
    #expect(page.accepted == 2)
    #expect(page.rejected.map(\.index) == [1, 2])
    #expect(page.rejected.map(\.reason) == ["badEventName", "notAnObject"])
    #expect(page.rejected[0].explanation.contains("'page viewed'"))
    #expect(page.rejected.allSatisfy { !$0.retryable })
  }

  @Test func nothingGoodIsAnError() async throws {
    let scene = GatewayScene()
    let answer = try await scene.answer(to: GatewayScene.post(GatewayScene.event("x", name: "a b")))
    #expect(answer.status == 400)
    #expect(scene.log.attempts == 0)
    let page = try JSONPage(answer.body)
    #expect((page.code, page.status) == ("bad.request", 400))
    #expect(page.contextId == answer.fields["sojourn-request-id"])
    #expect(page.details?.map(\.errorCode) == ["badEventName"])
    #expect(page.details?.first?.fieldName == "$..eventName")
    #expect(page.accepted == 0 && page.rejected.count == 1)
  }

  @Test(arguments: ["", "[", "[1", "[]]", "{\"a\":", "nul", "[{}}", "\u{0}", "[\"", "[\"\\"])
  func whatIsNoJSON(body: String) async throws {
    let answer = try await GatewayScene().answer(to: GatewayScene.post(body))
    #expect(answer.status == 400)
    #expect(try JSONPage(answer.body).rejected.count == 1)
  }

  @Test func anEmptyArrayIsNoError() async throws {
    let answer = try await GatewayScene().answer(to: GatewayScene.post(" [ ] "))
    #expect(answer.status == 200)
    #expect(answer.body == "{\"accepted\":0,\"rejected\":[]}\n")
  }

  @Test(arguments: [
    ("", "unknownStream", 400), ("?stream=", "unknownStream", 400), ("?stream=webb", "unknownStream", 400),
    ("?x=1&stream=%77eb", "", 200), ("?stream=web&stream=app", "", 200),
    ("?stream=we%", "unknownStream", 400),
  ])
  func theStreamIsNamed(query: String, code: String, status: Int) async throws {
    let answer = try await GatewayScene().answer(
      to: GatewayScene.post(GatewayScene.event("a"), path: "/v1/events" + query))
    #expect(answer.status == status)
    if status != 200 {
      let page = try JSONPage(answer.body)
      #expect(page.code == "invalid.query.param.value")
      #expect(page.details?.map(\.errorCode) == [code])
    }
  }

  @Test func pathsMethodsTypesAndHosts() async throws {
    let post = GatewayScene.event("a")
    let cases: [(request: [UInt8], status: Int, code: String)] = [
      (GatewayScene.post(post, path: "/"), 404, "not.found"),
      (GatewayScene.post(post, path: "/v1/events/"), 404, "not.found"),
      (GatewayScene.post(post, path: "//v1/events"), 404, "not.found"),
      (GatewayScene.post(post, path: "/v1/%65vents"), 404, "not.found"),
      (GatewayScene.post(post, fields: ["Content-Type: text/html"]), 415, "unsupported.media.type"),
      (GatewayScene.post(post, fields: ["Content-Type: a b"]), 415, "unsupported.media.type"),
      (GatewayScene.post(post, fields: ["Content-Encoding: br"]), 415, "unsupported.media.type"),
      (GatewayScene.post(post, fields: ["Content-Encoding: gzip, gzip"]), 415, "unsupported.media.type"),
      (GatewayScene.post(post, fields: ["Origin: https://evil.example"]), 403, "origin.not.allowed"),
      (Array("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8), 405, "method.not.allowed"),
      (Array("GET /v1/events HTTP/1.1\r\nHost: evil.example\r\n\r\n".utf8), 421, "misdirected.request"),
    ]
    let scene = GatewayScene()
    let answers = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return cases.map { request -> RawAnswer? in
        connection.send(request.request)
        return connection.receiveAnswer()
      }
    }
    for (expected, answer) in zip(cases, answers) {
      let answer = try #require(answer)
      #expect(answer.status == expected.status)
      #expect(try JSONPage(answer.body).code == expected.code)
      if expected.status == 405 { #expect(answer.fields["allow"] == "POST") }
    }
    #expect(scene.log.attempts == 0)
  }

  @Test(arguments: ["localhost", "LOCALHOST:8320", "127.0.0.1:1", "[::1]", "[::1]:8320"])
  func ownNames(host: String) async throws {
    let answer = try await GatewayScene().answer(
      to: "GET /v1/events HTTP/1.1\r\nHost: \(host)\r\n\r\n")
    #expect(answer.status == 405)
  }

  @Test(arguments: ["localhost.evil", "evil:8320", "[::1].evil", "127.0.0.1.evil", "localhost:80:80", ""])
  func foreignNames(host: String) async throws {
    let answer = try await GatewayScene().answer(
      to: "GET /v1/events HTTP/1.1\r\nHost: \(host)\r\n\r\n")
    #expect(answer.status == 421)
  }

  @Test(arguments: [-1, 0, 1])
  func aBodyHasALimit(_ offset: Int) async throws {
    var limits = IngestLimits()
    limits.maxBodyBytes = 4_096
    let event = GatewayScene.event("a")
    let body = event + String(repeating: " ", count: limits.maxBodyBytes - event.utf8.count + offset)
    let answer = try await GatewayScene(ingest: limits).answer(to: GatewayScene.post(body))
    #expect(answer.status == (offset > 0 ? 413 : 200))
  }

  @Test(arguments: [-1, 0, 1])
  func aBodyHasALimitOfEvents(_ offset: Int) async throws {
    var limits = IngestLimits()
    limits.maxEvents = 20
    let events = (0..<limits.maxEvents + offset).map { GatewayScene.event("\($0)") }
    let scene = GatewayScene(ingest: limits)
    let answer = try await scene.answer(to: GatewayScene.post("[\(events.joined(separator: ","))]"))
    #expect(answer.status == (offset > 0 ? 413 : 200))
    #expect(scene.log.records.count == (offset > 0 ? 0 : events.count))
  }

  @Test(arguments: [-1, 0, 1])
  func refusalsAreNamedUpToALimit(_ offset: Int) async throws {
    var limits = IngestLimits()
    limits.maxNamedRefusals = 5
    let wrong = Array(repeating: "1", count: limits.maxNamedRefusals + offset).joined(separator: ",")
    let answer = try await GatewayScene(ingest: limits).answer(
      to: GatewayScene.post("[\(GatewayScene.event("a")),\(wrong)]"))
    let page = try JSONPage(answer.body)
    #expect(page.rejected.count == min(5, 5 + offset))
    #expect(page.omitted == (offset > 0 ? 1 : nil))
  }

  @Test func memoryForBodiesHasALimit() async throws {
    var limits = IngestLimits()
    limits.maxInFlightBytes = 1_000
    let scene = GatewayScene(ingest: limits)
    let large = try await scene.answer(
      to: GatewayScene.post(GatewayScene.event("a") + String(repeating: " ", count: 1_000)))
    #expect(large.status == 429)
    #expect(["1", "2", "3"].contains(large.fields["retry-after"]))
    #expect(scene.handler.monitor.budget.usedBytes == 0)
    let chunked = try await GatewayScene(ingest: limits).answer(
      to: "POST /v1/events?stream=web HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "500\r\n" + String(repeating: "a", count: 0x500) + "\r\n0\r\n\r\n")
    #expect(chunked.status == 429)
  }

  @Test func aClientThatAsksMayGoOn() async throws {
    let scene = GatewayScene()
    let event = GatewayScene.event("c1")
    let (first, second, refused) = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      connection.send(
        "POST /v1/events?stream=web HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(event.utf8.count)\r\nExpect: 100-continue\r\n\r\n"
      )
      let first = connection.receiveAnswer()?.status
      connection.send(event)
      let second = connection.receiveAnswer()?.status
      connection.send(
        "POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
      return (first, second, connection.receiveAnswer()?.status)
    }
    #expect((first, second) == (100, 200))
    #expect(refused == 404)
  }
}

/// An answer of `/v1/events`.
struct JSONPage: Decodable {
  struct Rejected: Decodable {
    var index: Int
    var id: String?
    var reason: String
    var explanation: String
    var retryable: Bool
  }
  struct Detail: Decodable {
    var errorCode: String
    var fieldName: String?
  }
  var accepted: Int?
  var rejected: [Rejected] = []
  var omitted: Int?
  var message: String?
  var code: String?
  var status: Int?
  var contextId: String?
  var details: [Detail]?

  private enum CodingKeys: String, CodingKey {
    case accepted, rejected, omitted, message, code, status, contextId, details
  }

  init(_ text: String) throws { self = try JSONDecoder().decode(JSONPage.self, from: Data(text.utf8)) }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    accepted = try values.decodeIfPresent(Int.self, forKey: .accepted)
    rejected = try values.decodeIfPresent([Rejected].self, forKey: .rejected) ?? []
    omitted = try values.decodeIfPresent(Int.self, forKey: .omitted)
    message = try values.decodeIfPresent(String.self, forKey: .message)
    code = try values.decodeIfPresent(String.self, forKey: .code)
    status = try values.decodeIfPresent(Int.self, forKey: .status)
    contextId = try values.decodeIfPresent(String.self, forKey: .contextId)
    details = try values.decodeIfPresent([Detail].self, forKey: .details)
  }
}
