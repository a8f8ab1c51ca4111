package import EventLog
package import Identity
package import JourneyModel

/// Writes what happens to persons as JSON: `schemas/contact-event.schema.json`.
package struct ContactEventEncoder: Sendable {
  /// What has happened.
  package enum Happening: Sendable, Hashable {
    /// An id stands for nobody any more.
    case gone(ContactID, ContactEnd)
    /// A decision, or a part of it, was not carried out.
    case refused(Refusal)
    /// Contacts have become others.
    case changed(ContactChange)
    /// A device is another contact's from a time on.
    case switched(Identifier, from: ContactID, to: ContactID, since: EventTime)
  }

  private let group: String
  private let lane: LaneNumber

  package init(group: String, lane: LaneNumber) {
    self.group = group
    self.lane = lane
  }

  /// What it is about: a contact's id, or a command's. The record's key.
  package func key(_ happening: Happening) -> [UInt8] {
    switch happening {
    case .gone(let id, _): id.text
    case .refused(let refusal): refusal.id
    case .changed(.merged(let id, _, _)), .changed(.separated(let id, _, _)),
      .changed(.suggested(let id, _, _, _)):
      id.text
    case .switched(_, _, let id, _): id.text
    }
  }

  /// The event.
  package func encode(_ happening: Happening, at time: EventTime) -> [UInt8] {
    var bytes: [UInt8] = Array("{\"id\":\"".utf8)
    id(happening, at: time).appendText(to: &bytes)
    bytes.append(contentsOf: "\",\"createdDate\":\"".utf8)
    time.appendISO8601(to: &bytes)
    bytes.append(contentsOf: "\",\"event\":\"\(name(happening))\"".utf8)
    switch happening {
    case .gone(let id, _):
      bytes.append(contentsOf: ",\"contactId\":".utf8)
      JSONText.append(id.text, to: &bytes)
    case .refused(let refusal):
      bytes.append(contentsOf: ",\"command\":".utf8)
      JSONText.append(refusal.id, to: &bytes)
      bytes.append(contentsOf: ",\"reason\":\"\(refusal.reason.name)\"".utf8)
      if let item = refusal.item {
        bytes.append(contentsOf: ",\"item\":".utf8)
        JSONText.append(item, to: &bytes)
      }
    case .changed(let change): encode(change, &bytes)
    case .switched(let device, let from, let to, let since):
      encode("contactId", to, &bytes)
      encode("previousContact", from, &bytes)
      bytes.append(contentsOf: ",\"device\":{\"type\":\"\(device.type.name)\",\"value\":".utf8)
      JSONText.append(device.value, to: &bytes)
      bytes.append(contentsOf: "},\"since\":\"".utf8)
      since.appendISO8601(to: &bytes)
      bytes.append(ASCII.quote)
    }
    bytes.append(ASCII.closeBrace)
    return bytes
  }

  private func encode(_ change: ContactChange, _ bytes: inout [UInt8]) {
    let causes: [[UInt8]]
    switch change {
    case .merged(let id, let into, let because):
      encode("contactId", id, &bytes)
      encode("mergedTo", into, &bytes)
      causes = because
    case .separated(let id, let from, let because):
      encode("contactId", id, &bytes)
      encode("previousContact", from, &bytes)
      causes = because
    case .suggested(let id, let other, let reason, let because):
      encode("contactId", id, &bytes)
      encode("suggestedContact", other, &bytes)
      bytes.append(contentsOf: ",\"reason\":\"\(reason.name)\"".utf8)
      causes = because
    }
    bytes.append(contentsOf: ",\"because\":[".utf8)
    for (place, cause) in causes.enumerated() {
      if place > 0 { bytes.append(ASCII.comma) }
      JSONText.append(cause, to: &bytes)
    }
    bytes.append(ASCII.closeBracket)
  }

  private func encode(_ member: String, _ id: ContactID, _ bytes: inout [UInt8]) {
    bytes.append(contentsOf: ",\"\(member)\":".utf8)
    JSONText.append(id.text, to: &bytes)
  }

  /// The record's headers.
  package func headers(_ happening: Happening, at time: EventTime) -> HeaderBlock {
    var (name, when): ([UInt8], [UInt8]) = ([], [])
    id(happening, at: time).appendText(to: &name)
    time.appendISO8601(to: &when)
    return HeaderBlock([
      ("ce_specversion", "1.0"), ("ce_type", OutputTopic.contactEvents.entry.eventType ?? ""),
      ("ce_source", "/sojourn/\(group)/\(lane)"), ("content-type", "application/json"),
      ("ce_id", String(decoding: name, as: UTF8.self)),
      ("ce_subject", String(decoding: key(happening), as: UTF8.self)),
      ("ce_time", String(decoding: when, as: UTF8.self)), (Origin.partitionHeader, "\(lane)"),
    ])
  }

  private func name(_ happening: Happening) -> String {
    switch happening {
    case .gone(_, .erased): "erased"
    case .gone(_, .expired): "expired"
    case .refused: "refused"
    case .changed(.merged): "merged"
    case .changed(.separated): "separated"
    case .changed(.suggested): "suggested"
    case .switched: "switched"
    }
  }

  /// The same for the same happening, whenever it is found again.
  private func id(_ happening: Happening, at time: EventTime) -> DerivedEventID {
    var text = Array(name(happening).utf8) + [0] + key(happening) + [0]
    switch happening {
    case .gone: break
    case .refused(let refusal): text += Array(refusal.reason.name.utf8) + [0] + (refusal.item ?? [])
    case .changed(.merged(_, let other, _)), .changed(.separated(_, let other, _)):
      text += other.text
    case .changed(.suggested(_, let other, let reason, _)):
      text += Array(reason.name.utf8) + [0] + other.text
    case .switched(let device, let from, _, let since):
      text += device.key.bytes + from.text + Array(String(since.milliseconds).utf8)
    }
    var digest = Digest()
    digest.append(text)
    digest.append(time.milliseconds)
    let high = digest.value
    digest.append(text)
    return DerivedEventID(hash: (high, digest.value))
  }
}
