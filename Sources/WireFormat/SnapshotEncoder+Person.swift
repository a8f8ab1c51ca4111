internal import Identity
internal import JourneyModel
internal import Sessionizer

/// Who the customer is.
extension SnapshotEncoder {
  /// The contact, how it was found, and how often that has changed.
  func person(_ person: SessionPerson, _ bytes: inout ByteWriter) {
    if let shown = person.shown {
      bytes.append(",\"externalContact\":{\"id\":")
      JSONText.append(shown.answer.contact.text, to: &bytes)
      bytes.append(",\"selfUri\":")
      ContactEncoder.appendPath(of: shown.answer.contact, to: &bytes)
      bytes.append(",\"type\":\"")
      bytes.append(contentsOf: shown.answer.type.name.utf8)
      bytes.append("\"},\"verification\":{\"by\":\"")
      bytes.append(contentsOf: shown.by.name.utf8)
      bytes.append("\",\"level\":\"")
      bytes.append(contentsOf: shown.strength.level.utf8)
      bytes.append("\"}")
    }
    bytes.append(",\"contactRevision\":")
    JSONText.append(person.revision, to: &bytes)
  }

  /// What to call the customer on a card; a quoted JSON string.
  func customerName(_ session: Session, _ bytes: inout ByteWriter) {
    guard session.hasPerson, let name = session.person?.shown?.answer.name else {
      bytes.append("\"Unknown\"")
      return
    }
    JSONText.append(name, to: &bytes)
  }
}

extension EvidenceStrength {
  /// As readers know it.
  package var level: String {
    switch self {
    case .observed: "claimed"
    case .authenticated: "authenticated"
    case .channel: "channel"
    case .curated: "curated"
    }
  }
}
