internal import JourneyModel

/// An active schedule group with its time zone and its active schedules.
struct CompiledScheduleGroup: Sendable {
  private let timeZone: TimeZoneDefinition
  private let hours: [Hours]
  private let open: [CompiledSchedule]
  private let closed: [CompiledSchedule]
  private let holidays: [CompiledSchedule]

  /// Hours of some days of every week.
  private struct Hours {
    /// Monday as bit 0.
    var days: UInt8
    /// Milliseconds after midnight.
    var range: Range<Int64>
  }

  /// - Parameters:
  ///   - schedules: the active ones by id. What else the group names does not count.
  ///   - endingInUTC: those of them that end at a time of UTC, which is another one on each zone's clock.
  init(
    _ group: ScheduleGroup, timeZone: TimeZoneDefinition, schedules: [String: CompiledSchedule],
    endingInUTC: [String: Schedule]
  ) {
    func compiled(_ id: String) -> CompiledSchedule? {
      endingInUTC[id].map { CompiledSchedule($0, in: timeZone) } ?? schedules[id]
    }
    self.timeZone = timeZone
    hours = group.openHours.compactMap { hours in
      guard hours.opens < hours.closes else { return nil }
      return Hours(
        days: hours.days.reduce(0) { $0 | (1 << UInt8($1.index)) },
        range: Int64(hours.opens) * 60_000..<Int64(hours.closes) * 60_000)
    }
    open = group.openScheduleIDs.compactMap(compiled)
    closed = group.closedScheduleIDs.compactMap(compiled)
    holidays = group.holidayScheduleIDs.compactMap(compiled)
  }

  /// Why it is closed; `nil` if it is open. Of several schedules the one that the group names first.
  func closure(at time: EventTime) -> CompiledSchedules.Closure? {
    let local = timeZone.local(time)
    if let holiday = holidays.first(where: { $0.contains(local) }) { return .holiday(holiday.id) }
    if let schedule = closed.first(where: { $0.contains(local) }) { return .closedSchedule(schedule.id) }
    let day: UInt8 = 1 << UInt8(Weekday.index(ofDay: local.day))
    let timeOfDay = local.timeOfDay
    if hours.contains(where: { $0.days & day != 0 && $0.range.contains(timeOfDay) }) { return nil }
    return open.contains { $0.contains(local) } ? nil : .outsideOpenHours
  }
}
