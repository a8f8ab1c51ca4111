public import JourneyModel

/// A segment that was assigned, an outcome that was achieved, or an action map whose event conditions hold.
public struct Fired: Sendable, Hashable {
  /// What fired.
  public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
    case segment = 0
    case outcome = 1
    /// Of an action map that is triggered by events; what becomes of it is the action evaluator's to say.
    case actionMap = 2
  }

  /// What fired.
  public var kind: Kind
  /// Index into `CompiledRules.segments`, `.outcomes` or `.actionMaps`.
  public var definition: Int
  /// Event time of the event that made it true.
  public var time: EventTime
  /// When a segment is unassigned again; `nil` for never.
  public var expires: EventTime?
  /// What an outcome was worth: a number as the event wrote it.
  public var associatedValue: String?
  /// What made it true: first the context, then the journey's patterns in their order. All their criteria
  /// held.
  public var because: [Cause]

  /// Creates a result.
  public init(
    kind: Kind, definition: Int, time: EventTime, expires: EventTime? = nil, associatedValue: String? = nil,
    because: [Cause]
  ) {
    self.kind = kind
    self.definition = definition
    self.time = time
    self.expires = expires
    self.associatedValue = associatedValue
    self.because = because
  }

  /// The events behind one pattern of the rule.
  public struct Cause: Sendable, Hashable {
    /// Which pattern.
    public var part: Part
    /// Ids of events in order of admission: for the context the one after which it was found to hold, for the
    /// journey those that matched, the newest `maxEvidenceEvents` of them.
    public var events: [String]
    /// How many events matched.
    public var count: Int

    /// A pattern by its place in the definition.
    public enum Part: Sendable, Hashable {
      case context(Int)
      case journey(Int)
      /// A segment that triggers an action map, by its id.
      case segment(String)
      /// A prediction that triggers an action map, as it was then.
      case prediction(OutcomeScore)
    }

    /// Creates a cause.
    public init(part: Part, events: [String], count: Int) {
      self.part = part
      self.events = events
      self.count = count
    }
  }
}
