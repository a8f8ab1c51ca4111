internal import Bytes
internal import JourneyModel
internal import Views

/// What became of an event, as an object of JSON.
enum EventFateText {
  /// - Parameter seen: whether who asks may see a session; of others it is told that there is one.
  static func append(_ fate: EventFate, seen: (SessionEntry) -> Bool, to body: inout [UInt8]) {
    body += Array("{\"stream\":".utf8)
    JSONText.append(fate.stream, to: &body)
    body += Array(",\"createdDate\":\"\(fate.time.iso8601)\",\"state\":".utf8)
    switch fate.state {
    case .pending: JSONText.append("pending", to: &body)
    case .read: JSONText.append("read", to: &body)
    case .rejected(let reason, let explanation):
      JSONText.append("rejected", to: &body)
      member("reason", reason, &body)
      member("explanation", explanation, &body)
    case .applied(let session):
      JSONText.append("applied", to: &body)
      if seen(session) {
        member("sessionId", session.id, &body)
        member("selfUri", "/api/v2/journey/sessions/\(session.id)", &body)
      }
    }
    body.append(ASCII.closeBrace)
  }

  private static func member(_ name: String, _ value: String, _ body: inout [UInt8]) {
    body.append(ASCII.comma)
    JSONText.append(name, to: &body)
    body.append(ASCII.colon)
    JSONText.append(value, to: &body)
  }
}
