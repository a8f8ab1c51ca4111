package import EventLog
package import JourneyModel

/// The answer for one event of a body.
package enum IntakeItem: Sendable {
  /// It can be published, and the processor will find nothing wrong with its form.
  case accepted(IntakeRecord)
  /// It cannot: `path` is the JSON path of what is wrong, within the event. `event` is what the client sent
  /// of it, where it was one of a batch; `nil` for a body that is no batch, and for what is said of a body.
  case refused(
    index: Int, id: String?, code: RefusalCode, explanation: String, path: String,
    event: ArraySlice<UInt8>? = nil)
  /// It is left out on purpose and says so to nobody but a counter.
  case discarded(DiscardReason)
}

/// A record of an input stream.
package struct IntakeRecord: Sendable {
  package var stream: JourneyModel.Stream
  /// What the processor places the event by.
  package var key: [UInt8]
  /// The event's id, as it is in the value.
  package var id: String
  /// One JSON object.
  package var value: [UInt8]
  package var headers: HeaderBlock
  /// Which clock its time is from.
  package var timeRule: ClientClock.Rule
  /// How far the server's clock was ahead of the client's, in milliseconds, transport included; `nil` if the
  /// client did not say when it sent.
  package var skew: Int64?
  /// Whether the same bytes sent again have the same id.
  package var isRepeatable: Bool
}

/// Why an event is left out.
package enum DiscardReason: Sendable, Hashable {
  /// The visitor asks not to be tracked, and the source honors it.
  case privacySignal
  /// Known, and says nothing to a session.
  case ignored(IgnoredKind)
}

/// Why an event, or a whole body, cannot be taken. Many are `RejectionReason`s, under the same names.
package struct RefusalCode: RawRepresentable, Sendable, Hashable {
  package var rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  /// What the processor would say of the record.
  package init(_ reason: RejectionReason) { rawValue = reason.rawValue }

  /// Neither JSON, nor lines of it, nor a CloudEvent.
  package static let unsupportedMediaType = RefusalCode(rawValue: "unsupportedMediaType")
  /// More events than one body may have.
  package static let tooManyEvents = RefusalCode(rawValue: "tooManyEvents")
  /// No array where a batch's events should be.
  package static let badBatch = RefusalCode(rawValue: "badBatch")
  /// A CloudEvent whose data are no JSON.
  package static let unsupportedData = RefusalCode(rawValue: "unsupportedData")
  /// A CloudEvent of another version than 1.0.
  package static let unsupportedVersion = RefusalCode(rawValue: "unsupportedVersion")
  /// A CloudEvent without one of its required attributes.
  package static let missingAttribute = RefusalCode(rawValue: "missingAttribute")
  /// A header field whose value is no text.
  package static let badHeader = RefusalCode(rawValue: "badHeader")
  /// A call of no known type.
  package static let unknownType = RefusalCode(rawValue: "unknownType")
  /// The source may not write to the event's stream.
  package static let streamNotAllowed = RefusalCode(rawValue: "streamNotAllowed")
  /// A report of a state that clients do not report.
  package static let badActionState = RefusalCode(rawValue: "badActionState")
  /// A report of an action without the action's id.
  package static let badActionID = RefusalCode(rawValue: "badActionId")
  /// A report of an action in a session that nobody knows.
  package static let unknownSession = RefusalCode(rawValue: "unknownSession")
  /// Older than the interface takes; the vendor's code.
  package static let invalidDate = RefusalCode(rawValue: "invalid.date")

  /// The HTTP status of an answer that is nothing but this.
  package var status: Int {
    switch self {
    case .unsupportedMediaType: 415
    case .tooManyEvents, RefusalCode(.tooLarge): 413
    case .streamNotAllowed: 403
    case .unknownSession: 404
    default: 400
    }
  }
}
