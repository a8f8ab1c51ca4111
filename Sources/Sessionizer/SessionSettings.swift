public import JourneyModel
public import JourneyRules

/// The rules of time and the limits by which sessions form. Every default is the design's.
public struct SessionSettings: Sendable, Hashable {
  /// How far events of one stream may arrive out of order before the watermark passes them.
  public var maxOutOfOrder: EventTime.Span = .seconds(5)
  /// How far ahead of its batch's wall-clock time an event may be.
  public var maxFutureSkew: EventTime.Span = .minutes(5)
  /// How far behind the watermark an event is still applied.
  public var allowedLateness: EventTime.Span = .hours(1)
  /// Inactivity that ends a web session.
  public var webGap: EventTime.Span = .minutes(20)
  /// Inactivity that ends an app session.
  public var appGap: EventTime.Span = .minutes(20)
  /// How long an ended conversation still takes a wrap-up.
  public var conversationRetention: EventTime.Span = .hours(24)
  /// How long it is remembered of a conversation that was forgotten that it is over; 0 for not at all.
  public var conversationMemory: EventTime.Span = .hours(168)
  /// How long a conversation that the agent ended waits for its code before its card shows that none came.
  public var afterCallWorkTimeout: EventTime.Span = .minutes(5)
  /// Wrap-up codes that say that none was set, in the vendor's words: no card shows them as a code.
  public var noWrapupCodeNames: [String] = ["ININ-WRAP-UP-TIMEOUT", "ININ-WRAP-UP-SKIPPED"] {
    didSet { noWrapupCodes = SessionSettings.quoted(noWrapupCodeNames) }
  }
  /// The same as JSON.
  package private(set) var noWrapupCodes = SessionSettings.quoted([
    "ININ-WRAP-UP-TIMEOUT", "ININ-WRAP-UP-SKIPPED",
  ])

  private static func quoted(_ names: [String]) -> [[UInt8]] {
    names.map { [ASCII.quote] + Array($0.utf8) + [ASCII.quote] }
  }

  /// Inactivity after which a visitor counts as idle.
  public var idleAfter: EventTime.Span = .seconds(45)
  /// Inactivity after which a visitor counts as away.
  public var awayAfter: EventTime.Span = .seconds(60)

  /// Longest web or app session, first to last event.
  public var maxSessionDuration: EventTime.Span = .hours(24)
  /// Most events of one session.
  public var maxSessionEvents = 100_000
  /// Most events that one session takes within one minute of event time; more are rejected as `rateExceeded`.
  public var maxEventsPerMinute = 6_000
  /// Most bytes of facts, attributes and journey map of one session.
  public var maxSessionBytes = 262_144
  /// Most entries of the journey map; the newest stay, the others are counted.
  public var maxJourneyMapEvents = 100
  /// Most distinct values of one collecting field (search terms, channels, divisions).
  public var maxCollectedValues = 100
  /// Most projected attributes of one session.
  public var maxAttributes = 200
  /// Most values of one list attribute.
  public var maxListValues = 100
  /// Most legs of one conversation; of more, those that have been over for longest are left out and counted.
  public var maxConversationLegs = 100
  /// How many of a session's newest event ids are remembered for the duplicates check.
  public var duplicateWindow = 4_096

  /// The switch and the bounds of rules.
  public var rules = RuleSettings()

  /// Session types with settings of their own, by name.
  public var types: [String: SessionType] = [:]

  /// Creates the default settings.
  public init() {}

  /// What a session type says about its sessions.
  public struct SessionType: Sendable, Hashable {
    /// Card title; the type's name with a capital if absent.
    public var title: String?
    /// Icon key; the type's name if absent.
    public var icon: String?
    /// Inactivity that ends a session of this custom type; `nil` for never.
    public var timeout: EventTime.Span?
    /// Which event attributes become session attributes; `nil` projects every attribute under its own name.
    public var projections: [Projection]?

    /// Creates a type without settings.
    public init() {}
  }

  /// One event attribute that becomes a session attribute.
  public struct Projection: Sendable, Hashable {
    /// Name of the event's attribute.
    public var from: String
    /// Name of the session's attribute.
    public var to: String
    /// Whether distinct values are collected instead of keeping the newest.
    public var isList: Bool

    /// Creates a projection.
    public init(from: String, to: String, isList: Bool = false) {
      self.from = from
      self.to = to
      self.isList = isList
    }
  }
}
