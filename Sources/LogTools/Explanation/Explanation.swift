package import JourneyModel
package import JourneyRules
internal import Processor

/// What became of one definition in one session, part by part: when each held and by which event, or why not.
package struct Explanation: Sendable {
  /// Whose session it is.
  package struct Customer: Sendable, Hashable {
    /// The customer's id.
    package var id: String
    /// What kind of id that is.
    package var idType: String

    package init(id: String, idType: String) {
      self.id = id
      self.idType = idType
    }
  }

  /// The session.
  package struct Subject: Sendable {
    /// Its id.
    package var id: String
    /// The session that was asked for, if that was merged into this one.
    package var asked: String?
    /// Sessions that were merged into it.
    package var merged: [String]
    package var stream: JourneyModel.Stream
    package var type: String
    package var customer: Customer
    /// Events that it has, and those of them that were read.
    package var eventCount: Int
    package var events: Hits
    /// Event time of its first and last event.
    package var first: EventTime
    package var last: EventTime
    package var isOpen: Bool
    /// The names of its events, the most frequent ones first.
    package var names: [(name: String, count: Int)]
  }

  /// Something that was emitted about the definition: of an assignment, an achievement or an action.
  package struct Happening: Sendable, Hashable {
    /// `assigned`, `unassigned`, `achieved`, `qualified`, `offered`, `expired`, `blocked`, or a state that a
    /// client reported.
    package var word: String
    /// The vendor's word for what blocked it.
    package var reason: String?
    /// When.
    package var hits: Hits
    /// The newest event's body, as emitted.
    package var detail: DefinitionValue
    /// The newest event's `because`, as emitted.
    package var because: DefinitionValue

    func isSame(as other: Happening) -> Bool { word == other.word && reason == other.reason }
  }

  /// One criterion.
  package struct CriterionFinding: Sendable {
    package var criterion: Criterion
    /// When it held.
    package var hits: Hits
    /// What the key had.
    package var seen: SeenValues
    /// Why it never held; `nil` if it did.
    package var why: String?
  }

  /// One pattern.
  package struct PatternFinding: Sendable {
    /// Its place in the definition's context or journey.
    package var number: Int
    /// The pattern, of a journey; `nil` of a context.
    package var pattern: JourneyPattern?
    /// When all its criteria held together.
    package var hits: Hits
    /// Events of its stream, session type and name, of a journey.
    package var scope: Hits
    /// Events that its rule has counted for it, and the newest ids of them.
    package var counted: Int
    package var events: [String]
    /// Whether the rule has what it asks for. A context pattern: after the newest event.
    package var isComplete: Bool
    package var criteria: [CriterionFinding]
    /// Why it is not complete; `nil` if it is.
    package var why: String?
  }

  /// A segment that triggers an action map.
  package struct TriggerSegment: Sendable {
    package var id: String
    /// Its name; `nil` if no such segment is defined.
    package var displayName: String?
    /// When it was assigned; `nil` if it was not.
    package var assigned: EventTime?
    package var isExpired: Bool
  }

  package var subject: Subject
  package var definition: Definition
  /// Whether the segment was assigned, the outcome achieved, or the action offered.
  package var held: Bool
  /// When, and after which event.
  package var moment: Hits.Moment?
  /// When a segment is unassigned; `nil` for never.
  package var expires: EventTime?
  package var isExpired: Bool
  package var isOrdered: Bool
  package var context: [PatternFinding]
  package var journey: [PatternFinding]
  package var segments: [TriggerSegment]
  /// The predictions that an action map asks for, in the order in which it lists them.
  package var predictions: [TriggerPrediction] = []
  /// Everything emitted about it, in the order in which it happened first.
  package var happenings: [Happening]
  /// The pages that the visitor was on, of an action map that asks.
  package var pages: SeenValues
  /// What was predicted of an outcome; `nil` if nothing was, and of other definitions.
  package var prediction: Prediction?
  /// What concerns the whole: why it did not hold, or what limits the answer.
  package var notes: [String]
}
