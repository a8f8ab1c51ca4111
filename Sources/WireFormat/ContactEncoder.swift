package import EventLog
package import Identity
package import JourneyModel

/// Writes contacts as JSON: `schemas/contact.schema.json`.
package struct ContactEncoder: Sendable {
  /// Where a contact is found over HTTP.
  package static let path = Array("/api/v2/externalcontacts/contacts/".utf8)
  /// What most contacts take, in bytes.
  private static let expectedBytes = 768

  private let group: String
  private let lane: LaneNumber
  /// The headers in front of what a record's own say, and those behind.
  private let (firstHeaders, lastHeaders): ([UInt8], [UInt8])

  package init(group: String, lane: LaneNumber) {
    self.group = group
    self.lane = lane
    firstHeaders =
      HeaderBlock([
        ("ce_specversion", "1.0"), ("ce_type", OutputTopic.contacts.entry.eventType ?? ""),
        ("ce_source", "/sojourn/\(group)/\(lane)"), ("content-type", "application/json"),
      ]).bytes
    lastHeaders = HeaderBlock([(Origin.partitionHeader, "\(lane)")]).bytes
  }

  /// A contact. `members` are its identifiers, in the contact's order.
  package func encode(_ contact: Contact, _ members: [Member], revision: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(ContactEncoder.expectedBytes)
    open(contact.id, revision, &bytes)
    bytes.append(",\"type\":\"")
    bytes.append(contentsOf: contact.type.name.utf8)
    bytes.append("\",\"createDate\":")
    date(contact.created, &bytes)
    bytes.append(",\"modifyDate\":")
    date(contact.last, &bytes)
    bytes.append(",\"verification\":\"")
    bytes.append(contentsOf: contact.strength.level.utf8)
    bytes.append(ASCII.quote)
    if let name = contact.name {
      bytes.append(",\"name\":")
      JSONText.append(name, to: &bytes)
    }
    traits(contact.traits, &bytes)
    list(",\"identifiers\":", members, &bytes) { member, bytes in identifier(member, &bytes) }
    devices(contact, &bytes)
    list(",\"mergeSet\":", contact.mergeSet, &bytes) { id, bytes in JSONText.append(id.text, to: &bytes) }
    if !contact.segments.isEmpty {
      list(",\"segmentAssignments\":", contact.segments, &bytes) { segment, bytes in
        self.segment(segment, &bytes)
      }
    }
    if !contact.suggestions.isEmpty {
      list(",\"suggestions\":", contact.suggestions, &bytes) { suggestion, bytes in
        bytes.append("{\"reason\":\"")
        bytes.append(contentsOf: suggestion.reason.name.utf8)
        bytes.append("\",\"contact\":")
        JSONText.append(suggestion.other.text, to: &bytes)
        bytes.append(ASCII.closeBrace)
      }
    }
    bytes.append(ASCII.closeBrace)
    return bytes
  }

  /// An id that stands for nobody of its own any more, and leads to a contact.
  package func encode(_ id: ContactID, mergedInto contact: ContactID, revision: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    open(id, revision, &bytes)
    bytes.append(",\"mergedTo\":")
    JSONText.append(contact.text, to: &bytes)
    bytes.append(ASCII.closeBrace)
    return bytes
  }

  /// The headers of a contact's record, or of what takes one back.
  package func headers(of id: ContactID, revision: Int, at time: EventTime) -> HeaderBlock {
    // Headers are text, also where somebody's own id is none.
    let subject =
      id.text.allSatisfy { $0 < 0x80 } ? id.text : Array(String(decoding: id.text, as: UTF8.self).utf8)
    var headers = HeaderBlock()
    headers.bytes.reserveCapacity(firstHeaders.count + lastHeaders.count + 2 * subject.count + 96)
    headers.bytes.append(all: firstHeaders)
    HeaderTemplate.header("ce_id", &headers.bytes) { bytes in
      bytes.append(all: subject)
      bytes.append(ASCII.colon)
      JSONText.append(revision, to: &bytes)
    }
    HeaderTemplate.header("ce_subject", &headers.bytes) { $0.append(all: subject) }
    HeaderTemplate.header("ce_time", &headers.bytes) { time.appendISO8601(to: &$0) }
    headers.bytes.append(all: lastHeaders)
    return headers
  }

  /// The headers of what takes back a session's record, as its person was erased.
  package func erasureHeaders(ofSession id: [UInt8], revision: Int, at time: EventTime) -> HeaderBlock {
    var when: [UInt8] = []
    time.appendISO8601(to: &when)
    let subject = String(decoding: id, as: UTF8.self)
    return HeaderBlock([
      ("ce_specversion", "1.0"), ("ce_type", OutputTopic.sessions.entry.eventType ?? ""),
      ("ce_source", "/sojourn/\(group)/\(lane)"), ("content-type", "application/json"),
      ("ce_id", "\(subject):\(revision):erased"), ("ce_subject", subject),
      ("ce_time", String(decoding: when, as: UTF8.self)),
    ])
  }

  private func open(_ id: ContactID, _ revision: Int, _ bytes: inout [UInt8]) {
    bytes.append("{\"id\":")
    JSONText.append(id.text, to: &bytes)
    bytes.append(",\"selfUri\":")
    ContactEncoder.appendPath(of: id, to: &bytes)
    bytes.append(",\"revision\":")
    JSONText.append(revision, to: &bytes)
  }

  /// Appends where a contact is found: a quoted JSON string.
  static func appendPath(of id: ContactID, to bytes: inout some ByteTarget & ~Copyable) {
    bytes.append(ASCII.quote)
    JSONText.appendEscaped(path, to: &bytes)
    JSONText.appendEscaped(id.text, to: &bytes)
    bytes.append(ASCII.quote)
  }

  private func traits(_ traits: [Trait], _ bytes: inout [UInt8]) {
    guard !traits.isEmpty else { return }
    bytes.append(",\"traits\":{")
    for (place, trait) in traits.enumerated() {
      if place > 0 { bytes.append(ASCII.comma) }
      JSONText.append(trait.name, to: &bytes)
      bytes.append(ASCII.colon)
      JSONText.append(trait.value, to: &bytes)
    }
    bytes.append(ASCII.closeBrace)
  }

  private func identifier(_ member: Member, _ bytes: inout [UInt8]) {
    bytes.append("{\"type\":\"")
    bytes.append(contentsOf: member.identifier.type.name.utf8)
    bytes.append("\",\"value\":")
    JSONText.append(member.identifier.value, to: &bytes)
    if !member.identifier.source.isEmpty {
      bytes.append(",\"externalSource\":")
      JSONText.append(member.identifier.source, to: &bytes)
    }
    bytes.append(",\"verification\":\"")
    bytes.append(contentsOf: member.strength.level.utf8)
    bytes.append(ASCII.quote)
    if let created = member.created {
      bytes.append(",\"dateCreated\":")
      date(created, &bytes)
    }
    bytes.append(ASCII.closeBrace)
  }

  private func devices(_ contact: Contact, _ bytes: inout [UInt8]) {
    guard !contact.devices.isEmpty else { return }
    list(",\"devices\":", contact.devices, &bytes) { use, bytes in
      bytes.append("{\"type\":\"")
      bytes.append(contentsOf: use.device.type.name.utf8)
      bytes.append("\",\"value\":")
      JSONText.append(use.device.value, to: &bytes)
      list(",\"intervals\":", use.intervals, &bytes) { interval, bytes in
        bytes.append("{")
        if let from = interval.from {
          bytes.append("\"from\":")
          date(from, &bytes)
        }
        if let to = interval.to {
          bytes.append(interval.from == nil ? "\"to\":" : ",\"to\":")
          date(to, &bytes)
        }
        bytes.append(ASCII.closeBrace)
      }
      bytes.append(ASCII.closeBrace)
    }
    guard contact.devicesLeftOut > 0 else { return }
    bytes.append(",\"omittedDevices\":")
    JSONText.append(contact.devicesLeftOut, to: &bytes)
  }

  private func segment(_ segment: SegmentAssignment, _ bytes: inout [UInt8]) {
    bytes.append("{\"segment\":{\"id\":")
    JSONText.append(segment.segment, to: &bytes)
    bytes.append("},\"dateAssigned\":")
    date(segment.stamp.time, &bytes)
    if let expires = segment.expires {
      bytes.append(",\"dateExpires\":")
      date(expires, &bytes)
    }
    bytes.append(ASCII.closeBrace)
  }

  private func list<Element>(
    _ name: StaticString, _ elements: [Element], _ bytes: inout [UInt8],
    _ write: (Element, inout [UInt8]) -> Void
  ) {
    bytes.append(name)
    bytes.append(ASCII.openBracket)
    for (place, element) in elements.enumerated() {
      if place > 0 { bytes.append(ASCII.comma) }
      write(element, &bytes)
    }
    bytes.append(ASCII.closeBracket)
  }

  private func date(_ time: EventTime, _ bytes: inout [UInt8]) {
    bytes.append(ASCII.quote)
    time.appendISO8601(to: &bytes)
    bytes.append(ASCII.quote)
  }
}
