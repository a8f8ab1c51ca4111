internal import CXXHash
internal import JourneyModel
internal import JourneyRules
internal import Sessionizer

/// What every derived event begins with, the vendor's envelope: its id, what caused it, whose session it is about.
package struct DerivedEventHead {
  /// The event's id.
  package let id: DerivedEventID

  /// What tells an event from others of its session.
  struct Difference {
    /// What kind of event it is.
    var kind: String
    var subject: Subject
    /// The definition's version, or a state's number.
    var version: Int
    var time: EventTime
    /// The event after which it happened; nothing for a timer.
    var cause: String?

    /// What it is about.
    enum Subject {
      case definition(String)
      case action(ActionID)
    }
  }

  /// Derives the id: the XXH3 hash of the session and of whatever tells this event from its others. Not SHA-1, as in version 5: that
  /// cost more than everything else that is written.
  ///
  /// - Parameter bytes: where the event will stand; what is hashed stands there for a moment.
  init(_ session: Session, _ difference: Difference, _ bytes: inout [UInt8]) {
    let start = bytes.count
    session.id.appendText(to: &bytes)
    bytes.append(0)
    bytes.append(contentsOf: difference.kind.utf8)
    bytes.append(0)
    switch difference.subject {
    case .definition(let id): bytes.append(contentsOf: id.utf8)
    case .action(let id): id.appendText(to: &bytes)
    }
    bytes.append(0)
    for number in [
      UInt64(bitPattern: Int64(difference.version)), UInt64(bitPattern: difference.time.milliseconds),
    ] {
      for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * place))) }
    }
    if let cause = difference.cause {
      bytes.append(1)
      bytes.append(contentsOf: cause.utf8)
    }
    var hash: (UInt64, UInt64) = (0, 0)
    // Raw pointers because the hash is C; both live through the call.
    bytes.withUnsafeBufferPointer { bytes in
      let name = UnsafeBufferPointer(rebasing: bytes[start...])
      withUnsafeMutablePointer(to: &hash) { pointer in
        pointer.withMemoryRebound(to: UInt64.self, capacity: 2) { xxh3_128(name.baseAddress, name.count, $0) }
      }
    }
    bytes.removeSubrange(start...)
    id = DerivedEventID(hash: hash)
  }

  /// Appends the members up to `eventType`; the body follows.
  ///
  /// - Parameters:
  ///   - cause: the id of the event after which it happened; `nil` for a timer.
  ///   - member: the name of the body; `eventType` is the same with a capital.
  func append(
    of session: Session, time: EventTime, cause: String?, eventType: StaticString, member: StaticString,
    heads: DerivedEventHeads, to bytes: inout [UInt8]
  ) {
    bytes.append("{\"id\":\"")
    id.appendText(to: &bytes)
    bytes.append(ASCII.quote)
    heads.append(of: session, time: time, cause: cause, to: &bytes)
    bytes.append(",\"eventType\":\"")
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
    bytes.append(ASCII.closeBrace)
  }

  static func date(_ time: EventTime, _ bytes: inout [UInt8]) {
    bytes.append(ASCII.quote)
    time.appendISO8601(to: &bytes)
    bytes.append(ASCII.quote)
  }
}
