internal import CXXHash
internal import JourneyModel
internal import Sessionizer

/// What every derived event begins with, the vendor's envelope: its id, what caused it, whose session it is about.
package struct DerivedEventHead {
  /// The event's id, 36 bytes of text.
  package let id: [UInt8]

  /// What tells an event from others of its session.
  struct Difference {
    /// What kind of event it is.
    var kind: String
    /// The definition, or the action.
    var subject: String
    /// The definition's version, or a state's number.
    var version: Int
    var time: EventTime
    /// The event after which it happened; nothing for a timer.
    var cause: String?
  }

  /// Derives the id: UUID version 8, the XXH3 hash of 128 bits of the session and of whatever tells this event from its others, so that
  /// a second run gives the same. Not version 5: SHA-1 cost more than everything else that is written.
  init(_ session: Session, _ difference: Difference) {
    var name: [UInt8] = []
    name.reserveCapacity(192)
    name.append(contentsOf: session.idText)
    name.append(0)
    name.append(contentsOf: difference.kind.utf8)
    name.append(0)
    name.append(contentsOf: difference.subject.utf8)
    name.append(0)
    for number in [
      UInt64(bitPattern: Int64(difference.version)), UInt64(bitPattern: difference.time.milliseconds),
    ] {
      for place in 0..<8 { name.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * place))) }
    }
    if let cause = difference.cause {
      name.append(1)
      name.append(contentsOf: cause.utf8)
    }
    var hash: (UInt64, UInt64) = (0, 0)
    // Raw pointers because the hash is C; both live through the call.
    name.withUnsafeBufferPointer { name in
      withUnsafeMutablePointer(to: &hash) { pointer in
        pointer.withMemoryRebound(to: UInt64.self, capacity: 2) { xxh3_128(name.baseAddress, name.count, $0) }
      }
    }
    let high = hash.0 & 0xffff_ffff_ffff_0fff | 0x8000
    let low = hash.1 & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
    var text: [UInt8] = []
    text.reserveCapacity(36)
    SessionID(high: high, low: low).appendText(to: &text)
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

  /// `{"id":…,"selfUri":…,"displayName":…,"version":…}`.
  static func reference(
    _ path: StaticString, id: String, displayName: String?, version: Int
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    reference(path, id: id, displayName: displayName, version: version, to: &bytes)
    return bytes
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
