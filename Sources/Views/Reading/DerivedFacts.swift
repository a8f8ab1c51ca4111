internal import JourneyModel

/// What the view keeps in columns of an event that rules gave, beside the event itself.
struct DerivedFacts: Equatable {
  var id = ""
  var session = ""
  /// Milliseconds since 1970-01-01T00:00:00Z.
  var time: Int64 = 0
  /// `SegmentAssignmentEvent`, `OutcomeAchievedEvent`, …
  var kind = ""
  /// The segment, outcome or action map.
  var definition: String?
  /// `Assigned`, `Unassigned`, an action's state, or why it was blocked.
  var state: String?

  /// Reads an event of the topics `segments`, `outcomes` and `actions`.
  ///
  /// - Returns: `nil` if it has no id, session, kind or time.
  init?(_ walk: JSONWalk) {
    var hasTime = false
    let isObject = walk.members(0..<walk.bytes.count) { name, value in
      switch true {
      case walk.is(name, "id"): id = walk.text(value) ?? ""
      case walk.is(name, "eventType"): kind = walk.text(value) ?? ""
      case walk.is(name, "session"): session = walk.member("id", of: value).flatMap(walk.text) ?? ""
      case walk.is(name, "createdDate"):
        if let found = walk.text(value).flatMap({ EventTime(iso8601: $0) }) {
          (time, hasTime) = (found.milliseconds, true)
        }
      case walk.is(name, "segmentAssignmentEvent"): body(value, "segment", walk)
      case walk.is(name, "outcomeAchievedEvent"): body(value, "outcome", walk)
      case walk.is(name, "webActionEvent"), walk.is(name, "blockedWebActionOfferEvent"):
        body(value, "actionMap", walk)
      default: break
      }
    }
    guard isObject, hasTime, !id.isEmpty, !session.isEmpty, !kind.isEmpty else { return nil }
  }

  private mutating func body(_ value: Range<Int>, _ reference: StaticString, _ walk: JSONWalk) {
    walk.members(value) { name, value in
      if walk.is(name, reference) {
        definition = walk.member("id", of: value).flatMap(walk.text)
      } else if walk.is(name, "action") {
        state = walk.member("state", of: value).flatMap(walk.text) ?? state
      } else if walk.is(name, "assignmentState") || walk.is(name, "blockingReason") {
        state = walk.text(value)
      }
    }
  }
}
