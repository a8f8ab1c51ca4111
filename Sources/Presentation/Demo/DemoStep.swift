import JourneyModel

/// One event of a scene: what a producer would send, and what a person reads about it.
struct DemoStep: Sendable {
  var stream: JourneyModel.Stream
  /// How long before the demo's start it took place.
  var ago: EventTime.Span
  var caption: String
  /// The event. `{time}` stands for its time in ISO 8601, `{milliseconds}` for the same since 1970,
  /// `{webSession}` for the id of the customer's web session as the sessions topic has shown it.
  var json: String
  /// What the card of the scene's conversation shows afterwards: status and agent. Nothing is looked at
  /// without it.
  var shows: (status: String, agent: String)?

  init(
    _ stream: JourneyModel.Stream, ago: EventTime.Span, _ caption: String, _ json: String,
    shows: (status: String, agent: String)? = nil
  ) {
    self.shows = shows
    self.stream = stream
    self.ago = ago
    self.caption = caption
    self.json = json
  }

  /// Whether the event names a session that must have been seen before.
  var needsWebSession: Bool { json.contains("{webSession}") }

  /// The record's value, on one line.
  func value(start: EventTime, webSession: String) -> [UInt8] {
    let time = start - ago
    let line = json.split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
    return Array(
      line.replacing("{time}", with: time.iso8601).replacing("{milliseconds}", with: "\(time.milliseconds)")
        .replacing("{webSession}", with: webSession).utf8)
  }
}
