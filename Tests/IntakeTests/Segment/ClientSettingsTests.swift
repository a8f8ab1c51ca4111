import Foundation
import Intake
import Testing

/// What clients ask for before they send anything.
@Suite struct ClientSettingsTests {
  @Test("analytics.js: one integration, and a plan that lets every event through")
  func analytics() {
    #expect(
      String(
        decoding: ClientSettings.analyticsJS(writeKey: "k\"1", apiHost: "localhost:8320/v1", scheme: "http"),
        as: UTF8.self)
        == #"{"integrations":{"Segment.io":{"apiKey":"k\"1","apiHost":"localhost:8320/v1","protocol":"http"}},"plan":{"track":{"__default":{"enabled":true}}}}"#
    )
  }

  @Test("RudderStack: a source that is enabled, with a configuration and no destinations")
  func rudder() throws {
    let json = ClientSettings.sourceConfig(
      source: Intakes.source(.browser), writeKey: "k1", dataPlaneURL: "https://journeys.example.com")
    #expect(
      String(decoding: json, as: UTF8.self)
        == #"{"source":{"id":"shop","name":"shop","writeKey":"k1","enabled":true,"workspaceId":"shop","config":{"statsCollection":{"errors":{"enabled":false},"metrics":{"enabled":false}}},"destinations":[],"connections":[],"dataplanes":{"US":[{"url":"https://journeys.example.com","default":true}]}}}"#
    )
    let plain = ClientSettings.sourceConfig(source: Intakes.source(), writeKey: "k", dataPlaneURL: nil)
    let parsed = try #require(JSONSerialization.jsonObject(with: Data(plain)) as? [String: [String: Any]])
    #expect(parsed["source"]?["dataplanes"] == nil)
  }
}
