import Foundation
import Testing

@testable import Gateway

@Suite struct RouteTests {
  @Test(arguments: [
    ("/v1/events", "/v1/events"), ("/v1/track", "/v1/track"), ("/v1/t", "/v1/track"), ("/v1/p", "/v1/page"),
    ("/v1/s", "/v1/screen"), ("/v1/i", "/v1/identify"), ("/v1/g", "/v1/group"), ("/v1/a", "/v1/alias"),
    ("/v1/batch", "/v1/batch"), ("/v1/b", "/v1/batch"), ("/v1/m", "/v1/m"), ("/rsaMetrics", "/v1/m"),
    ("/beacon/v1/batch", "/beacon/v1/batch"), ("/sourceConfig", "/sourceConfig"),
    ("/sourceConfig/", "/sourceConfig"),
    ("/v1/projects/k/settings", "/v1/projects/{writeKey}/settings"),
    ("/api/v2/journey/customevents", "/api/v2/journey/customevents"),
    (
      "/api/v2/journey/deployments/d/webevents", "/api/v2/journey/deployments/{deploymentId}/webevents"
    ),
    (
      "/api/v2/journey/deployments/d/appevents", "/api/v2/journey/deployments/{deploymentId}/appevents"
    ),
    (
      "/api/v2/journey/externalevents/configurations/c/events",
      "/api/v2/journey/externalevents/configurations/{configurationId}/events"
    ),
  ])
  func paths(path: String, template: String) {
    #expect(Route(path: path)?.template == template)
  }

  @Test(arguments: [
    "", "/", "v1/events", "/v1", "/v1/", "/v1/events/", "//v1/events", "/V1/events", "/v1/%65vents",
    "/v1/../v1/events", "/v1/x", "/v1/trac", "/v1/projects//settings", "/v1/projects/k", "/sourceConfig//",
    "/api/v2/journey/deployments//webevents", "/api/v2/journey/deployments/d/webevents/", "/api/v2/journey",
    "/api/v2/journey/deployments/d/ping", "/api/v1/journey/customevents", "/beacon/v1", "/beacon/v2/batch",
  ])
  func noPaths(path: String) {
    #expect(Route(path: path) == nil)
  }
}

/// The forms of other vendors' clients, from the wire to the log.
@Suite(.timeLimit(.minutes(2))) struct VendorPathTests {
  private static let time = "2026-01-05T07:59:00.000Z"

  private static func answers(_ requests: [[UInt8]], _ scene: GatewayScene) async throws -> [RawAnswer] {
    let answers = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return requests.map { request -> RawAnswer? in
        connection.send(request)
        return connection.receiveAnswer()
      }
    }
    return try answers.map { try #require($0) }
  }

  @Test func segmentCalls() async throws {
    let scene = GatewayScene()
    let call =
      #"{"type":"track","event":"Order Completed","anonymousId":"ada","messageId":"m1","timestamp":"\#(VendorPathTests.time)","context":{"page":{"url":"https://shop.example.com/"}}}"#
    let bad = #"{"type":"track","event":"","anonymousId":"ada","messageId":"m2"}"#
    let answers = try await VendorPathTests.answers(
      [
        GatewayScene.post(call, path: "/v1/track"), GatewayScene.post(call, path: "/v1/t"),
        GatewayScene.post("{\"batch\":[\(call),\(bad)]}", path: "/v1/batch"),
        GatewayScene.post("{\"batch\":[\(call)]}", path: "/v1/b", fields: ["Content-Type: text/plain"]),
        GatewayScene.post("{\"batch\":[\(call)]}", path: "/beacon/v1/batch?writeKey=k"),
        GatewayScene.post(bad, path: "/v1/track"), GatewayScene.post("{}", path: "/v1/m"),
      ], scene)
    #expect(answers.map(\.status) == [200, 200, 200, 200, 200, 400, 204])
    #expect(answers[0].body == "{\"success\":true}\n")
    #expect(answers[2].body.contains("\"rejected\":[{\"index\":1,\"id\":\"m2\",\"reason\":\"badEventName\""))
    #expect(scene.log.records.count == 5)
    #expect(scene.log.records.allSatisfy { $0.topic == "in-web" && $0.key == "ada" })
    #expect(scene.log.records[0].value.contains("\"order_completed\""))
  }

  @Test func externalAndCustomEvents() async throws {
    let scene = GatewayScene()
    let entity =
      #"{"id":"x1","dateCreated":"\#(VendorPathTests.time)","identifiers":{"externalIds":[{"value":"order-1","externalSourceId":"s"}]},"attributes":{"eventName":"shipped"}}"#
    let custom =
      #"{"id":"c1","customerId":"ada","createdDate":"\#(VendorPathTests.time)","eventName":"shipped","sessionType":"delivery","externalId":"o1"}"#
    let answers = try await VendorPathTests.answers(
      [
        GatewayScene.post(
          "{\"entities\":[\(entity),{\"id\":\"x2\"}]}",
          path: "/api/v2/journey/externalevents/configurations/orders/events"),
        GatewayScene.post(custom, path: "/api/v2/journey/customevents"),
        GatewayScene.post("{\"entities\":[\(custom),7]}", path: "/api/v2/journey/customevents"),
        GatewayScene.post("[", path: "/api/v2/journey/externalevents/configurations/orders/events"),
      ], scene)
    #expect(answers.map(\.status) == [200, 202, 202, 400])
    #expect(answers[0].body.contains("\"unprocessedEntities\":[{\"event\":{\"id\":\"x2\"}"))
    #expect(answers[0].body.contains("\"originalRequestIndex\":1"))
    #expect(answers[1].body.contains("\"id\":\"c1\""))
    #expect(scene.log.records.map(\.topic) == ["in-custom", "in-custom", "in-custom"])
    #expect(scene.log.records[0].value.contains("\"orders\""))
  }

  @Test func whatClientsAskForFirst() async throws {
    let answers = try await VendorPathTests.answers(
      [
        Array("GET /v1/projects/key-1/settings HTTP/1.1\r\nHost: localhost:8320\r\n\r\n".utf8),
        Array("GET /sourceConfig/?writeKey=key-1 HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8),
      ], GatewayScene())
    #expect(answers.map(\.status) == [200, 200])
    #expect(answers[0].body.contains("\"apiHost\":\"localhost:8320/v1\""))
    #expect(answers[1].body.contains("\"destinations\":[]"))
  }

  /// What cannot be sent again without harm says so.
  @Test func anEventWithoutIdAndTimeIsAnotherEachTime() async throws {
    let scene = GatewayScene()
    let body = #"{"customerId":"ada","eventName":"page_viewed"}"#
    let answers = try await VendorPathTests.answers(
      [GatewayScene.post(body), GatewayScene.post(body), GatewayScene.post(GatewayScene.event("e"))], scene)
    #expect(answers.map { $0.fields["sojourn-idempotent"] } == ["no", "no", nil])
    #expect(Set(scene.log.records.map(\.value)).count == 3)
  }

  @Test func cloudEventsInAllThreeModes() async throws {
    let scene = GatewayScene()
    let data = GatewayScene.event("d1")
    let whole =
      #"{"specversion":"1.0","id":"d1","source":"/shop","type":"dev.sojourn.event.web.v1","data":\#(data)}"#
    let answers = try await VendorPathTests.answers(
      [
        GatewayScene.post(
          whole, path: "/v1/events", fields: ["Content-Type: application/cloudevents+json; charset=utf-8"]),
        GatewayScene.post(
          "[\(whole)]", path: "/v1/events", fields: ["Content-Type: application/cloudevents-batch+json"]),
        GatewayScene.post(
          data, path: "/v1/events",
          fields: [
            "Content-Type: application/json", "ce-specversion: 1.0", "ce-id: d1", "ce-source: /shop",
            "ce-type: dev.sojourn.event.web.v1",
          ]),
      ], scene)
    #expect(answers.map(\.status) == [200, 200, 200])
    #expect(scene.log.records.map(\.topic) == ["in-web", "in-web", "in-web"])
  }
}
