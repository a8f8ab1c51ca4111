import JourneyRules

/// A date that only knows which one comes next.
struct ObviousDate {
  var year = 1900
  var month = 1
  var day = 1
  /// Monday as 0: 1900-01-01 was one.
  var weekday = 0

  /// Days from 1900-01-01 to 1970-01-01: 70 years, 17 of them leap years.
  static let daysTo1970 = 70 * 365 + 17

  var isLeapYear: Bool {
    if year % 400 == 0 { return true }
    if year % 100 == 0 { return false }
    return year % 4 == 0
  }

  var daysOfMonth: Int {
    switch month {
    case 2: isLeapYear ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  mutating func advance() {
    weekday = weekday == 6 ? 0 : weekday + 1
    day += 1
    if day <= daysOfMonth { return }
    day = 1
    month += 1
    if month <= 12 { return }
    month = 1
    year += 1
  }

  /// The date so many days after 1900-01-01.
  init(days: Int) {
    var rest = days
    while rest >= (isLeapYear ? 366 : 365) {
      let length = isLeapYear ? 366 : 365
      rest -= length
      weekday = (weekday + length) % 7
      year += 1
    }
    for _ in 0..<rest { advance() }
  }
}

/// A schedule as one would do it by hand: every day from the start on is held against the rule.
struct ObviousSchedule {
  /// Where periods begin, in milliseconds of the wall clock, within the days that were walked.
  var begins: [Int64] = []
  var length: Int64
  /// Days of a month that the rule names but the month lacks were passed over.
  var hasSkippedDays = false
  /// The rule would not have the start.
  var hasForeignStart = false

  /// - Parameter days: how many days to walk. The start must be in 1900 or later.
  init(_ schedule: Schedule, days: Int) {
    length = schedule.end.milliseconds - schedule.start.milliseconds
    let millisecondsFrom1900 =
      schedule.start.milliseconds + Int64(ObviousDate.daysTo1970) * 24 * 60 * 60 * 1_000
    let start = ObviousDate(days: Int(millisecondsFrom1900 / (24 * 60 * 60 * 1_000)))
    var date = start
    for walked in 0..<days {
      let isMatching =
        schedule.recurrence.map { ObviousSchedule.matches($0, date, start, walked) } ?? (walked == 0)
      if let names = schedule.recurrence?.monthDays, date.day == date.daysOfMonth,
        names.contains(where: { abs($0) > date.daysOfMonth })
      {
        hasSkippedDays = true
      }
      if walked == 0, !isMatching { hasForeignStart = true }
      if walked == 0 || isMatching {
        let begin = schedule.start.milliseconds + Int64(walked) * 24 * 60 * 60 * 1_000
        if let until = schedule.recurrence?.until, begin > until.milliseconds { break }
        begins.append(begin)
        if begins.count == schedule.recurrence?.count { break }
      }
      date.advance()
    }
  }

  func contains(_ moment: Int64) -> Bool {
    for begin in begins where begin <= moment && moment < begin + length { return true }
    return false
  }

  private static func matches(
    _ rule: Recurrence, _ date: ObviousDate, _ start: ObviousDate, _ walked: Int
  ) -> Bool {
    switch rule.frequency {
    case .daily: if walked % rule.interval != 0 { return false }
    case .weekly: if (start.weekday + walked) / 7 % rule.interval != 0 { return false }
    case .monthly:
      let months = (date.year - start.year) * 12 + date.month - start.month
      if months % rule.interval != 0 { return false }
    case .yearly: if (date.year - start.year) % rule.interval != 0 { return false }
    }
    if !rule.months.isEmpty {
      if !rule.months.contains(date.month) { return false }
    } else if rule.frequency == .yearly, date.month != start.month {
      return false
    }
    if !rule.monthDays.isEmpty {
      let fromEnd = date.day - date.daysOfMonth - 1
      if !rule.monthDays.contains(date.day), !rule.monthDays.contains(fromEnd) { return false }
    }
    if !rule.weekdays.isEmpty {
      let isNamed = rule.weekdays.contains { entry in
        guard Int(entry.weekday.rawValue) - 1 == date.weekday else { return false }
        guard let ordinal = entry.ordinal else { return true }
        let place = (date.day - 1) / 7 + 1
        let placeFromEnd = (date.daysOfMonth - date.day) / 7 + 1
        return ordinal == place || ordinal == -placeFromEnd
      }
      if !isNamed { return false }
    }
    if rule.weekdays.isEmpty, rule.monthDays.isEmpty {
      switch rule.frequency {
      case .daily: break
      case .weekly: if date.weekday != start.weekday { return false }
      case .monthly, .yearly: if date.day != start.day { return false }
      }
    }
    return true
  }
}
