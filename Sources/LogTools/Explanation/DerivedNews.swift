internal import JourneyModel
internal import JourneyRules

/// What a derived event says: which definition it is of, and what became of that.
struct DerivedNews {
  var kind: DefinitionKind
  var id: String
  /// `assigned`, `unassigned`, `achieved`, `qualified`, `offered`, `expired`, `blocked`, or a state that a
  /// client reported.
  var word: String
  /// The vendor's word for what blocked it.
  var reason: String?
  /// The event's member about the definition.
  var body: DefinitionValue

  /// What the processor has written is read whatever its size.
  static let limits: DefinitionLimits = {
    var limits = DefinitionLimits()
    limits.maxDocumentBytes = .max
    limits.maxNodes = .max
    limits.maxDepth = 256
    return limits
  }()

  /// - Parameter event: the value of a record of a topic of derived events.
  init?(_ event: DefinitionValue) {
    if let body = event["segmentAssignmentEvent"], let id = body["segment"]?["id"]?.asText {
      self.init(
        kind: .segment, id: id,
        word: body["assignmentState"]?.asText == "Assigned" ? "assigned" : "unassigned", body: body)
    } else if let body = event["outcomeAchievedEvent"], let id = body["outcome"]?["id"]?.asText {
      self.init(kind: .outcome, id: id, word: "achieved", body: body)
    } else if let body = event["webActionEvent"], let id = body["actionMap"]?["id"]?.asText {
      self.init(kind: .actionMap, id: id, word: body["action"]?["state"]?.asText ?? "", body: body)
    } else if let body = event["blockedWebActionOfferEvent"], let id = body["actionMap"]?["id"]?.asText {
      self.init(
        kind: .actionMap, id: id, word: "blocked", reason: body["blockingReason"]?.asText, body: body)
    } else {
      return nil
    }
  }

  private init(
    kind: DefinitionKind, id: String, word: String, reason: String? = nil, body: DefinitionValue
  ) {
    self.kind = kind
    self.id = id
    self.word = word
    self.reason = reason
    self.body = body
  }

  /// Event time of a derived event.
  static func time(_ event: DefinitionValue) -> EventTime {
    event["createdDate"]?.asText.flatMap { EventTime(iso8601: $0) } ?? EventTime(milliseconds: 0)
  }
}

extension DefinitionValue {
  /// Its text; `nil` if it is none.
  var asText: String? { if case .string(let text) = self { text } else { nil } }
}
