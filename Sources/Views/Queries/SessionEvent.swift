internal import Bytes
package import JourneyModel

/// Something that happened in a session.
package struct SessionEvent: Sendable, Hashable {
  package var id: String
  package var time: EventTime
  /// `WebEvent`, `SegmentAssignmentEvent`, …
  package var kind: String
  /// Whether rules gave it.
  package var isDerived: Bool
  /// The event as an object.
  package var json: [UInt8]

  /// Adds what the event says beside what the journey map has of it.
  mutating func add(_ attributes: [UInt8]?, omitted: Int) {
    // Behind the last member of the body: `{…,"webEvent":{…}}`.
    guard attributes != nil || omitted > 0, json.suffix(2) == [ASCII.closeBrace, ASCII.closeBrace] else {
      return
    }
    json.removeLast(2)
    if let attributes { json += Array(",\"attributes\":".utf8) + attributes }
    if omitted > 0 {
      json += Array(",\"omittedAttributes\":".utf8)
      JSONText.append(omitted, to: &json)
    }
    json += [ASCII.closeBrace, ASCII.closeBrace]
  }
}

/// Some events of a session, the oldest first, and where the list goes on.
package struct SessionEventPage: Sendable, Hashable {
  package var session: SessionEntry
  package var events: [SessionEvent]
  /// Older events of the session that are counted only.
  package var omitted: Int
  /// `nil` at the end of the list.
  package var next: Cursor?
}

/// The journey map of a snapshot as events, in the form of the Journey API's.
struct SessionMap {
  private(set) var events: [SessionEvent] = []
  private(set) var omitted = 0

  init(_ entry: SessionEntry) {
    let walk = JSONWalk(bytes: entry.snapshot)
    guard let map = walk.member("journeyMap", of: 0..<entry.snapshot.count) else { return }
    omitted = walk.member("omitted", of: map).flatMap(walk.integer) ?? 0
    guard let list = walk.member("events", of: map) else { return }
    let form = SessionMap.form(entry.type)
    walk.elements(list) { range in
      if let event = SessionMap.event(range, walk, entry, form) { events.append(event) }
    }
  }

  /// Kind and member of a type's events.
  static func form(_ type: String) -> (kind: String, member: String) {
    let own = Stream.allCases.first { $0.profile.sessionType?.description == type }
    let profile = (own ?? .custom).profile
    return (profile.eventType.description, profile.bodyMember.description)
  }

  private static func event(
    _ range: Range<Int>, _ walk: JSONWalk, _ entry: SessionEntry, _ form: (kind: String, member: String)
  ) -> SessionEvent? {
    guard let id = walk.member("id", of: range).flatMap(walk.text),
      let date = walk.member("createdDate", of: range).flatMap(walk.text), let time = EventTime(iso8601: date)
    else { return nil }
    var json = Array("{\"id\":".utf8)
    JSONText.append(id, to: &json)
    json += Array(",\"createdDate\":\"\(date)\",\"session\":{\"id\":\"\(entry.id)\",\"selfUri\":".utf8)
    JSONText.append("/api/v2/journey/sessions/\(entry.id)", to: &json)
    json += Array(",\"type\":".utf8)
    JSONText.append(entry.type, to: &json)
    json += Array("},\"eventType\":\"\(form.kind)\",\"\(form.member)\":{".utf8)
    var isFirst = true
    walk.members(range) { name, value in
      guard !walk.is(name, "id"), !walk.is(name, "createdDate") else { return }
      if !isFirst { json.append(ASCII.comma) }
      isFirst = false
      json.append(ASCII.quote)
      json += walk.bytes[name]
      json += [ASCII.quote, ASCII.colon]
      json += walk.bytes[value]
    }
    json += Array("}}".utf8)
    return SessionEvent(id: id, time: time, kind: form.kind, isDerived: false, json: json)
  }
}
