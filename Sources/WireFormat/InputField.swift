internal import CJSONFields
internal import JourneyModel

/// Every key of an input event that means something, and where it may be.
///
/// One table serves the flat form, the documented envelopes and the conversation detail feed; which of the
/// picked fields count is decided per stream by `EventDecoder`.
enum InputField: UInt16 {
  // Identity and time.
  case id = 100
  case eventName = 101
  case createdDate = 102
  case customerID = 103
  case customerIDType = 104
  case customerCookieID = 105
  case sessionType = 106
  case envelopeSessionID = 107
  case envelopeSessionType = 108
  case externalID = 109
  case eventType = 110
  case referrerURL = 111
  case conversationID = 112
  case conversationIDInObject = 113
  case pageQuery = 114
  // Enumerated words of conversations, mapped before they become facts.
  case disconnectType = 120
  case acdOutcome = 121
  case direction = 122
  // The detail feed.
  case topicName = 130
  case eventTime = 131
  case mediaType = 132
  case messageType = 133
  case provider = 134
  case ani = 135
  case addressFrom = 136
  case queueID = 137
  case userID = 138
  case wrapupCode = 139
  case wrapupNotes = 140
  case routingPriority = 141
  case routingSkills = 142
  case divisionID = 143
  case externalContactID = 144
  case interactingDuration = 145
  case answeredUserID = 146
  case wrapupName = 147
  case participantID = 170
  case mediaSessionID = 171
  case dnis = 172
  case addressTo = 173
  case alertingDuration = 174
  case heldDuration = 175
  case flowID = 176
  /// Members that only a flow's events have.
  case flowType = 177
  case flowExit = 178
  case flowOutcome = 179
  case voicemailDuration = 180
  case outboundCampaign = 181
  case wrapupDuration = 182
  // Names inside of conversation objects: a name is shown, an id stands in for a missing one.
  case queueIDInObject = 150
  case queueNameInObject = 151
  case userIDInObject = 152
  case userNameInObject = 153
  case dispositionCodeInObject = 154
  case dispositionNameInObject = 155
  // What a client reports of an action.
  case actionID = 160
  case actionState = 161
  case errorCode = 162
  case errorMessage = 163
}

/// Scopes of the table.
enum InputScope {
  static let root: UInt16 = 0
  static let body: UInt16 = 1
  static let session: UInt16 = 2
  static let page: UInt16 = 3
  static let conversation: UInt16 = 4
  static let disposition: UInt16 = 5
  static let detail: UInt16 = 6
  static let queue: UInt16 = 7
  static let user: UInt16 = 8
}

/// A rule of the table, before it is handed to C.
struct InputRule {
  var scope: UInt16
  var name: StaticString
  var field: UInt16
  var action: cjson_action
  var inner: UInt16

  init(
    _ scope: UInt16, _ name: StaticString, _ field: InputField, _ action: cjson_action = CJSON_TEXT,
    inner: UInt16 = 0
  ) {
    self.init(scope, name, field.rawValue, action, inner)
  }

  init(
    _ scope: UInt16, _ name: StaticString, _ field: EventField, _ action: cjson_action = CJSON_RAW,
    inner: UInt16 = 0
  ) {
    self.init(scope, name, UInt16(field.rawValue), action, inner)
  }

  init(_ scope: UInt16, _ name: StaticString, scopeOnly inner: UInt16) {
    self.init(scope, name, 0, CJSON_SCOPE, inner)
  }

  private init(
    _ scope: UInt16, _ name: StaticString, _ field: UInt16, _ action: cjson_action, _ inner: UInt16
  ) {
    self.scope = scope
    self.name = name
    self.field = field
    self.action = action
    self.inner = inner
  }

  static let all: [InputRule] =
    envelope + facts(InputScope.root) + facts(InputScope.body) + nested
    + detail(InputScope.root) + detail(InputScope.detail)

  /// Members that are read at the top of an event, and in its body; those of the detail feed are left out.
  static let eventRules: [InputRule] =
    envelope.filter { $0.scope == InputScope.root } + facts(InputScope.root)
  static let bodyRules: [InputRule] = facts(InputScope.body)

  /// What identifies the customer: only where persons are looked for, as every member that is read counts
  /// towards `maxEventFacts`.
  static let traits: [InputRule] = [InputScope.root, InputScope.body].map {
    InputRule($0, "traits", EventField.traitName, CJSON_MAP)
  }

  private static let bodies = Stream.allCases.map {
    InputRule(InputScope.root, $0.profile.bodyMember, scopeOnly: InputScope.body)
  }

  private static let envelope: [InputRule] =
    [
      InputRule(InputScope.root, "id", .id),
      InputRule(InputScope.root, "createdDate", .createdDate),
      InputRule(InputScope.root, "customerId", .customerID),
      InputRule(InputScope.root, "customerIdType", .customerIDType),
      InputRule(InputScope.root, "customerCookieId", .customerCookieID),
      InputRule(InputScope.root, "sessionType", .sessionType),
      InputRule(InputScope.root, "eventType", .eventType),
      InputRule(InputScope.root, "externalContact", EventField.externalContact),
      InputRule(InputScope.root, "session", scopeOnly: InputScope.session),
    ] + bodies + [
      // Notification and event-bridge envelopes of the detail feed.
      InputRule(InputScope.root, "topicName", .topicName),
      InputRule(InputScope.root, "detail-type", .topicName),
      InputRule(InputScope.root, "eventBody", scopeOnly: InputScope.detail),
      InputRule(InputScope.root, "detail", scopeOnly: InputScope.detail),
      InputRule(InputScope.detail, "topicName", .topicName),
      InputRule(InputScope.detail, "eventBody", scopeOnly: InputScope.detail),
      InputRule(InputScope.root, "actionId", .actionID),
      InputRule(InputScope.root, "actionState", .actionState),
      InputRule(InputScope.root, "errorCode", .errorCode),
      InputRule(InputScope.root, "errorMessage", .errorMessage),
      InputRule(InputScope.session, "id", .envelopeSessionID),
      InputRule(InputScope.session, "type", .envelopeSessionType),
    ]

  private static let nested: [InputRule] = [
    InputRule(InputScope.page, "title", EventField.pageTitle),
    InputRule(InputScope.page, "url", .pageQuery, CJSON_QUERY),
    InputRule(InputScope.conversation, "id", .conversationIDInObject),
    InputRule(InputScope.disposition, "code", .dispositionCodeInObject, CJSON_RAW),
    InputRule(InputScope.disposition, "name", .dispositionNameInObject, CJSON_RAW),
    InputRule(InputScope.queue, "id", .queueIDInObject, CJSON_RAW),
    InputRule(InputScope.queue, "name", .queueNameInObject, CJSON_RAW),
    InputRule(InputScope.user, "id", .userIDInObject, CJSON_RAW),
    InputRule(InputScope.user, "name", .userNameInObject, CJSON_RAW),
  ]

  private static func facts(_ scope: UInt16) -> [InputRule] {
    [
      InputRule(scope, "eventName", .eventName),
      InputRule(scope, "externalId", .externalID),
      InputRule(scope, "externalUrl", EventField.externalURL),
      InputRule(scope, "page", EventField.page, CJSON_RAW_AND_SCOPE, inner: InputScope.page),
      InputRule(scope, "referrer", EventField.referrer),
      InputRule(scope, "referrerUrl", .referrerURL, CJSON_RAW),
      InputRule(scope, "browser", EventField.browser),
      InputRule(scope, "device", EventField.device),
      InputRule(scope, "geolocation", EventField.geolocation),
      InputRule(scope, "mktCampaign", EventField.campaign),
      InputRule(scope, "userAgentString", EventField.userAgent),
      InputRule(scope, "ipAddress", EventField.ipAddress),
      InputRule(scope, "ipOrganization", EventField.ipOrganization),
      InputRule(scope, "authenticated", EventField.authenticated),
      InputRule(scope, "app", EventField.app),
      InputRule(scope, "sdkLibrary", EventField.sdkLibrary),
      InputRule(scope, "networkConnectivity", EventField.networkConnectivity),
      InputRule(scope, "screenName", EventField.screenName),
      InputRule(scope, "searchQuery", EventField.searchQuery),
      InputRule(scope, "attributes", EventField.attributeName, CJSON_MAP),
      InputRule(
        scope, "conversation", EventField.conversation, CJSON_RAW_AND_SCOPE,
        inner: InputScope.conversation),
      InputRule(scope, "channels", EventField.channel, CJSON_ELEMENTS),
      InputRule(scope, "conversationChannels", EventField.channel, CJSON_ELEMENTS),
      InputRule(scope, "originatingDirection", EventField.originatingDirection),
      InputRule(scope, "conversationSubject", EventField.conversationSubject),
      InputRule(scope, "queue", EventField.queue, CJSON_RAW_AND_SCOPE, inner: InputScope.queue),
      InputRule(scope, "user", EventField.user, CJSON_RAW_AND_SCOPE, inner: InputScope.user),
      InputRule(
        scope, "userDisposition", EventField.disposition, CJSON_RAW_AND_SCOPE,
        inner: InputScope.disposition),
      InputRule(scope, "divisionIds", EventField.division, CJSON_ELEMENTS),
      InputRule(scope, "journeyContext", EventField.journeyContext),
      InputRule(scope, "conversationId", .conversationID),
      InputRule(scope, "disconnectType", .disconnectType),
      InputRule(scope, "acdOutcome", InputField.acdOutcome),
    ]
  }

  private static func detail(_ scope: UInt16) -> [InputRule] {
    let onlyHere: [InputRule] =
      scope == InputScope.root
      ? []
      : [
        InputRule(scope, "conversationId", .conversationID),
        InputRule(scope, "disconnectType", .disconnectType),
        InputRule(scope, "acdOutcome", InputField.acdOutcome),
        InputRule(scope, "journeyContext", EventField.journeyContext),
        InputRule(scope, "attributes", EventField.attributeName, CJSON_MAP),
      ]
    return onlyHere + [
      InputRule(scope, "eventTime", .eventTime),
      InputRule(scope, "mediaType", .mediaType),
      InputRule(scope, "messageType", .messageType),
      InputRule(scope, "provider", .provider, CJSON_RAW),
      InputRule(scope, "direction", .direction),
      InputRule(scope, "ani", .ani),
      InputRule(scope, "addressFrom", .addressFrom),
      InputRule(scope, "subject", EventField.conversationSubject),
      InputRule(scope, "queueId", .queueID, CJSON_RAW),
      InputRule(scope, "userId", .userID, CJSON_RAW),
      InputRule(scope, "wrapupCode", .wrapupCode, CJSON_RAW),
      InputRule(scope, "wrapupName", .wrapupName, CJSON_RAW),
      InputRule(scope, "wrapupNotes", .wrapupNotes, CJSON_RAW),
      InputRule(scope, "routingPriority", .routingPriority, CJSON_RAW),
      InputRule(scope, "requestedRoutingSkillIds", .routingSkills, CJSON_RAW),
      InputRule(scope, "divisionId", .divisionID, CJSON_RAW),
      InputRule(scope, "externalContactId", .externalContactID, CJSON_RAW),
      InputRule(scope, "interactingDurationMs", .interactingDuration, CJSON_RAW),
      InputRule(scope, "answeredUserId", .answeredUserID, CJSON_RAW),
      InputRule(scope, "participantId", .participantID),
      InputRule(scope, "sessionId", .mediaSessionID),
      InputRule(scope, "dnis", .dnis),
      InputRule(scope, "addressTo", .addressTo),
      InputRule(scope, "alertingDurationMs", .alertingDuration, CJSON_RAW),
      InputRule(scope, "heldDurationMs", .heldDuration, CJSON_RAW),
      InputRule(scope, "flowId", .flowID, CJSON_RAW),
      InputRule(scope, "flowType", .flowType, CJSON_RAW),
      InputRule(scope, "flowName", .flowType, CJSON_RAW),
      InputRule(scope, "exitReason", .flowExit, CJSON_RAW),
      InputRule(scope, "flowDurationMs", .flowExit, CJSON_RAW),
      InputRule(scope, "flowOutcomeId", .flowOutcome, CJSON_RAW),
      InputRule(scope, "voicemailDurationMs", .voicemailDuration, CJSON_RAW),
      InputRule(scope, "outboundCampaignId", .outboundCampaign, CJSON_RAW),
      InputRule(scope, "wrapupDurationMs", .wrapupDuration, CJSON_RAW),
    ]
  }
}
