internal import JourneyModel

/// A schedule as questions need it: whether a time of the wall clock is in one of its periods.
///
/// All periods last equally long. So a moment is in one exactly if one begins after the moment less that
/// length and not after the moment: a range of days, which `RecurrenceDays` is asked for.
struct CompiledSchedule: Sendable {
  /// Id of the schedule.
  let id: String
  /// Where the first period begins, on the wall clock.
  private let start: LocalDateTime
  /// Length of every period in milliseconds of the wall clock.
  private let length: Int64
  /// The last moment at which a period may begin, by `UNTIL` or `COUNT`.
  private let lastBegin: LocalDateTime
  /// Where the others begin; `nil` if there are no others.
  private let days: RecurrenceDays?

  /// - Parameter timeZone: the zone in whose time it is asked; what says when it ends in UTC needs it.
  init(_ schedule: Schedule, in timeZone: TimeZoneDefinition? = nil) {
    id = schedule.id
    start = schedule.start.bounded
    length = schedule.end.bounded.milliseconds - start.milliseconds
    days = schedule.recurrence.flatMap { [day = start.day] in RecurrenceDays($0, startDay: day) }
    var last = schedule.recurrence?.until?.bounded ?? LocalDateTime.latest
    if let timeZone, let recurrence = schedule.recurrence, recurrence.isUntilUTC {
      last = timeZone.local(EventTime(milliseconds: last.milliseconds)).bounded
    }
    if let count = schedule.recurrence?.count, let day = days?.day(ofPeriod: count) {
      last = min(
        last, LocalDateTime(milliseconds: day * LocalDateTime.millisecondsPerDay + start.timeOfDay))
    }
    lastBegin = last
  }

  /// Whether a time of the wall clock is in a period.
  func contains(_ local: LocalDateTime) -> Bool {
    let moment = local.bounded
    guard start <= moment, start <= lastBegin else { return false }
    if moment.milliseconds - start.milliseconds < length { return true }
    guard let days, length > 0 else { return false }
    let timeOfDay = start.timeOfDay
    let end = LocalDateTime(milliseconds: min(moment, lastBegin).milliseconds - timeOfDay).day
    // Of what begins here or before, everything has ended.
    let over = LocalDateTime(milliseconds: moment.milliseconds - length - timeOfDay).day
    let first = max(over, start.day) + 1
    return first <= end && days.beginPeriod(in: first...end)
  }
}
