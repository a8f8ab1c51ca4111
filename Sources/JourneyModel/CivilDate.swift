/// A date of the proleptic Gregorian calendar, without a time of day or a time zone.
public struct CivilDate: Sendable, Hashable {
  /// The year; 0 is the one before 1.
  public var year: Int64
  /// The month, 1…12.
  public var month: Int64
  /// The day of the month, from 1.
  public var day: Int64

  /// Creates a date, which must exist.
  public init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date so many days after 1970-01-01, or before if negative.
  public init(days: Int64) {
    (year, month, day) = EventTime.civil(fromDays: days)
  }

  /// Days since 1970-01-01.
  public var days: Int64 { EventTime.days(fromCivil: year, month, day) }
}
