internal import JourneyModel

/// The kinds of the `v2.detail.events.conversation` feed that a conversation session is built from.
enum DetailEventKind: CaseIterable {
  case customerStart, acdStart, acdEnd, userStart, userEnd, wrapup, afterCallWork, contact, attributes, customerEnd

  /// The topic's last words.
  var suffix: StaticString {
    switch self {
    case .customerStart: ".customer.start"
    case .acdStart: ".acd.start"
    case .acdEnd: ".acd.end"
    case .userStart: ".user.start"
    case .userEnd: ".user.end"
    case .wrapup: ".wrapup"
    case .afterCallWork: ".acw"
    case .contact: ".contact"
    case .attributes: ".attributes"
    case .customerEnd: ".customer.end"
    }
  }

  /// The event's name in our sessions; the three documented ones are the vendor's.
  var eventName: StaticString {
    switch self {
    case .customerStart: "started"
    case .acdStart: "routed"
    case .acdEnd: "queue_left"
    case .userStart: "connected"
    case .userEnd: "agent_left"
    case .wrapup: "wrapped_up"
    case .afterCallWork: "after_call_work_ended"
    case .contact: "contact_changed"
    case .attributes: "attributes_changed"
    case .customerEnd: "ended"
    }
  }

  /// Where the conversation stands afterwards.
  var phase: ConversationPhase {
    switch self {
    case .customerStart: .started
    case .acdStart: .waiting
    case .userStart: .connected
    case .customerEnd: .ended
    default: .none
    }
  }

  /// Tells the kind by the fields, for bodies that come without their topic name.
  ///
  /// The feed's schemas leave one pair that only the topic tells apart for certain: `acw` and `user.start` both name a
  /// user and a queue. `acw` has no division and may carry the code, so a body without division counts as `acw`;
  /// likewise `contact` counts as `customer.start`, which changes nothing in a session that is under way.
  init(inferredFrom draft: EventDraft, _ detail: DetailDraft, hasAttributes: Bool) {
    if detail.userID != nil {
      if draft.disconnectType != nil || detail.interactingDuration != nil {
        self = .userEnd
      } else if detail.wrapupCode != nil || detail.divisionID == nil {
        self = .afterCallWork
      } else {
        self = .userStart
      }
    } else if detail.wrapupCode != nil {
      self = .wrapup
    } else if draft.acdOutcome != nil || detail.answeredUserID != nil {
      self = .acdEnd
    } else if detail.queueID != nil || detail.routing != nil {
      self = draft.disconnectType == nil ? .acdStart : .acdEnd
    } else if draft.disconnectType != nil || detail.interactingDuration != nil {
      self = .customerEnd
    } else if hasAttributes, detail.mediaType == nil {
      self = .attributes
    } else {
      self = .customerStart
    }
  }
}
