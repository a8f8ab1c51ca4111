import JourneyRules
import SeededGenerator

/// Schedules of every sort, most of them nothing that anybody would want.
struct RandomSchedules {
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func schedule() -> Schedule {
    // 1960 to 2059, at a full minute.
    let day = generator.pick(-3_652...32_872)
    let start = day * 86_400_000 + generator.pick(0...1_439) * 60_000
    let minutes =
      switch generator.pick(1...20) {
      case 1...6: generator.pick(1...60)
      case 7...13: generator.pick(60...840)
      case 14...18: generator.pick(1_440...14_400)
      case 19: generator.pick(14_400...57_600)
      default: generator.pick(300_000...1_500_000)
      }
    var schedule = Schedule(
      id: "s", name: "S", start: LocalDateTime(milliseconds: start),
      end: LocalDateTime(milliseconds: start + minutes * 60_000))
    if generator.chance(97) { schedule.recurrence = recurrence(start: start) }
    return schedule
  }

  private mutating func recurrence(start: Int64) -> Recurrence {
    var rule = Recurrence(frequency: generator.pick(Recurrence.Frequency.allCases))
    if generator.chance(50) { rule.interval = Int(generator.pick(2...5)) }
    if generator.chance(3) { rule.interval = Int(generator.pick(6...60)) }
    if generator.chance(30) { rule.months = months() }
    switch rule.frequency {
    case .daily: if generator.chance(40) { rule.weekdays = weekdays(ordinals: 0) }
    case .weekly: if generator.chance(70) { rule.weekdays = weekdays(ordinals: 0) }
    case .monthly, .yearly:
      switch generator.pick(1...6) {
      case 1: break
      case 2: rule.weekdays = weekdays(ordinals: 0)
      case 3: rule.weekdays = weekdays(ordinals: 80)
      case 4:
        rule.weekdays = weekdays(ordinals: 30)
        rule.monthDays = monthDays()
      default: rule.monthDays = monthDays()
      }
    }
    switch generator.pick(1...10) {
    case 1...3:
      // Often exactly at the time of day at which a period may begin, or next to it.
      let days = generator.pick(0...2_000)
      rule.until = LocalDateTime(
        milliseconds: start + days * 86_400_000 + generator.pick([-1, 0, 0, 1, 43_200_000]))
    case 4...6: rule.count = Int(generator.pick(1...60))
    default: break
    }
    return rule
  }

  private mutating func months() -> [Int] {
    var months: Set<Int> = []
    for _ in 0..<generator.pick(1...5) { months.insert(Int(generator.pick(1...12))) }
    return months.sorted()
  }

  private mutating func monthDays() -> [Int] {
    var days: Set<Int> = []
    for _ in 0..<generator.pick(1...4) {
      let day = Int(generator.chance(30) ? generator.pick(28...31) : generator.pick(1...31))
      days.insert(generator.chance(40) ? -day : day)
    }
    return days.sorted()
  }

  private mutating func weekdays(ordinals percent: Int64) -> [Recurrence.OrdinalWeekday] {
    var days: [Recurrence.OrdinalWeekday] = []
    for _ in 0..<generator.pick(1...4) {
      var day = Recurrence.OrdinalWeekday(generator.pick(Weekday.allCases))
      if generator.chance(percent) { day.ordinal = Int(generator.pick(1...5) * generator.pick([1, -1])) }
      if !days.contains(day) { days.append(day) }
    }
    return days
  }
}
