internal import JourneyModel

extension LocalDateTime {
  /// Milliseconds of every day on a wall clock.
  static let millisecondsPerDay: Int64 = 86_400_000
  /// 0000-01-01T00:00:00.000, the earliest that texts can say.
  static let earliest = LocalDateTime(milliseconds: -62_167_219_200_000)
  /// 9999-12-31T23:59:59.999, the latest.
  static let latest = LocalDateTime(milliseconds: EventTime.latest.milliseconds)

  /// This time, or the nearest in `earliest…latest`: arithmetic on what is stored here cannot overflow.
  var bounded: LocalDateTime { min(max(self, LocalDateTime.earliest), LocalDateTime.latest) }

  /// Days since 1970-01-01.
  var day: Int64 { milliseconds.quotientRoundedDown(by: LocalDateTime.millisecondsPerDay) }

  /// Milliseconds since midnight.
  var timeOfDay: Int64 { milliseconds - day * LocalDateTime.millisecondsPerDay }
}

extension Weekday {
  /// Monday as 0 to Sunday as 6, of a day counted from 1970-01-01, which was a Thursday.
  static func index(ofDay day: Int64) -> Int64 { day + 3 - week(ofDay: day) * 7 }

  /// Which week, from Monday, a day counted from 1970-01-01 is in. That date is in week 0.
  static func week(ofDay day: Int64) -> Int64 { (day + 3).quotientRoundedDown(by: 7) }

  /// Monday as 0 to Sunday as 6.
  var index: Int64 { Int64(rawValue) - 1 }
}

extension Int64 {
  /// The quotient by a positive number, rounded towards the past also for negative ones.
  func quotientRoundedDown(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
