import Intake
import Testing

@testable import Gateway

/// Requests from addresses that a source does not want.
@Suite(.timeLimit(.minutes(1))) struct AddressFilterTests {
  private static func scene(_ filters: [String]) throws -> GatewayScene {
    var access = AccessSettings()
    access.mode = .tokens
    access.trustedProxies = try #require(TrustedProxies(["127.0.0.1"]))
    var source = Source(
      IntakeSource(id: "shop", kind: .browser), keyHashes: [WriteKey.hash("key-of-shop")],
      deployments: ["d1"],
      origins: ["*"])
    source.ipFilters = try #require(AddressNetworks(filters))
    access.sources = [
      source, Source(IntakeSource(id: "back", kind: .server), keyHashes: [WriteKey.hash("key-of-back")]),
    ]
    return GatewayScene(access: access)
  }

  private static func request(_ address: String, key: String = "key-of-shop") -> [UInt8] {
    GatewayScene.post(
      GatewayScene.event("e"), path: "/v1/events?stream=web&key=\(key)",
      fields: ["X-Forwarded-For: \(address)", "Origin: https://shop.example.com"])
  }

  @Test func theyAreAnsweredAndDropped() async throws {
    let scene = try AddressFilterTests.scene(["10.1.0.0/16", "2001:db8::/32"])
    let call =
      #"{"writeKey":"key-of-shop","type":"page","anonymousId":"ada","messageId":"m","timestamp":"2026-01-05T07:59:00.000Z"}"#
    let answers = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return [
        AddressFilterTests.request("10.1.2.3"), AddressFilterTests.request("2001:db8::7"),
        // The write key is in the body.
        GatewayScene.post(call, path: "/v1/page", fields: ["X-Forwarded-For: 10.1.0.1"]),
        GatewayScene.post(
          GatewayScene.event("e"), path: "/api/v2/journey/deployments/d1/webevents",
          fields: ["X-Forwarded-For: 10.1.255.255"]),
        AddressFilterTests.request("10.2.0.0"), AddressFilterTests.request("10.1.2.3", key: "key-of-back"),
      ].map { request -> RawAnswer? in
        connection.send(request)
        return connection.receiveAnswer()
      }
    }
    // The other source is a server's: no page sends for it.
    #expect(answers.map { $0?.status } == [204, 204, 204, 204, 200, 403])
    #expect(answers[0]?.fields["access-control-allow-origin"] == "https://shop.example.com")
    #expect(scene.log.records.count == 1)
    let page = SampleLines(scene.handler.monitor)
    #expect(page.value("sojourn_ingest_filtered_requests_total", ["source": "shop"]) == 4)
  }

  @Test func nobodyIsFilteredUnlessNamed() async throws {
    let answer = try await AddressFilterTests.scene([]).answer(to: AddressFilterTests.request("10.1.2.3"))
    #expect(answer.status == 200)
  }
}
