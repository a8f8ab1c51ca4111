public import JourneyModel

/// The schedule groups and emergency groups of a bundle, built once, then only read: whether an action map is
/// closed at a point in event time.
///
/// The answer is a function of the definitions and the time alone. What it costs does not grow with the
/// distance from the start of a schedule.
public struct CompiledSchedules: Sendable {
  private let groups: [String: Group]
  private let emergencyGroups: [String: Bool]

  private enum Group {
    /// As if no map named it.
    case inactive
    /// Its time zone is not known.
    case withoutTimeZone
    case active(CompiledScheduleGroup)
  }

  /// Compiles what a bundle has.
  public init(_ bundle: DefinitionBundle) {
    self.init(
      schedules: bundle.schedules, scheduleGroups: bundle.scheduleGroups,
      emergencyGroups: bundle.emergencyGroups,
      timeZones: bundle.timeZones)
  }

  /// Compiles definitions. Of several with one id the first counts. Inactive schedules, and such as are not
  /// there, never close or open anything.
  public init(
    schedules: [Schedule] = [], scheduleGroups: [ScheduleGroup] = [], emergencyGroups: [EmergencyGroup] = [],
    timeZones: [TimeZoneDefinition] = []
  ) {
    let zones = Dictionary(timeZones.map { ($0.id, $0) }) { first, _ in first }
    let definitions = Dictionary(schedules.map { ($0.id, $0) }) { first, _ in first }
    let active = definitions.filter { $0.value.state == .active }
    let compiled = active.mapValues { CompiledSchedule($0) }
    let endingInUTC = active.filter { $0.value.recurrence?.isUntilUTC ?? false }
    groups = Dictionary(scheduleGroups.map { ($0.id, $0) }) { first, _ in first }
      .mapValues { group in
        guard group.state == .active else { return .inactive }
        guard let zone = zones[group.timeZone] else { return .withoutTimeZone }
        return .active(
          CompiledScheduleGroup(group, timeZone: zone, schedules: compiled, endingInUTC: endingInUTC))
      }
    self.emergencyGroups = Dictionary(
      emergencyGroups.map { ($0.id, $0.state == .active && $0.isEnabled) }
    ) { first, _ in first }
  }

  /// Why an action map is closed; `nil` if it is open.
  ///
  /// - Parameters:
  ///   - scheduleGroup: id of the map's schedule group, inside of which it is open; `nil` for always. A group
  ///     that is not active does not count: the map is open as if it named none.
  ///   - emergencyGroup: id of what closes it before the schedule group is asked: an emergency group that is
  ///     active and switched on, or an active schedule group that is open. If there is one of each kind,
  ///     either closes.
  ///   - time: the moment.
  public func closure(scheduleGroup: String?, emergencyGroup: String?, at time: EventTime) -> Closure? {
    let time = min(max(time, EventTime(milliseconds: LocalDateTime.earliest.milliseconds)), EventTime.latest)
    if let id = emergencyGroup {
      let isEmergency = emergencyGroups[id]
      if isEmergency == true { return .emergency }
      switch groups[id] {
      case .active(let group): if group.closure(at: time) == nil { return .emergency }
      case .inactive: break
      case .withoutTimeZone: return .unknownGroup
      case nil: if isEmergency == nil { return .unknownGroup }
      }
    }
    guard let id = scheduleGroup else { return nil }
    switch groups[id] {
    case .active(let group): return group.closure(at: time)
    case .inactive: return nil
    case .withoutTimeZone, nil: return .unknownGroup
    }
  }

  /// Why an action map is closed.
  public enum Closure: Sendable, Hashable {
    /// Its emergency group is switched on, or is a schedule group that is open.
    case emergency
    /// The holiday schedule with this id.
    case holiday(String)
    /// The closed schedule with this id.
    case closedSchedule(String)
    /// Neither in its open hours nor in an open schedule.
    case outsideOpenHours
    /// It names a group that is not there, or one whose time zone is not. A checked bundle has no such map.
    case unknownGroup
  }
}
