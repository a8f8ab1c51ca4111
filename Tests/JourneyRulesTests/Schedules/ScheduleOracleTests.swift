import JourneyModel
import JourneyRules
import SeededGenerator
import Testing

/// Compiled schedules against obvious ones.
@Suite struct ScheduleOracleTests {
  private static let schedules = 2_000
  private static let momentsOfASchedule = 20
  private static let day: Int64 = 86_400_000

  @Test func compiledAndObviousSchedulesAgreeOnFortyThousandPairs() {
    var random = RandomSchedules(seed: 5_545)
    var situations: [String: Int] = [:]
    var pairs = 0
    for _ in 0..<ScheduleOracleTests.schedules {
      let schedule = random.schedule()
      let days = schedule.recurrence?.frequency == .yearly ? 4_500 : 1_500
      let oracle = ObviousSchedule(schedule, days: days)
      // A zone that never changes its mind: only the date line matters here.
      let offset = random.generator.pick(-14 * 60...14 * 60) * 60
      let compiled = ScheduleScene.open(
        schedule, zone: TimeZoneDefinition(id: "X", initialOffset: Int(offset)))
      for _ in 0..<ScheduleOracleTests.momentsOfASchedule {
        let moment = moment(&random, schedule, oracle, days)
        let expected = oracle.contains(moment)
        guard compiled.isOpen(moment - offset * 1_000) == expected else {
          Issue.record("\(schedule) at \(LocalDateTime(milliseconds: moment)): expected \(expected)")
          return
        }
        pairs += 1
        count(schedule, oracle, moment, expected, &situations)
        guard let far = far(&random, schedule, oracle, moment) else { continue }
        guard compiled.isOpen(far - offset * 1_000) == expected else {
          Issue.record("\(schedule) at \(LocalDateTime(milliseconds: far)), far away: expected \(expected)")
          return
        }
        situations[expected ? "inside, far away" : "outside, far away", default: 0] += 1
      }
    }
    #expect(pairs == 40_000)
    let features = [
      "once", "DAILY", "WEEKLY", "MONTHLY", "YEARLY", "DAILY inside", "WEEKLY inside", "MONTHLY inside",
      "YEARLY inside", "interval", "ordinal", "ordinal from the end", "weekdays", "month day",
      "month day from the end", "weekday and month day", "months", "until", "until, over", "until a begin",
      "count",
      "count, over", "spans midnight", "days long", "years long", "periods overlap", "day that a month lacks",
      "start is none of the rule's", "before the start", "a begin", "an end", "just before a begin",
      "just before an end", "inside", "outside", "inside, far away", "outside, far away",
    ]
    for feature in features { #expect(situations[feature, default: 0] > 0, "\(feature)") }
    #expect(Set(situations.keys) == Set(features))
  }

  /// A moment anywhere, or at an end of a period.
  private func moment(
    _ random: inout RandomSchedules, _ schedule: Schedule, _ oracle: ObviousSchedule, _ days: Int
  ) -> Int64 {
    let start = schedule.start.milliseconds
    let end = start + Int64(days) * ScheduleOracleTests.day
    if oracle.begins.isEmpty || random.generator.chance(30) {
      return random.generator.pick(start - 2 * ScheduleOracleTests.day...end - 1)
    }
    // Most often one of the last: with an end to the rule that is where it shows.
    let begin =
      random.generator.chance(50)
      ? random.generator.pick(oracle.begins.suffix(2)) : random.generator.pick(oracle.begins)
    let edge = random.generator.chance(50) ? begin : begin + oracle.length
    let away = random.generator.pick([-1, 0, 1, random.generator.pick(-100_000_000...100_000_000)])
    return min(edge + away, end - 1)
  }

  /// The same moment so many times 400 years later that the calendar and the rule's intervals are as now, or
  /// `nil` where the rule has an end or its start matters.
  private func far(
    _ random: inout RandomSchedules, _ schedule: Schedule, _ oracle: ObviousSchedule, _ moment: Int64
  ) -> Int64? {
    guard let rule = schedule.recurrence, rule.count == nil, rule.until == nil,
      moment - oracle.length > schedule.start.milliseconds
    else { return nil }
    let cycle = Int64(rule.interval) * 146_097 * ScheduleOracleTests.day
    let cycles = (EventTime.latest.milliseconds - moment - 2 * ScheduleOracleTests.day) / cycle
    return cycles < 1 ? nil : moment + random.generator.pick(1...cycles) * cycle
  }

  private func count(
    _ schedule: Schedule, _ oracle: ObviousSchedule, _ moment: Int64, _ isInside: Bool,
    _ situations: inout [String: Int]
  ) {
    func count(_ name: String, _ happens: Bool = true) { if happens { situations[name, default: 0] += 1 } }
    let last = oracle.begins.last ?? 0
    let begins = oracle.begins
    if let rule = schedule.recurrence {
      count(rule.frequency.rawValue)
      count("\(rule.frequency.rawValue) inside", isInside)
      count("interval", rule.interval > 1)
      count("ordinal", rule.weekdays.contains { ($0.ordinal ?? 0) > 0 })
      count("ordinal from the end", rule.weekdays.contains { ($0.ordinal ?? 0) < 0 })
      count("weekdays", rule.weekdays.contains { $0.ordinal == nil })
      count("month day", rule.monthDays.contains { $0 > 0 })
      count("month day from the end", rule.monthDays.contains { $0 < 0 })
      count("weekday and month day", !rule.monthDays.isEmpty && !rule.weekdays.isEmpty)
      count("months", !rule.months.isEmpty)
      count("until", rule.until != nil)
      count("until, over", rule.until.map { $0.milliseconds < moment } ?? false)
      count("until a begin", rule.until.map { begins.contains($0.milliseconds) } ?? false)
      count("count", rule.count != nil)
      count("count, over", rule.count == begins.count && moment >= last + oracle.length)
      count("periods overlap", zip(begins, begins.dropFirst()).contains { $1 - $0 < oracle.length })
      count("day that a month lacks", oracle.hasSkippedDays)
      count("start is none of the rule's", oracle.hasForeignStart)
    } else {
      count("once")
    }
    let timeOfDay =
      (schedule.start.milliseconds % ScheduleOracleTests.day + ScheduleOracleTests.day)
      % ScheduleOracleTests.day
    count("spans midnight", isInside && timeOfDay + oracle.length > ScheduleOracleTests.day)
    count("days long", isInside && oracle.length > 2 * ScheduleOracleTests.day)
    count("years long", isInside && oracle.length > 400 * ScheduleOracleTests.day)
    count("before the start", moment < schedule.start.milliseconds)
    count("a begin", begins.contains(moment))
    count("just before a begin", begins.contains(moment + 1))
    count("an end", begins.contains(moment - oracle.length))
    count("just before an end", begins.contains(moment - oracle.length + 1))
    count(isInside ? "inside" : "outside")
  }
}
