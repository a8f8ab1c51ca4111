internal import EventLog
package import JourneyModel
package import Sessionizer

/// CloudEvents 1.0 headers in Kafka's binary mode, with the constant ones encoded once per lane.
package struct HeaderTemplate {
  private let constant: [UInt8]
  /// All headers of a derived event, whose values have always the same lengths; and where these are.
  private let derived: [UInt8]
  private let idAt: Int
  private let subjectAt: Int
  private let timeAt: Int

  /// The headers of a topic's events.
  package init(_ topic: OutputTopic, group: String, lane: LaneNumber) {
    precondition(topic.entry.eventType != nil, "the catalogue has no event type for this topic")
    self.init(type: topic.entry.eventType ?? "", group: group, lane: lane)
  }

  package init(type: String, group: String, lane: LaneNumber) {
    constant =
      HeaderBlock([
        ("ce_specversion", "1.0"), ("ce_type", type), ("ce_source", "/sojourn/\(group)/\(lane)"),
        ("content-type", "application/json"),
      ]).bytes
    var form = constant
    var places: [Int] = []
    for (name, length) in [
      ("ce_id" as StaticString, SessionID.textLength), ("ce_subject", SessionID.textLength),
      ("ce_time", EventTime.iso8601Length),
    ] {
      HeaderTemplate.header(name, &form) { bytes in
        places.append(bytes.count)
        bytes.append(contentsOf: repeatElement(0, count: length))
      }
    }
    derived = form
    (idAt, subjectAt, timeAt) = (places[0], places[1], places[2])
  }

  /// Appends the headers of a session's snapshot to an arena.
  package func append(_ session: Session, to bytes: inout [UInt8]) {
    bytes.append(all: constant)
    HeaderTemplate.header("ce_id", &bytes) { bytes in
      session.id.appendText(to: &bytes)
      bytes.append(ASCII.colon)
      JSONText.append(session.revision, to: &bytes)
      // Snapshots of one revision differ in who the customer is.
      if session.hasPerson, let person = session.person, person.revision > 0 {
        bytes.append(ASCII.colon)
        JSONText.append(person.revision, to: &bytes)
      }
    }
    HeaderTemplate.header("ce_subject", &bytes) { session.id.appendText(to: &$0) }
    HeaderTemplate.header("ce_time", &bytes) { session.last.appendISO8601(to: &$0) }
  }

  /// Appends the headers of a derived event to an arena.
  package func append(id: DerivedEventID, subject: SessionID, time: EventTime, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(all: derived)
    var text = bytes.mutableSpan
    id.writeText(at: start + idAt, in: &text)
    subject.writeText(at: start + subjectAt, in: &text)
    time.writeISO8601(at: start + timeAt, in: &text)
  }

  /// Appends a header of that name.
  static func header(_ name: StaticString, _ bytes: inout [UInt8], _ value: (inout [UInt8]) -> Void) {
    bytes.append(UInt8(name.utf8CodeUnitCount))
    bytes.append(0)
    // The literal's own bytes; a StaticString offers them by pointer only.
    bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    let lengthAt = bytes.count
    withUnsafeBytes(of: UInt32(0)) { bytes.append(contentsOf: $0) }
    value(&bytes)
    let length = bytes.count - lengthAt - 4
    var text = bytes.mutableSpan
    for place in 0..<4 { text[lengthAt + place] = UInt8(truncatingIfNeeded: length >> (8 * place)) }
  }
}
