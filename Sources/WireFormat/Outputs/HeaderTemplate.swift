internal import EventLog
package import JourneyModel
package import Sessionizer

/// CloudEvents 1.0 headers in Kafka's binary mode, with the constant ones encoded once per lane.
package struct HeaderTemplate {
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
    var form =
      HeaderBlock([
        ("ce_specversion", "1.0"), ("ce_type", type), ("ce_source", "/sojourn/\(group)/\(lane)"),
        ("content-type", "application/json"),
      ]).bytes
    idAt = HeaderTemplate.header("ce_id", length: SessionID.textLength, &form)
    subjectAt = HeaderTemplate.header("ce_subject", length: SessionID.textLength, &form)
    timeAt = HeaderTemplate.header("ce_time", length: EventTime.iso8601Length, &form)
    derived = form
  }

  /// Appends the headers of a session's snapshot to an arena: those of a derived event, but that the id goes
  /// on behind the session's.
  package func append(_ session: Session, to bytes: inout [UInt8]) {
    let start = bytes.count
    let end = idAt + SessionID.textLength
    bytes.append(ByteSlice(offset: 0, length: end), of: derived)
    bytes.append(ASCII.colon)
    JSONText.append(session.revision, to: &bytes)
    // Snapshots of one revision differ in who the customer is.
    if session.hasPerson, let person = session.person, person.revision > 0 {
      bytes.append(ASCII.colon)
      JSONText.append(person.revision, to: &bytes)
    }
    let more = bytes.count - start - end
    bytes.append(ByteSlice(offset: end, length: derived.count - end), of: derived)
    var text = bytes.mutableSpan
    HeaderTemplate.writeLength(SessionID.textLength + more, at: start + idAt - 4, in: &text)
    session.id.writeText(at: start + idAt, in: &text)
    session.id.writeText(at: start + more + subjectAt, in: &text)
    session.last.writeISO8601(at: start + more + timeAt, in: &text)
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
    let start = header(name, length: 0, &bytes)
    value(&bytes)
    var text = bytes.mutableSpan
    writeLength(text.count - start, at: start - 4, in: &text)
  }

  /// Appends a header whose value is to be written, and says where that is.
  private static func header(_ name: StaticString, length: Int, _ bytes: inout [UInt8]) -> Int {
    bytes.append(UInt8(name.utf8CodeUnitCount))
    bytes.append(0)
    bytes.append(name)
    let lengthAt = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: 4 + length))
    var text = bytes.mutableSpan
    writeLength(length, at: lengthAt, in: &text)
    return lengthAt + 4
  }

  private static func writeLength(_ length: Int, at place: Int, in text: inout MutableSpan<UInt8>) {
    for byte in 0..<4 { text[place + byte] = UInt8(truncatingIfNeeded: length >> (8 * byte)) }
  }
}
