/// A period on the wall clock, once or repeated. Its time zone is that of the group that names it.
public struct Schedule: Sendable, Hashable {
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
  /// Where the first period begins.
  public var start: LocalDateTime
  /// Where the first period ends, exclusive; after `start`.
  public var end: LocalDateTime
  /// How it repeats; `nil` for once.
  public var recurrence: Recurrence?

  /// Creates a schedule.
  public init(
    id: String, version: Int = 1, name: String, description: String? = nil, state: DefinitionState = .active,
    start: LocalDateTime, end: LocalDateTime, recurrence: Recurrence? = nil
  ) {
    self.id = id
    self.version = version
    self.name = name
    self.description = description
    self.state = state
    self.start = start
    self.end = end
    self.recurrence = recurrence
  }
}

/// How a schedule repeats: the part of RFC 5545's recurrence rules that opening hours need.
public struct Recurrence: Sendable, Hashable {
  /// `FREQ`.
  public var frequency: Frequency
  /// `INTERVAL`: every so many days, weeks, months or years; at least 1.
  public var interval: Int
  /// `BYDAY`, in order from Monday; empty for the day of `start`.
  public var weekdays: [OrdinalWeekday]
  /// `BYMONTHDAY`: 1…31, or from the end −31…−1; ascending; empty for the day of `start`.
  public var monthDays: [Int]
  /// `BYMONTH`: 1…12, ascending; empty for the month of `start` if yearly, else any.
  public var months: [Int]
  /// `UNTIL`: the last moment at which a period may begin.
  public var until: LocalDateTime?
  /// Whether `until` is a time of UTC, written with a `Z`; else one of the group's wall clock.
  public var isUntilUTC = false
  /// `COUNT`: how many periods there are; excludes `until`.
  public var count: Int?

  /// Units of repetition.
  public enum Frequency: String, Sendable, Hashable, CaseIterable {
    case daily = "DAILY"
    case weekly = "WEEKLY"
    case monthly = "MONTHLY"
    case yearly = "YEARLY"
  }

  /// A weekday, or with an ordinal the nth or nth last of a month.
  public struct OrdinalWeekday: Sendable, Hashable {
    /// The day.
    public var weekday: Weekday
    /// 1…5 or −5…−1; `nil` for every one.
    public var ordinal: Int?

    /// Creates a day.
    public init(_ weekday: Weekday, ordinal: Int? = nil) {
      self.weekday = weekday
      self.ordinal = ordinal
    }
  }

  /// Creates a recurrence.
  public init(
    frequency: Frequency, interval: Int = 1, weekdays: [OrdinalWeekday] = [], monthDays: [Int] = [],
    months: [Int] = [], until: LocalDateTime? = nil, isUntilUTC: Bool = false, count: Int? = nil
  ) {
    self.frequency = frequency
    self.interval = interval
    self.weekdays = weekdays
    self.monthDays = monthDays
    self.months = months
    self.until = until
    self.isUntilUTC = isUntilUTC
    self.count = count
  }
}
