public import JourneyModel

/// When a segment is assigned or an outcome achieved: every pattern, of context and of journey, must hold.
public struct Rule: Sendable, Hashable {
  /// What must be true of the session.
  public var context: [ContextPattern]
  /// What must happen in it.
  public var journey: [JourneyPattern]
  /// Whether the journey's patterns must be fulfilled one after the other, in this order, by different events
  /// in order of admission. Ours: `journey.ordered`, by default `false`.
  public var isOrdered: Bool

  /// Creates a rule.
  public init(context: [ContextPattern] = [], journey: [JourneyPattern] = [], isOrdered: Bool = false) {
    self.context = context
    self.journey = journey
    self.isOrdered = isOrdered
  }

  /// Whether it says nothing, and so never holds.
  public var isEmpty: Bool { context.isEmpty && journey.isEmpty }
}

/// Criteria that must hold together for the facts of one session.
public struct ContextPattern: Sendable, Hashable {
  /// At least one.
  public var criteria: [Criterion]

  /// Creates a pattern.
  public init(criteria: [Criterion]) { self.criteria = criteria }
}

/// Criteria that must hold together for one event, and for how many events of a session.
public struct JourneyPattern: Sendable, Hashable {
  /// Without any, every event of the stream, session type and name counts.
  public var criteria: [Criterion]
  /// How many events must match, at least 1.
  public var count: Int
  /// The stream of the events.
  public var stream: Stream
  /// The type of the session.
  public var sessionType: String
  /// Only events of this name; `nil` for any.
  public var eventName: String?

  /// Creates a pattern.
  public init(
    criteria: [Criterion], count: Int = 1, stream: Stream, sessionType: String, eventName: String? = nil
  ) {
    self.criteria = criteria
    self.count = count
    self.stream = stream
    self.sessionType = sessionType
    self.eventName = eventName
  }
}
