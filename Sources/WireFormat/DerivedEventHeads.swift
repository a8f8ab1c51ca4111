internal import JourneyModel
internal import Sessionizer

/// What all derived events of one event have in common, encoded once: rules seldom fire alone.
package final class DerivedEventHeads {
  private struct Occasion: Equatable {
    var session: SessionID
    /// Tells apart two events with one id, if a session ever took both.
    var eventCount: Int
    var time: EventTime
    var cause: String
  }

  private var occasion: Occasion?
  private var members: [UInt8] = []

  package init() {}

  /// Appends the members from `correlationId` to `session`, each behind its comma.
  func append(of session: Session, time: EventTime, cause: String?, to bytes: inout [UInt8]) {
    guard let cause else {
      return DerivedEventHeads.encode(session, time, nil, &bytes)
    }
    let occasion = Occasion(
      session: session.id, eventCount: session.eventCount, time: time, cause: cause)
    if self.occasion != occasion {
      self.occasion = occasion
      members.removeAll(keepingCapacity: true)
      DerivedEventHeads.encode(session, time, cause, &members)
    }
    bytes.append(all: members)
  }

  private static func encode(
    _ session: Session, _ time: EventTime, _ cause: String?, _ bytes: inout [UInt8]
  ) {
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
    JSONText.append(session.identity.customerID, of: session.identity.bytes, to: &bytes)
    bytes.append(",\"customerIdType\":")
    JSONText.append(session.identity.customerIDType, of: session.identity.bytes, to: &bytes)
    bytes.append(",\"session\":{\"id\":\"")
    session.id.appendText(to: &bytes)
    bytes.append("\",\"selfUri\":\"/api/v2/journey/sessions/")
    session.id.appendText(to: &bytes)
    bytes.append("\",\"type\":")
    JSONText.append(session.identity.type, of: session.identity.bytes, to: &bytes)
    bytes.append(ASCII.closeBrace)
  }
}
