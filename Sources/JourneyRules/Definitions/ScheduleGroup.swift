/// When something is open: holiday schedules close it first, then closed schedules, then open schedules and
/// open hours open it. Without any open schedule or hours it is closed.
public struct ScheduleGroup: Sendable, Hashable {
  /// Its id.
  public var id: String
  /// Raised on every change. At least 1.
  public var version: Int
  /// Its name for people.
  public var name: String
  /// What it is for.
  public var description: String?
  /// Whether it counts.
  public var state: DefinitionState
  /// Name of the time zone in the IANA database, for example `Europe/Berlin`.
  public var timeZone: String
  /// Hours of every week. Ours: the short form of weekly schedules.
  public var openHours: [OpenHours]
  /// Ids of schedules during which it is open.
  public var openScheduleIDs: [String]
  /// Ids of schedules during which it is closed.
  public var closedScheduleIDs: [String]
  /// Ids of schedules during which it is closed for a holiday.
  public var holidayScheduleIDs: [String]

  /// Hours of some days of every week.
  public struct OpenHours: Sendable, Hashable {
    /// The days, from Monday; at least one.
    public var days: [Weekday]
    /// Minutes after midnight, 0…1439.
    public var opens: Int
    /// Minutes after midnight, exclusive, above `opens`, at most 1440.
    public var closes: Int

    /// Creates hours.
    public init(days: [Weekday], opens: Int, closes: Int) {
      self.days = days
      self.opens = opens
      self.closes = closes
    }
  }

  /// Creates a group.
  public init(
    id: String, version: Int = 1, name: String, description: String? = nil, state: DefinitionState = .active,
    timeZone: String, openHours: [OpenHours] = [], openScheduleIDs: [String] = [],
    closedScheduleIDs: [String] = [], holidayScheduleIDs: [String] = []
  ) {
    self.id = id
    self.version = version
    self.name = name
    self.description = description
    self.state = state
    self.timeZone = timeZone
    self.openHours = openHours
    self.openScheduleIDs = openScheduleIDs
    self.closedScheduleIDs = closedScheduleIDs
    self.holidayScheduleIDs = holidayScheduleIDs
  }
}

/// A switch that closes every action map that names it.
public struct EmergencyGroup: Sendable, Hashable {
  /// Its id.
  public var id: String
  /// Raised on every change. At least 1.
  public var version: Int
  /// Its name for people.
  public var name: String
  /// What it is for.
  public var description: String?
  /// Whether it counts.
  public var state: DefinitionState
  /// Whether there is an emergency now.
  public var isEnabled: Bool

  /// Creates a group.
  public init(
    id: String, version: Int = 1, name: String, description: String? = nil, state: DefinitionState = .active,
    isEnabled: Bool
  ) {
    self.id = id
    self.version = version
    self.name = name
    self.description = description
    self.state = state
    self.isEnabled = isEnabled
  }
}
