internal import Bytes
package import JourneyModel
internal import JourneyRules
internal import WireFormat

/// Whose session an action was offered in.
package struct SessionOwner: Sendable, Hashable {
  package var stream: JourneyModel.Stream
  package var customerID: String
  package var customerIDType: String
  package var sessionType: String
  /// The external id of a custom session, or the conversation's.
  package var externalID: String?

  package init(
    stream: JourneyModel.Stream, customerID: String, customerIDType: String, sessionType: String,
    externalID: String? = nil
  ) {
    self.stream = stream
    self.customerID = customerID
    self.customerIDType = customerIDType
    self.sessionType = sessionType
    self.externalID = externalID
  }
}

/// A client's report of what became of an action: `POST …/actionevent`.
///
/// It names a session and no customer. So it is read twice: first for the session, then, once somebody has
/// said whose that is, as an event.
package struct ActionEventDialect: Dialect {
  private let owner: SessionOwner?
  private let settings: IntakeSettings

  /// - Parameter owner: whose session it is; `nil` if nobody knows the session.
  package init(owner: SessionOwner?, _ settings: IntakeSettings = IntakeSettings()) {
    self.owner = owner
    self.settings = settings
  }

  /// The session that a body names; `nil` if it names none, which `read` then says.
  package static func session(in body: [UInt8]) -> String? {
    JSONObject(BodyText.withoutMark(body))?.text("sessionId").map { String(decoding: $0, as: UTF8.self) }
  }

  package func read(_ body: [UInt8], source: IntakeSource, request: IntakeRequest) -> [IntakeItem] {
    let judge = Judge(settings: settings, source: source, request: request)
    let drafting = EventDrafting(settings: settings, source: source, request: request)
    return judge.items([draft(BodyText.withoutMark(body), drafting, request)])
  }

  private func draft(_ body: [UInt8], _ drafting: EventDrafting, _ request: IntakeRequest) -> Draft {
    guard body.count <= settings.limits.maxEventBytes, let object = JSONObject(body) else {
      return drafting.broken(body, 0..<body.count, index: 0)
    }
    guard let state = object.text("actionState"),
      ActionState(reported: String(decoding: state, as: UTF8.self)) != nil
    else {
      let states = ActionState.allCases.filter(\.isReported).map(\.word).joined(separator: ", ")
      return drafting.refused(
        0, object, .badActionState, "$.actionState is none that clients report, expected one of \(states)",
        "$.actionState")
    }
    guard let action = object.text("actionId"), ActionID(text: action) != nil else {
      return drafting.refused(
        0, object, .badActionID, "$.actionId is missing or no UUID, expected the id that the offer had",
        "$.actionId")
    }
    guard let owner else {
      return drafting.refused(
        0, object, .unknownSession, "$.sessionId is the id of no session that is known", "$.sessionId")
    }
    return .candidate(candidate(object, owner, drafting, request))
  }

  /// The record, written anew: it is an event of somebody's session, and holds nothing that is no report.
  private func candidate(
    _ object: JSONObject, _ owner: SessionOwner, _ drafting: EventDrafting, _ request: IntakeRequest
  ) -> Candidate {
    var drafting = drafting
    var candidate = Candidate(index: 0, stream: owner.stream, value: [], id: nil)
    candidate.statesTime = object["createdDate"] != nil
    candidate.sentAt = drafting.sentAt
    var record = ObjectWriter()
    if let id = object["id"] {
      candidate.id = object.text("id").map { String(decoding: $0, as: UTF8.self) }
      record.add("id", json: object.raw(id))
    } else {
      // The same state of the same action reported again is the same report, whenever that is.
      let made = drafting.identity.make(object.raw, index: 0, statesTime: true)
      record.add("id", text: made.id)
    }
    record.add("customerId", text: owner.customerID)
    record.add("customerIdType", text: owner.customerIDType)
    record.add("sessionType", text: owner.sessionType)
    let isConversation = owner.stream.profile.isConversational
    record.add(isConversation ? "conversationId" : "externalId", text: owner.externalID)
    for name in ["sessionId", "actionId", "actionState", "errorCode", "errorMessage"] {
      if let value = object[name] { record.add(name, json: object.raw(value)) }
    }
    if let time = object["createdDate"] {
      record.add("createdDate", json: object.raw(time))
    } else {
      record.add("createdDate", text: EventTime(milliseconds: request.receivedAt).iso8601)
    }
    candidate.isOurs = true
    candidate.value = record.object
    return candidate
  }
}
