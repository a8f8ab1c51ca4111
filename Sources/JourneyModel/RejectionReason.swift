/// Why a record was not applied. The raw values are public: they are in the `rejected` topic's headers.
public enum RejectionReason: String, Sendable, CaseIterable {
  /// Null or empty payload.
  case emptyPayload
  /// Not well-formed JSON, truncated, or not UTF-8.
  case malformedJSON
  /// Well-formed JSON, but not an object.
  case notAnObject
  /// Larger than `maxEventBytes`.
  case tooLarge
  /// Nested deeper than `maxEventDepth`.
  case tooDeep
  /// More attributes or list elements than `maxEventFacts`.
  case tooManyFields
  /// No customer id, or an empty one.
  case missingCustomer
  /// The customer id is no string, or longer than `maxIdentifierBytes`.
  case badCustomer
  /// No time.
  case missingTime
  /// Neither ISO 8601 with an offset nor epoch milliseconds.
  case badTime
  /// No event name, or one with other characters than letters, digits and underscore.
  case badEventName
  /// The event id is no string, empty, or longer than `maxIdentifierBytes`.
  case badEventID
  /// A custom event without session type.
  case missingSessionType
  /// The session type has other characters than letters, digits, `_`, `-`, `.`, or is too long.
  case badSessionType
  /// The session type belongs to another stream.
  case conflictingSessionType
  /// A custom event without the external id of its session.
  case missingExternalID
  /// A conversation event without conversation id.
  case missingConversation
  /// An event of a kind that is not an input, such as a segment assignment.
  case unsupportedEventType
  /// No such input stream.
  case unknownStream
  /// Older than the watermark by more than `allowedLateness`.
  case late
  /// Further ahead of the wall clock than `maxFutureSkew`.
  case tooFarAhead
  /// More events of one session within a minute of event time than `maxEventsPerMinute`.
  case rateExceeded
  /// A report of an action whose session is over, or never was.
  case reportWithoutSession
  /// A routed record in a partition that does not own its customer.
  case misplaced
  /// A routed record whose origin headers are missing or damaged.
  case badRouting
  /// A message of a lane that is damaged, or has no key.
  case badMessage
  /// A message of a kind, or of a version of its kind, that this build does not know.
  case unknownMessage
  /// A record of `identity` that is no command, or asks for something that there is not.
  case badCommand

  /// Whether the record itself is wrong, so that many of them speak of a broken producer. Time out of bounds
  /// counts when it lies ahead (a wrong unit or clock, perhaps our own), not when it is late; rate and
  /// routing never do.
  public var meansBrokenInput: Bool {
    switch self {
    case .emptyPayload, .malformedJSON, .notAnObject, .tooLarge, .tooDeep, .tooManyFields, .missingCustomer,
      .badCustomer, .missingTime, .badTime, .badEventName, .badEventID, .missingSessionType, .badSessionType,
      .conflictingSessionType, .missingExternalID, .missingConversation, .unsupportedEventType, .tooFarAhead,
      .badCommand:
      true
    case .unknownStream, .late, .rateExceeded, .reportWithoutSession, .misplaced, .badRouting, .badMessage,
      .unknownMessage:
      false
    }
  }

  /// One sentence for the person who has to fix the producer.
  public var explanation: String {
    switch self {
    case .emptyPayload: "the record has no value"
    case .malformedJSON: "the value is not well-formed JSON in UTF-8"
    case .notAnObject: "the value is JSON, but not an object"
    case .tooLarge: "the value is larger than events.maxBytes"
    case .tooDeep: "the value is nested deeper than events.maxDepth"
    case .tooManyFields: "the event has more attributes or list elements than events.maxFacts"
    case .missingCustomer: "customerId is missing or empty"
    case .badCustomer: "customerId or customerIdType is not a string of 1 to events.maxIdentifierBytes bytes"
    case .missingTime: "createdDate is missing"
    case .badTime: "createdDate is neither ISO 8601 with an offset nor epoch milliseconds"
    case .badEventName: "eventName is missing or has other characters than letters, digits and underscore"
    case .badEventID: "id is not a string of 1 to events.maxIdentifierBytes bytes"
    case .missingSessionType: "sessionType is missing"
    case .badSessionType: "sessionType has other characters than letters, digits, '_', '-' and '.'"
    case .conflictingSessionType: "the session type belongs to another stream"
    case .missingExternalID: "externalId is missing: it names the custom session"
    case .missingConversation: "the conversation id is missing"
    case .unsupportedEventType: "events of this type are not an input"
    case .unknownStream: "there is no such input stream"
    case .late: "the event is older than the watermark by more than time.allowedLateness"
    case .tooFarAhead: "the event is further ahead of the wall clock than time.maxFutureSkew"
    case .rateExceeded: "the session has taken sessions.maxEventsPerMinute events within this minute"
    case .reportWithoutSession: "a report of an action whose session is over, or never was"
    case .misplaced: "a routed record stands in a partition that does not own its customer"
    case .badRouting: "a routed record lacks its origin headers"
    case .badMessage: "a message between lanes is damaged"
    case .unknownMessage: "a message between lanes is of a kind or version that this build does not know"
    case .badCommand: "the record is no command about persons"
    }
  }
}
