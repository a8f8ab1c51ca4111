internal import JourneyModel

/// The kinds of the `v2.detail.events.conversation` feed: every documented topic.
enum DetailEventKind: CaseIterable {
  case customerStart, acdStart, acdEnd, userStart, userEnd, wrapup, afterCallWork, contact, attributes,
    customerEnd, flowStart, flowEnd, flowOutcome, voicemailStart, voicemailEnd, outbound, outboundInit

  /// The topics' common beginning.
  static let prefix: StaticString = "v2.detail.events.conversation."

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
    case .flowStart: ".flow.start"
    case .flowEnd: ".flow.end"
    case .flowOutcome: ".flow.outcome"
    case .voicemailStart: ".voicemail.start"
    case .voicemailEnd: ".voicemail.end"
    case .outbound: ".outbound"
    case .outboundInit: ".outbound.init"
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
    case .flowStart: "flow_started"
    case .flowEnd: "flow_ended"
    case .flowOutcome: "flow_outcome"
    case .voicemailStart: "voicemail_started"
    case .voicemailEnd: "voicemail_ended"
    case .outbound, .outboundInit: "dialed"
    }
  }

  /// What it means that an event of this kind changes nothing; `nil` for those that say something to a
  /// session.
  var ignored: IgnoredKind? { self == .flowOutcome ? .flowOutcome : nil }

  /// Where the conversation is afterwards, as far as this event alone can say; the legs say where it is.
  var phase: ConversationPhase {
    switch self {
    case .customerStart: .started
    case .acdStart: .waiting
    case .userStart: .connected
    case .customerEnd: .ended
    default: .none
    }
  }

  /// Recognizes the kind by the fields, for bodies that come without their topic name: by what each kind must
  /// have, the most specific first. What ends a leg must say so in a way that no other kind does; where that
  /// is in doubt, nothing ends.
  ///
  /// The feed's schemas leave pairs that only the topic distinguishes for certain. `acw` and `user.start`
  /// both name a user and a queue: `acw` has no division and may carry the code, so a body without division
  /// counts as `acw`. `voicemail.start` counts as `acd.start`. What is left over says nothing of who takes
  /// part: `contact`.
  init(inferredFrom draft: borrowing EventDraft, _ detail: DetailDraft, hasAttributes: Bool) {
    if detail.flowOutcome != nil {
      self = .flowOutcome
    } else if detail.flowID != nil || detail.flowType != nil || detail.flowExit != nil {
      self = detail.flowExit != nil || draft.disconnectType != nil ? .flowEnd : .flowStart
    } else if detail.voicemailDuration != nil {
      self = .voicemailEnd
    } else if detail.userID != nil {
      if draft.disconnectType != nil || detail.interactingDuration != nil || detail.alertingDuration != nil {
        self = .userEnd
      } else if detail.wrapupCode != nil || detail.wrapupDuration != nil || detail.divisionID == nil {
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
    } else if detail.outboundCampaign != nil {
      self = .outboundInit
    } else if detail.interactingDuration != nil {
      self = .customerEnd
    } else if hasAttributes, detail.mediaType == nil {
      self = .attributes
    } else if draft.disconnectType == nil,
      detail.mediaType != nil || detail.direction != nil || detail.ani != nil || detail.addressFrom != nil
    {
      self = .customerStart
    } else {
      self = .contact
    }
  }
}
