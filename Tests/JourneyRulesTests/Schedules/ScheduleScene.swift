import JourneyModel
import JourneyRules
import Testing

/// Short forms for schedules in tests.
enum ScheduleScene {
  static let utc = TimeZoneDefinition(id: "UTC", initialOffset: 0)

  /// Central European Time with the changes of 2026, as the law has them: the last Sundays of March and
  /// October, 01:00 UTC.
  static let berlin = TimeZoneDefinition(
    id: "Europe/Berlin", initialOffset: 3_600,
    transitions: [
      .init(time: time("2026-03-29T01:00:00.000Z"), offset: 7_200),
      .init(time: time("2026-10-25T01:00:00.000Z"), offset: 3_600),
    ])

  static func time(_ text: String) -> EventTime {
    guard let time = EventTime(iso8601: text) else {
      Issue.record("no time: \(text)")
      return EventTime(milliseconds: 0)
    }
    return time
  }

  static func local(_ text: String) -> LocalDateTime {
    LocalDateTime(milliseconds: time(text + "Z").milliseconds)
  }

  /// A schedule, with its rule read from text.
  static func schedule(_ id: String = "s", _ start: String, _ end: String, _ rule: String? = nil) throws
    -> Schedule
  {
    var schedule = Schedule(id: id, name: id, start: local(start), end: local(end))
    guard let rule else { return schedule }
    guard
      case .schedule(let read) = try Samples.definition(
        #"{"kind":"schedule","id":"r","name":"R","state":"active","start":"2026-01-05T09:00:00.000","end":"2026-01-05T17:00:00.000","rrule":"\#(rule)"}"#
      )
    else {
      Issue.record("no rule: \(rule)")
      return schedule
    }
    schedule.recurrence = read.recurrence
    return schedule
  }

  /// Nothing but one group `g` in UTC that is open during one schedule.
  static func open(_ schedule: Schedule, zone: TimeZoneDefinition = utc) -> CompiledSchedules {
    CompiledSchedules(
      schedules: [schedule],
      scheduleGroups: [
        ScheduleGroup(id: "g", name: "G", timeZone: zone.id, openScheduleIDs: [schedule.id])
      ], timeZones: [zone])
  }
}

extension CompiledSchedules {
  /// Whether group `g` is open.
  func isOpen(_ milliseconds: Int64) -> Bool {
    closure(scheduleGroup: "g", emergencyGroup: nil, at: EventTime(milliseconds: milliseconds)) == nil
  }

  /// Whether group `g` is open.
  func isOpen(_ text: String) -> Bool { isOpen(ScheduleScene.time(text).milliseconds) }
}
