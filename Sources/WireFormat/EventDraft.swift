internal import CJSONFields
internal import JourneyModel

/// A picked value before it is checked.
struct PickedValue {
  var slice: ByteSlice
  var kind: UInt8
  var digest: UInt64

  init(_ field: cjson_field) {
    slice = ByteSlice(field)
    kind = field.kind
    digest = field.digest
  }

  var isText: Bool { UInt32(kind) == CJSON_STRING.rawValue }
  var isNumber: Bool { UInt32(kind) == CJSON_NUMBER.rawValue }
  /// Whether it can be an id: text, or a number, which is taken as it is written.
  var isIDForm: Bool { isText || isNumber }
}

/// What one record said about identity and time, before it is checked. A repeated key: the last one counts.
///
/// Not copyable: it is large, and each event has one.
struct EventDraft: ~Copyable {
  let stream: Stream
  var id: PickedValue?
  var eventName: PickedValue?
  var createdDate: PickedValue?
  var customerID: PickedValue?
  var customerIDType: PickedValue?
  var customerCookieID: PickedValue?
  var sessionType: PickedValue?
  var envelopeSessionID: PickedValue?
  var envelopeSessionType: PickedValue?
  var externalID: PickedValue?
  var eventType: PickedValue?
  var referrerURL: PickedValue?
  /// What is behind the question mark of the page's URL.
  var pageQuery: PickedValue?
  var conversationID: PickedValue?
  var disconnectType: PickedValue?
  var acdOutcome: PickedValue?
  var queueName: PickedValue?
  var queueID: PickedValue?
  var userName: PickedValue?
  var userID: PickedValue?
  var dispositionName: PickedValue?
  var dispositionCode: PickedValue?
  /// Only the detail feed has these: objects, so that most events never pay for their place.
  var detail: DetailDraft?
  /// Only reports of actions have these.
  var action: ActionDraft?

  init(stream: Stream) { self.stream = stream }

  mutating func set(_ field: InputField, _ value: PickedValue) {
    switch field {
    case .id: id = value
    case .eventName: eventName = value
    case .createdDate: createdDate = value
    case .customerID: customerID = value
    case .customerIDType: customerIDType = value
    case .customerCookieID: customerCookieID = value
    case .sessionType: sessionType = value
    case .envelopeSessionID: envelopeSessionID = value
    case .envelopeSessionType: envelopeSessionType = value
    case .externalID: externalID = value
    case .eventType: eventType = value
    case .referrerURL: referrerURL = value
    case .pageQuery: pageQuery = value
    case .conversationID, .conversationIDInObject: conversationID = value
    case .disconnectType: disconnectType = value
    case .acdOutcome: acdOutcome = value
    case .queueIDInObject: queueID = value
    case .queueNameInObject: queueName = value
    case .userIDInObject: userID = value
    case .userNameInObject: userName = value
    case .dispositionCodeInObject: dispositionCode = value
    case .dispositionNameInObject: dispositionName = value
    case .actionID, .actionState, .errorCode, .errorMessage:
      if action == nil { action = ActionDraft() }
      action?.set(field, value)
    default:
      if stream.profile.hasDetailFeed {
        if detail == nil { detail = DetailDraft() }
        detail?.set(field, value)
      }
    }
  }

  /// The name of the topic that a conversation event says it comes from.
  var topicName: PickedValue? {
    guard stream.profile.hasDetailFeed, customerID == nil, let topic = detail?.topicName, topic.isText else {
      return nil
    }
    return topic
  }

  /// Whether a conversation event has the detail feed's form: its own clock field, and no customer.
  var isDetail: Bool {
    stream.profile.hasDetailFeed && conversationID != nil && detail?.eventTime != nil && customerID == nil
  }
}

/// The detail feed's own fields.
final class DetailDraft {
  var topicName: PickedValue?
  var eventTime: PickedValue?
  var mediaType: PickedValue?
  var messageType: PickedValue?
  var provider: PickedValue?
  var direction: PickedValue?
  var ani: PickedValue?
  var addressFrom: PickedValue?
  var queueID: PickedValue?
  var userID: PickedValue?
  var wrapupCode: PickedValue?
  var wrapupName: PickedValue?
  var wrapupNotes: PickedValue?
  var routing: PickedValue?
  var divisionID: PickedValue?
  var externalContactID: PickedValue?
  var interactingDuration: PickedValue?
  var answeredUserID: PickedValue?
  var participantID: PickedValue?
  var mediaSessionID: PickedValue?
  var dnis: PickedValue?
  var addressTo: PickedValue?
  var alertingDuration: PickedValue?
  var heldDuration: PickedValue?
  var flowID: PickedValue?
  var flowType: PickedValue?
  var flowExit: PickedValue?
  var flowOutcome: PickedValue?
  var voicemailDuration: PickedValue?
  var outboundCampaign: PickedValue?
  var wrapupDuration: PickedValue?

  func set(_ field: InputField, _ value: PickedValue) {
    switch field {
    case .topicName: topicName = value
    case .eventTime: eventTime = value
    case .mediaType: mediaType = value
    case .messageType: messageType = value
    case .provider: provider = value
    case .direction: direction = value
    case .ani: ani = value
    case .addressFrom: addressFrom = value
    case .queueID: queueID = value
    case .userID: userID = value
    case .wrapupCode: wrapupCode = value
    case .wrapupName: wrapupName = value
    case .wrapupNotes: wrapupNotes = value
    case .routingPriority, .routingSkills: routing = value
    case .divisionID: divisionID = value
    case .externalContactID: externalContactID = value
    case .interactingDuration: interactingDuration = value
    case .answeredUserID: answeredUserID = value
    case .participantID: participantID = value
    case .mediaSessionID: mediaSessionID = value
    case .dnis: dnis = value
    case .addressTo: addressTo = value
    case .alertingDuration: alertingDuration = value
    case .heldDuration: heldDuration = value
    case .flowID: flowID = value
    case .flowType: flowType = value
    case .flowExit: flowExit = value
    case .flowOutcome: flowOutcome = value
    case .voicemailDuration: voicemailDuration = value
    case .outboundCampaign: outboundCampaign = value
    case .wrapupDuration: wrapupDuration = value
    default: break
    }
  }
}

/// What a client reports of an action.
final class ActionDraft {
  var id: PickedValue?
  var state: PickedValue?
  var errorCode: PickedValue?
  var errorMessage: PickedValue?

  func set(_ field: InputField, _ value: PickedValue) {
    switch field {
    case .actionID: id = value
    case .actionState: state = value
    case .errorCode: errorCode = value
    case .errorMessage: errorMessage = value
    default: break
    }
  }
}
