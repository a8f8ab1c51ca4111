internal import JourneyModel

/// The days on which the periods of a recurrence begin after its start, found by arithmetic at any distance
/// from it.
///
/// The calendar is cut into blocks: every `interval`th day, week or month, or the `months` of every
/// `interval`th year. They follow each other in time and do not overlap; block 0 is the first of the period
/// that the start is in. The days of a block on which a period begins are a set of bits. Days are counted
/// from 1970-01-01.
///
/// Parts of a rule that the reader refuses for a frequency do not count here.
struct RecurrenceDays: Sendable {
  private let frequency: Recurrence.Frequency
  private let interval: Int64
  private let weekdays: [Recurrence.OrdinalWeekday]
  /// The weekdays without their ordinals, Monday as bit 0.
  private let weekdaySet: UInt32
  private let monthDays: [Int]
  /// Allowed months, ascending.
  private let months: [Int64]
  /// The same, January as bit 1.
  private let monthSet: UInt32
  private let startDay: Int64
  /// Week, month or year that the start is in, whichever the frequency counts.
  private let startPeriod: Int64

  /// The last day on which a period is looked for: 9999-12-31, behind which no event can be.
  static let lastDay = LocalDateTime.latest.day

  /// - Returns: `nil` if no period begins after the start's, by any distance.
  init?(_ recurrence: Recurrence, startDay: Int64) {
    let start = CivilDate(days: startDay)
    frequency = recurrence.frequency
    interval = Int64(max(1, min(recurrence.interval, Int(RecurrenceDays.lastDay))))
    var weekdays = recurrence.weekdays
    var monthDays = recurrence.monthDays
    var months = recurrence.months.map { Int64($0) }
    // What a rule leaves open is as at its start.
    switch frequency {
    case .daily:
      startPeriod = startDay
    case .weekly:
      if weekdays.isEmpty {
        weekdays = Weekday.allCases.filter { $0.index == Weekday.index(ofDay: startDay) }.map { .init($0) }
      }
      startPeriod = Weekday.week(ofDay: startDay)
    case .monthly, .yearly:
      if weekdays.isEmpty, monthDays.isEmpty { monthDays = [Int(start.day)] }
      if frequency == .yearly, months.isEmpty { months = [start.month] }
      startPeriod = frequency == .monthly ? start.year * 12 + start.month - 1 : start.year
    }
    if months.isEmpty { months = Array(1...12) }
    self.weekdays = weekdays
    self.monthDays = monthDays
    self.months = months.filter { (1...12).contains($0) }.sorted()
    weekdaySet = weekdays.isEmpty ? 0x7f : weekdays.reduce(0) { $0 | (1 << UInt32($1.weekday.index)) }
    monthSet = self.months.reduce(0) { $0 | (1 << UInt32($1)) }
    self.startDay = startDay
    guard !self.months.isEmpty, day(ofPeriod: 2, blocks: blocksOfCycle) != nil else { return nil }
  }

  /// Whether a period begins on one of these days, all of which must be after the start's.
  ///
  /// Looks at the blocks that touch the range, from its end, and stops at the first such day.
  func beginPeriod(in range: ClosedRange<Int64>) -> Bool {
    var index = lastBlock(of: range.upperBound)
    while index >= 0 {
      let block = block(index)
      if block.days(in: range) != 0 { return true }
      // Earlier blocks are before this one's first day.
      if block.first <= range.lowerBound { return false }
      index -= 1
    }
    return false
  }

  /// The day on which a period begins, by number; the start's is number 1, whether or not the rule would have
  /// it.
  ///
  /// - Returns: `nil` if it would be after `lastDay`.
  func day(ofPeriod number: Int) -> Int64? { day(ofPeriod: number, blocks: .max) }

  /// The same, looking at so many blocks at most.
  private func day(ofPeriod number: Int, blocks: Int64) -> Int64? {
    guard number > 1 else { return startDay }
    guard startDay < RecurrenceDays.lastDay else { return nil }
    var missing = number - 1
    var index: Int64 = 0
    while index < blocks {
      let block = block(index)
      guard block.first <= RecurrenceDays.lastDay else { return nil }
      var days = block.days(in: startDay + 1...RecurrenceDays.lastDay)
      if days.nonzeroBitCount >= missing {
        for _ in 1..<missing { days &= days - 1 }
        return block.first + Int64(days.trailingZeroBitCount)
      }
      missing -= days.nonzeroBitCount
      index += 1
    }
    return nil
  }

  // MARK: Blocks

  /// Days that follow each other, some of which begin a period.
  private struct Block {
    /// Its first day.
    var first: Int64
    /// The days that begin a period; bit 0 is `first`.
    var days: UInt32

    /// Those of them in a range.
    func days(in range: ClosedRange<Int64>) -> UInt32 {
      let low = range.lowerBound - first
      let high = range.upperBound - first
      guard low < 32, high >= 0 else { return 0 }
      var days = days
      if low > 0 { days &= UInt32.max << UInt32(low) }
      if high < 31 { days &= (2 << UInt32(high)) - 1 }
      return days
    }
  }

  /// So many blocks on, the calendar has repeated itself, weekdays included: it does after 400 years, which
  /// are 146,097 days or 20,871 weeks. Whatever has not matched by then never does. One more than that,
  /// because of block 0 only the days after the start count.
  private var blocksOfCycle: Int64 {
    switch frequency {
    case .daily: 146_097 + 1
    case .weekly: 20_871 + 1
    case .monthly: 4_800 + 1
    case .yearly: 400 * Int64(months.count) + Int64(months.count)
    }
  }

  /// The last block that begins on a day or before.
  private func lastBlock(of day: Int64) -> Int64 {
    switch frequency {
    case .daily: return (day - startPeriod).quotientRoundedDown(by: interval)
    case .weekly: return (Weekday.week(ofDay: day) - startPeriod).quotientRoundedDown(by: interval)
    case .monthly:
      let date = CivilDate(days: day)
      return (date.year * 12 + date.month - 1 - startPeriod).quotientRoundedDown(by: interval)
    case .yearly:
      let date = CivilDate(days: day)
      let period = (date.year - startPeriod).quotientRoundedDown(by: interval)
      let isInPeriod = period * interval == date.year - startPeriod
      let begun = isInPeriod ? months.count { $0 <= date.month } : months.count
      return period * Int64(months.count) + Int64(begun) - 1
    }
  }

  private func block(_ index: Int64) -> Block {
    switch frequency {
    case .daily:
      let day = startPeriod + index * interval
      let isAllowed = weekdaySet & (1 << UInt32(Weekday.index(ofDay: day))) != 0 && isMonthAllowed(day)
      return Block(first: day, days: isAllowed ? 1 : 0)
    case .weekly:
      let monday = (startPeriod + index * interval) * 7 - 3
      var days = weekdaySet
      if months.count < 12 {
        for day in 0..<Int64(7) where !isMonthAllowed(monday + day) { days &= ~(1 << UInt32(day)) }
      }
      return Block(first: monday, days: days)
    case .monthly:
      let month = startPeriod + index * interval
      let year = month.quotientRoundedDown(by: 12)
      return block(year: year, month: month - year * 12 + 1)
    case .yearly:
      let (period, place) = index.quotientAndRemainder(dividingBy: Int64(months.count))
      return block(year: startPeriod + period * interval, month: months[Int(place)])
    }
  }

  private func isMonthAllowed(_ day: Int64) -> Bool {
    months.count == 12 || monthSet & (1 << UInt32(CivilDate(days: day).month)) != 0
  }

  /// The days of a month on which both the days of the month and the weekdays agree.
  private func block(year: Int64, month: Int64) -> Block {
    let first = CivilDate(year: year, month: month, day: 1).days
    guard monthSet & (1 << UInt32(month)) != 0 else { return Block(first: first, days: 0) }
    let next = CivilDate(year: month == 12 ? year + 1 : year, month: month == 12 ? 1 : month + 1, day: 1).days
    let length = Int(next - first)
    var days: UInt32 = (1 << UInt32(length)) - 1
    if !monthDays.isEmpty {
      var set: UInt32 = 0
      for number in monthDays {
        let offset = number > 0 ? number - 1 : length + number
        if number != 0, (0..<length).contains(offset) { set |= 1 << UInt32(offset) }
      }
      days &= set
    }
    if !weekdays.isEmpty {
      var set: UInt32 = 0
      let weekdayOfFirst = Weekday.index(ofDay: first)
      for entry in weekdays {
        let earliest = Int((entry.weekday.index - weekdayOfFirst + 7) % 7)
        guard let ordinal = entry.ordinal else {
          // Every seventh of 29 days; beyond the month is cut off.
          set |= 0x1020_4081 << UInt32(earliest)
          continue
        }
        let latest = earliest + (length - 1 - earliest) / 7 * 7
        guard ordinal != 0, (-5...5).contains(ordinal) else { continue }
        let offset = ordinal > 0 ? earliest + (ordinal - 1) * 7 : latest + (ordinal + 1) * 7
        if (0..<length).contains(offset) { set |= 1 << UInt32(offset) }
      }
      days &= set
    }
    return Block(first: first, days: days)
  }
}
