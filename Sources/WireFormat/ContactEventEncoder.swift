package import EventLog
package import Identity
package import JourneyModel

/// Writes what happens to persons as JSON: `schemas/contact-event.schema.json`.
package struct ContactEventEncoder: Sendable {
  /// What has happened.
  package enum Happening: Sendable, Hashable {
    /// An id stands for nobody any more.
    case gone(ContactID, Forgetting.Cause)
    /// A decision, or a part of it, was not carried out.
    case refused(Refusal)
  }

  private let group: String
  private let lane: Int32

  package init(group: String, lane: Int32) {
    self.group = group
    self.lane = lane
  }

  /// What it is about: a contact's id, or a command's. The record's key.
  package func key(_ happening: Happening) -> [UInt8] {
    switch happening {
    case .gone(let id, _): id.text
    case .refused(let refusal): refusal.id
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
    }
    bytes.append(ASCII.closeBrace)
    return bytes
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
      ("ce_time", String(decoding: when, as: UTF8.self)), (Origin.partitionHeader, String(lane)),
    ])
  }

  private func name(_ happening: Happening) -> String {
    switch happening {
    case .gone(_, .erased): "erased"
    case .gone(_, .expired): "expired"
    case .refused: "refused"
    }
  }

  /// The same for the same happening, whenever it is found again.
  private func id(_ happening: Happening, at time: EventTime) -> DerivedEventID {
    var text = Array(name(happening).utf8) + [0] + key(happening) + [0]
    if case .refused(let refusal) = happening {
      text += Array(refusal.reason.name.utf8) + [0] + (refusal.item ?? [])
    }
    var digest = Digest()
    digest.append(text)
    digest.append(time.milliseconds)
    let high = digest.value
    digest.append(text)
    return DerivedEventID(hash: (high, digest.value))
  }
}
