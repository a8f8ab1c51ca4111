public import JourneyModel

/// An action map: when its trigger holds, its action qualifies, and is offered once page, schedule and cap
/// allow.
public struct ActionMap: Sendable, Hashable {
  /// Its id.
  public var id: String
  /// Raised on every change; triggers name it. At least 1.
  public var version: Int
  /// Whether it can qualify.
  public var isActive: Bool
  /// Its name for people.
  public var displayName: String
  /// Ids of segments, any of which triggers it.
  public var triggerWithSegments: [String]
  /// Conditions on events, all of which must hold; excludes `triggerWithSegments`.
  public var triggerWithEventConditions: [EventCondition]
  /// Conditions on predictions, all of which must hold besides.
  public var triggerWithOutcomeConditions: [OutcomeCondition]
  /// Conditions on the page that the visitor is on, all of which must hold.
  public var pageURLConditions: [PageURLCondition]
  /// When it is offered, once it has qualified.
  public var activation: Activation
  /// Which of several maps wins.
  public var weight: Weight
  /// What it does.
  public var action: Action
  /// The schedule group inside of which it is offered; `nil` for always.
  public var scheduleGroupID: String?
  /// What closes it: an emergency group that is switched on, or a schedule group inside of its hours.
  public var emergencyGroupID: String?
  /// Whether it is offered in spite of a frequency cap.
  public var ignoreFrequencyCap: Bool
  /// It qualifies from this time on; `nil` for always.
  public var startDate: EventTime?
  /// It qualifies before this time; `nil` for ever.
  public var endDate: EventTime?

  /// When an action is offered.
  public enum Activation: Sendable, Hashable {
    /// As soon as it qualifies.
    case immediate
    /// So many seconds later, by event time; at least 0.
    case delay(seconds: Int)
    /// When the customer comes back.
    case onNextVisit
    /// In the customer's next session.
    case onNextSession
  }

  /// How important a map is.
  public enum Weight: Int, Sendable, Hashable, CaseIterable, Comparable {
    case low = 1
    case medium = 2
    case high = 3

    /// Orders by importance.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Creates a map.
  public init(
    id: String, version: Int = 1, isActive: Bool = true, displayName: String,
    triggerWithSegments: [String] = [], triggerWithEventConditions: [EventCondition] = [],
    triggerWithOutcomeConditions: [OutcomeCondition] = [], pageURLConditions: [PageURLCondition] = [],
    activation: Activation = .immediate, weight: Weight = .medium, action: Action,
    scheduleGroupID: String? = nil, emergencyGroupID: String? = nil, ignoreFrequencyCap: Bool = false,
    startDate: EventTime? = nil, endDate: EventTime? = nil
  ) {
    self.id = id
    self.version = version
    self.isActive = isActive
    self.displayName = displayName
    self.triggerWithSegments = triggerWithSegments
    self.triggerWithEventConditions = triggerWithEventConditions
    self.triggerWithOutcomeConditions = triggerWithOutcomeConditions
    self.pageURLConditions = pageURLConditions
    self.activation = activation
    self.weight = weight
    self.action = action
    self.scheduleGroupID = scheduleGroupID
    self.emergencyGroupID = emergencyGroupID
    self.ignoreFrequencyCap = ignoreFrequencyCap
    self.startDate = startDate
    self.endDate = endDate
  }
}
