internal import JourneyModel
internal import Sessionizer

/// What every derived event begins with, the vendor's envelope: its id, what caused it, whose session it is about.
package struct DerivedEventHead {
  private static let namespace = UUIDVersion5.bytes(
    namespace: UUIDVersion5.urlNamespace, name: Array("https://sojourn.dev/derived-event".utf8))

  /// The event's id, 36 bytes of text.
  package let id: [UInt8]

  /// Derives the id: from the session and whatever tells this event from its others, so that a second run gives the same.
  init(_ session: Session, _ parts: [String]) {
    var name: [UInt8] = session.idText
    for part in parts {
      name.append(0)
      name.append(contentsOf: part.utf8)
    }
    let bytes = UUIDVersion5.bytes(namespace: DerivedEventHead.namespace, name: name)
    var text: [UInt8] = []
    SessionID(
      high: bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) },
      low: bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    ).appendText(to: &text)
    id = text
  }

  /// Appends the members up to `eventType`; the body follows.
  ///
  /// - Parameters:
  ///   - cause: the id of the event after which it happened; `nil` for a timer.
  ///   - member: the name of the body; `eventType` is the same with a capital.
  func append(
    of session: Session, time: EventTime, cause: String?, eventType: StaticString, member: StaticString,
    to bytes: inout [UInt8]
  ) {
    bytes.append("{\"id\":\"")
    bytes.append(contentsOf: id)
    bytes.append(0x22)
    if let cause {
      bytes.append(",\"correlationId\":")
      JSONText.append(cause, to: &bytes)
    }
    if let contact = session.facts.value(.externalContact) {
      bytes.append(",\"externalContact\":")
      bytes.append(contact, of: session.facts.bytes)
    }
    bytes.append(",\"createdDate\":")
    DerivedEventHead.date(time, &bytes)
    bytes.append(",\"customerId\":")
    text(session, session.identity.customerID, &bytes)
    bytes.append(",\"customerIdType\":")
    text(session, session.identity.customerIDType, &bytes)
    bytes.append(",\"session\":{\"id\":\"")
    bytes.append(contentsOf: session.idText)
    bytes.append("\",\"selfUri\":\"/api/v2/journey/sessions/")
    bytes.append(contentsOf: session.idText)
    bytes.append("\",\"type\":")
    text(session, session.identity.type, &bytes)
    bytes.append("},\"eventType\":\"")
    bytes.append(eventType)
    bytes.append("\",\"")
    bytes.append(member)
    bytes.append("\":")
  }

  /// Appends facts of a session under their names.
  static func facts(
    of session: Session, _ members: [(field: EventField, name: StaticString)], to bytes: inout [UInt8]
  ) {
    for (field, name) in members {
      guard let value = session.facts.value(field) else { continue }
      bytes.append(",\"")
      bytes.append(name)
      bytes.append("\":")
      bytes.append(value, of: session.facts.bytes)
    }
  }

  /// Appends `{"id":…,"selfUri":…,"displayName":…,"version":…}`.
  static func reference(
    _ path: StaticString, id: String, displayName: String?, version: Int, to bytes: inout [UInt8]
  ) {
    bytes.append("{\"id\":")
    JSONText.append(id, to: &bytes)
    bytes.append(",\"selfUri\":")
    JSONText.append("/api/v2/journey/\(path)/\(id)", to: &bytes)
    if let displayName {
      bytes.append(",\"displayName\":")
      JSONText.append(displayName, to: &bytes)
    }
    bytes.append(",\"version\":")
    JSONText.append(version, to: &bytes)
    bytes.append(0x7d)
  }

  static func date(_ time: EventTime, _ bytes: inout [UInt8]) {
    bytes.append(0x22)
    time.appendISO8601(to: &bytes)
    bytes.append(0x22)
  }

  private func text(_ session: Session, _ slice: ByteSlice, _ bytes: inout [UInt8]) {
    JSONText.append(session.identity.bytes[slice.indices], to: &bytes)
  }
}
