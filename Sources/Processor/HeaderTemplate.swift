internal import EventLog
internal import JourneyModel
internal import Sessionizer
internal import WireFormat

/// CloudEvents 1.0 headers in Kafka's binary mode, with the constant ones encoded once per lane.
struct HeaderTemplate {
  private let constant: [UInt8]

  init(type: String, group: String, lane: Int32) {
    constant =
      HeaderBlock([
        ("ce_specversion", "1.0"), ("ce_type", type), ("ce_source", "/sojourn/\(group)/\(lane)"),
        ("content-type", "application/json"),
      ]).bytes
  }

  /// Appends the headers of a session's snapshot to an arena.
  func append(_ session: Session, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: constant)
    header("ce_id", &bytes) { bytes in
      bytes.append(contentsOf: session.idText)
      bytes.append(0x3a)
      for byte in String(session.revision).utf8 { bytes.append(byte) }
    }
    header("ce_subject", &bytes) { $0.append(contentsOf: session.idText) }
    header("ce_time", &bytes) { session.last.appendISO8601(to: &$0) }
  }

  /// Appends the headers of a derived event to an arena.
  func append(id: DerivedEventID, subject: [UInt8], time: EventTime, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: constant)
    header("ce_id", &bytes) { id.appendText(to: &$0) }
    header("ce_subject", &bytes) { $0.append(contentsOf: subject) }
    header("ce_time", &bytes) { time.appendISO8601(to: &$0) }
  }

  private func header(_ name: StaticString, _ bytes: inout [UInt8], _ value: (inout [UInt8]) -> Void) {
    bytes.append(UInt8(name.utf8CodeUnitCount))
    bytes.append(0)
    // The literal's own bytes; a StaticString offers them by pointer only.
    bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    let lengthAt = bytes.count
    bytes.append(contentsOf: [0, 0, 0, 0])
    value(&bytes)
    let length = bytes.count - lengthAt - 4
    for place in 0..<4 { bytes[lengthAt + place] = UInt8(truncatingIfNeeded: length >> (8 * place)) }
  }
}
