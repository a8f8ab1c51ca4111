import JourneyModel
import JourneyRules
import Testing

@Suite("Schedules")
struct ScheduleReadingTests {
  private func recurrence(_ rule: String) throws -> Recurrence? {
    guard
      case .schedule(let schedule) = try Samples.definition(
        #"{"kind":"schedule","id":"c","name":"C","state":"active","start":"2026-01-05T09:00:00.000","end":"2026-01-05T17:00:00.000","rrule":"\#(rule)"}"#
      )
    else { return nil }
    return schedule.recurrence
  }

  @Test("Recurrence rules")
  func rules() throws {
    #expect(
      try recurrence("FREQ=WEEKLY;BYDAY=FR,MO,TU,MO;INTERVAL=2")
        == Recurrence(
          frequency: .weekly, interval: 2, weekdays: [.init(.monday), .init(.tuesday), .init(.friday)]))
    #expect(
      try recurrence("RRULE:FREQ=MONTHLY;BYDAY=-1FR,1MO;COUNT=12")
        == Recurrence(
          frequency: .monthly, weekdays: [.init(.monday, ordinal: 1), .init(.friday, ordinal: -1)], count: 12)
    )
    #expect(
      try recurrence("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=26,25;UNTIL=20301231T235959Z")
        == Recurrence(
          frequency: .yearly, monthDays: [25, 26], months: [12],
          until: LocalDateTime(milliseconds: EventTime(iso8601: "2030-12-31T23:59:59Z")?.milliseconds ?? 0),
          isUntilUTC: true))
    #expect(try recurrence("FREQ=DAILY;UNTIL=20301231T235959")?.isUntilUTC == false)
    #expect(try recurrence("FREQ=DAILY;UNTIL=20301231Z")?.isUntilUTC == false, "a day has no zone")
    #expect(
      try recurrence("FREQ=DAILY;UNTIL=20261231")?.until
        == LocalDateTime(milliseconds: EventTime(iso8601: "2026-12-31T23:59:59Z")?.milliseconds ?? 0))
  }

  @Test("Open hours from midnight to midnight, and days from Monday")
  func openHours() throws {
    guard
      case .scheduleGroup(let group) = try Samples.definition(
        #"{"kind":"scheduleGroup","id":"g","name":"G","timeZone":"Europe/Berlin","openHours":[{"days":["SU","MO"],"opens":"00:00","closes":"24:00"},{"days":["TU"],"opens":"09:30","closes":"09:31"}],"holidaySchedules":[{"id":"h","selfUri":"/x","name":"N"}]}"#
      )
    else {
      Issue.record("no group")
      return
    }
    #expect(
      group.openHours == [
        .init(days: [.monday, .sunday], opens: 0, closes: 1_440),
        .init(days: [.tuesday], opens: 570, closes: 571),
      ])
    #expect(group.holidayScheduleIDs == ["h"])
  }

  @Test("Local time before, at and after a transition")
  func localTime() {
    let change = EventTime(milliseconds: 1_000_000)
    let zone = TimeZoneDefinition(id: "X", initialOffset: 60, transitions: [.init(time: change, offset: -60)])
    #expect(zone.local(EventTime(milliseconds: 999_999)).milliseconds == 1_059_999)
    #expect(zone.local(change).milliseconds == 940_000)
    #expect(zone.local(EventTime(milliseconds: 1_000_001)).milliseconds == 940_001)
    #expect(TimeZoneDefinition(id: "UTC", initialOffset: 0).local(change).milliseconds == 1_000_000)
  }

  @Test(
    "A frequency cap's period at its bounds",
    arguments: [
      ("00:01", 1), ("23:59", 1_439), ("00:00", nil), ("24:00", nil), ("1:00", nil), ("12:60", nil),
    ] as [(String, Int?)])
  func period(text: String, minutes: Int?) throws {
    guard
      case .frequencyCap(let cap) = try Samples.definition(
        #"{"kind":"frequencyCap","id":"c","mediaType":"contentOffer","capForPeriod":"\#(text)"}"#)
    else {
      #expect(minutes == nil)
      return
    }
    #expect(cap.periodMinutes == minutes)
  }
}
