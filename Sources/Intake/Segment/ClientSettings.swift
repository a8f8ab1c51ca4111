internal import Bytes

/// What clients ask for before they send anything.
package enum ClientSettings {
  /// `GET /v1/projects/{writeKey}/settings` for analytics.js.
  ///
  /// Exactly one integration: with a second one the client would load destinations from elsewhere.
  ///
  /// - Parameter apiHost: host, port and `/v1`, without a scheme: `journeys.example.com/v1`.
  /// - Parameter scheme: `http` or `https`.
  package static func analyticsJS(writeKey: String, apiHost: String, scheme: String) -> [UInt8] {
    var destination = ObjectWriter()
    destination.add("apiKey", text: writeKey)
    destination.add("apiHost", text: apiHost)
    destination.add("protocol", text: scheme)
    var integrations = ObjectWriter()
    integrations.add("Segment.io", object: destination)
    var settings = ObjectWriter()
    settings.add("integrations", object: integrations)
    settings.add("plan", json: Array(#"{"track":{"__default":{"enabled":true}}}"#.utf8))
    return settings.object
  }

  /// `GET /sourceConfig/` for RudderStack's clients, which do not start without it.
  ///
  /// - Parameter dataPlaneURL: where they shall send to; `nil` leaves it to what they were told.
  package static func sourceConfig(source: IntakeSource, writeKey: String, dataPlaneURL: String?) -> [UInt8] {
    var statistics = ObjectWriter()
    statistics.add("errors", json: Array(#"{"enabled":false}"#.utf8))
    statistics.add("metrics", json: Array(#"{"enabled":false}"#.utf8))
    var configuration = ObjectWriter()
    configuration.add("statsCollection", object: statistics)
    var description = ObjectWriter()
    description.add("id", text: source.id)
    description.add("name", text: source.id)
    description.add("writeKey", text: writeKey)
    description.add("enabled", flag: true)
    description.add("workspaceId", text: source.id)
    description.add("config", object: configuration)
    description.add("destinations", json: [ASCII.openBracket, ASCII.closeBracket])
    description.add("connections", json: [ASCII.openBracket, ASCII.closeBracket])
    if let dataPlaneURL {
      var plane = ObjectWriter()
      plane.add("url", text: dataPlaneURL)
      plane.add("default", flag: true)
      // The region that clients take where none is set.
      var planes = ObjectWriter()
      planes.add("US", json: [ASCII.openBracket] + plane.object + [ASCII.closeBracket])
      description.add("dataplanes", object: planes)
    }
    var response = ObjectWriter()
    response.add("source", object: description)
    return response.object
  }
}
