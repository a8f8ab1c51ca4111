import JourneyModel
import JourneyRules
import Testing

/// Ends of periods, of rules and of time.
@Suite struct CompiledScheduleTests {
  private static let day: Int64 = 86_400_000

  /// Whether it is open a millisecond before, at and after a time.
  private func around(_ text: String, _ compiled: CompiledSchedules) -> [Bool] {
    (-1...1).map { compiled.isOpen(ScheduleScene.time(text).milliseconds + Int64($0)) }
  }

  private func around(_ milliseconds: Int64, _ compiled: CompiledSchedules) -> [Bool] {
    (-1...1).map { compiled.isOpen(milliseconds + Int64($0)) }
  }

  private static let opens = [false, true, true]
  private static let closes = [true, false, false]
  private static let shut = [false, false, false]

  @Test func onceIsOnce() throws {
    let compiled = ScheduleScene.open(
      try ScheduleScene.schedule("s", "2026-01-05T09:00", "2026-01-05T17:00"))
    #expect(around("2026-01-05T09:00Z", compiled) == CompiledScheduleTests.opens)
    #expect(around("2026-01-05T17:00Z", compiled) == CompiledScheduleTests.closes)
    #expect(around("2026-01-06T09:00Z", compiled) == CompiledScheduleTests.shut)
  }

  @Test func aPeriodIncludesItsBeginAndNotItsEnd() throws {
    let compiled = ScheduleScene.open(
      try ScheduleScene.schedule("s", "2026-01-05T22:30", "2026-01-06T06:15", "FREQ=WEEKLY;BYDAY=MO,FR"))
    for (begin, end) in [
      ("2026-01-05T22:30Z", "2026-01-06T06:15Z"), ("2026-01-09T22:30Z", "2026-01-10T06:15Z"),
      ("2044-01-01T22:30Z", "2044-01-02T06:15Z"),
    ] {
      #expect(around(begin, compiled) == CompiledScheduleTests.opens, "\(begin)")
      #expect(around(end, compiled) == CompiledScheduleTests.closes, "\(end)")
    }
    #expect(around("2026-01-07T22:30Z", compiled) == CompiledScheduleTests.shut)
  }

  @Test func periodsThatTouchLeaveNoGapAndThoseThatOverlapAreOne() throws {
    let touching = ScheduleScene.open(
      try ScheduleScene.schedule("s", "2026-01-05T09:00", "2026-01-06T09:00", "FREQ=DAILY;COUNT=3"))
    #expect(around("2026-01-06T09:00Z", touching) == [true, true, true])
    #expect(around("2026-01-08T09:00Z", touching) == CompiledScheduleTests.closes)
    let overlapping = ScheduleScene.open(
      try ScheduleScene.schedule("s", "2026-01-05T09:00", "2026-01-08T10:00", "FREQ=DAILY;INTERVAL=2;COUNT=3")
    )
    #expect(around("2026-01-08T10:00Z", overlapping) == [true, true, true])
    #expect(around("2026-01-12T10:00Z", overlapping) == CompiledScheduleTests.closes)
  }

  /// 09:00 in Berlin is 08:00 UTC in winter and 07:00 in summer.
  @Test(arguments: [
    ("20260107T080000Z", "2026-01-07", true), ("20260107T075959Z", "2026-01-07", false),
    ("20260707T070000Z", "2026-07-07", true), ("20260707T065959Z", "2026-07-07", false),
    ("20260107T085959", "2026-01-07", false), ("20260107T090000", "2026-01-07", true),
  ]) func untilWithAZIsATimeOfUTC(_ until: String, _ day: String, _ isOpen: Bool) throws {
    let schedule = try ScheduleScene.schedule(
      "s", "2026-01-05T09:00:00.000", "2026-01-05T17:00:00.000", "FREQ=DAILY;UNTIL=\(until)")
    let open = ScheduleScene.open(schedule, zone: ScheduleScene.berlin)
    #expect(open.isOpen(ScheduleScene.time("\(day)T10:00:00.000Z").milliseconds) == isOpen)
    #expect(open.isOpen(ScheduleScene.time("2026-01-06T10:00:00.000Z").milliseconds))
  }

  /// One schedule in groups of two zones.
  @Test func untilWithAZIsAnotherTimeOnEachClock() throws {
    let schedule = try ScheduleScene.schedule(
      "s", "2026-01-05T09:00:00.000", "2026-01-05T17:00:00.000", "FREQ=DAILY;UNTIL=20260107T080000Z")
    let schedules = CompiledSchedules(
      schedules: [schedule],
      scheduleGroups: [ScheduleScene.utc, ScheduleScene.berlin].map {
        ScheduleGroup(id: $0.id, name: "", timeZone: $0.id, openScheduleIDs: [schedule.id])
      }, timeZones: [ScheduleScene.utc, ScheduleScene.berlin])
    let time = ScheduleScene.time("2026-01-07T10:00:00.000Z")
    #expect(schedules.closure(scheduleGroup: "Europe/Berlin", emergencyGroup: nil, at: time) == nil)
    #expect(schedules.closure(scheduleGroup: "UTC", emergencyGroup: nil, at: time) == .outsideOpenHours)
  }

  @Test func untilIncludesTheMomentItNames() throws {
    var schedule = try ScheduleScene.schedule("s", "2026-01-05T09:00", "2026-01-05T17:00", "FREQ=DAILY")
    let begin = ScheduleScene.local("2026-01-08T09:00").milliseconds
    for (away, expected) in [
      (-1, CompiledScheduleTests.shut), (0, CompiledScheduleTests.opens), (1, CompiledScheduleTests.opens),
    ] {
      schedule.recurrence?.until = LocalDateTime(milliseconds: begin + Int64(away))
      #expect(around(begin, ScheduleScene.open(schedule)) == expected)
      // What has begun is not cut short.
      #expect(ScheduleScene.open(schedule).isOpen("2026-01-08T16:59:59.999Z") == (away >= 0))
      #expect(
        around(begin + CompiledScheduleTests.day, ScheduleScene.open(schedule)) == CompiledScheduleTests.shut)
    }
  }

  /// 10,000 is as much as the reader takes.
  @Test(arguments: [9_999, 10_000, 10_001] as [Int64])
  func countEndsWithItsLastPeriod(count: Int64) throws {
    var schedule = try ScheduleScene.schedule(
      "s", "2026-01-05T09:00", "2026-01-05T17:00", "FREQ=DAILY;INTERVAL=3;COUNT=10000")
    schedule.recurrence?.count = Int(count)
    let compiled = ScheduleScene.open(schedule)
    let last = schedule.start.milliseconds + (count - 1) * 3 * CompiledScheduleTests.day
    #expect(around(last, compiled) == CompiledScheduleTests.opens)
    #expect(around(last + 8 * 3_600_000, compiled) == CompiledScheduleTests.closes)
    #expect(around(last + 3 * CompiledScheduleTests.day, compiled) == CompiledScheduleTests.shut)
  }

  @Test func countThatOutlivesTimeEndsWithIt() throws {
    let compiled = ScheduleScene.open(
      try ScheduleScene.schedule(
        "s", "2000-02-29T09:00", "2000-02-29T17:00", "FREQ=YEARLY;COUNT=10000"))
    #expect(around("9996-02-29T09:00Z", compiled) == CompiledScheduleTests.opens)
    #expect(around("9999-02-28T09:00Z", compiled) == CompiledScheduleTests.shut)
  }

  @Test func theFirstAndTheLastDaysThatCanBeWritten() throws {
    let compiled = ScheduleScene.open(
      try ScheduleScene.schedule("s", "0000-01-01T00:00", "0000-01-01T12:00", "FREQ=DAILY"))
    #expect(around("0000-01-01T12:00Z", compiled) == CompiledScheduleTests.closes)
    #expect(compiled.isOpen("0000-01-01T00:00Z"))
    #expect(around("9999-12-31T12:00Z", compiled) == CompiledScheduleTests.closes)
  }

  /// A period of 8,000 years, of a rule that holds on one day in 40 years, or never: the last one that began
  /// counts.
  @Test func longPeriodsOfRareDays() throws {
    for (rule, isRepeated) in [
      ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=5MO;COUNT=2", true),
      ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=1MO;COUNT=2", false),
    ] {
      let compiled = ScheduleScene.open(
        try ScheduleScene.schedule("s", "2001-01-01T00:00", "2101-01-01T00:00", rule))
      #expect(compiled.isOpen("2100-12-31T23:59:59.999Z"))
      // February 29 was a Monday in 2016 (2044 would be the third of the rule).
      #expect(compiled.isOpen("2101-01-01T00:00Z") == isRepeated)
      #expect(compiled.isOpen("2116-02-28T23:59:59.999Z") == isRepeated)
      #expect(!compiled.isOpen("2116-03-01T00:00Z"))
    }
    let long = ScheduleScene.open(
      try ScheduleScene.schedule(
        "s", "0001-01-01T00:00", "7999-01-01T00:00", "FREQ=DAILY;INTERVAL=7;BYDAY=TU"))
    #expect(around("7999-01-01T00:00Z", long) == CompiledScheduleTests.closes)
  }

  /// None of this can be read from a definition; whoever builds one in code must not bring a lane down.
  @Test func senselessSchedulesAreNeverInsideAndDoNotTrap() {
    let moments: [Int64] = [.min, -1, 0, 1, 86_400_000, 253_402_300_799_999, .max]
    let rules: [Recurrence?] = [
      nil, Recurrence(frequency: .daily, interval: 0), Recurrence(frequency: .daily, interval: .max),
      Recurrence(frequency: .weekly, interval: .min, count: .max),
      Recurrence(frequency: .yearly, months: [0, 13]),
      Recurrence(frequency: .monthly, monthDays: [0, 32, -32, .max, .min], count: -1),
      Recurrence(
        frequency: .monthly, weekdays: [.init(.monday, ordinal: .min), .init(.friday, ordinal: .max)],
        until: LocalDateTime(milliseconds: .max)),
    ]
    for rule in rules {
      for (start, end) in [(Int64.max, Int64.min), (5, 5), (7, 6), (.max, .max), (.min, .min)] {
        let compiled = ScheduleScene.open(
          Schedule(
            id: "s", name: "S", start: LocalDateTime(milliseconds: start),
            end: LocalDateTime(milliseconds: end),
            recurrence: rule))
        for moment in moments { #expect(!compiled.isOpen(moment)) }
      }
      let always = ScheduleScene.open(
        Schedule(
          id: "s", name: "S", start: LocalDateTime(milliseconds: .min),
          end: LocalDateTime(milliseconds: .max),
          recurrence: rule))
      #expect(always.isOpen(0))
    }
  }
}
