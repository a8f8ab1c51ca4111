import JourneyModel
import JourneyRules
import Testing

/// Groups: what closes first, and what the clocks show.
@Suite struct CompiledSchedulesTests {
  private typealias Closure = CompiledSchedules.Closure

  private static let weekdays: [Weekday] = [.monday, .tuesday, .wednesday, .thursday, .friday]
  /// A Monday at noon.
  private static let noon = ScheduleScene.time("2026-01-05T12:00Z")

  private func group(
    _ id: String = "g", days: [Weekday] = Weekday.allCases, zone: TimeZoneDefinition = ScheduleScene.utc,
    state: DefinitionState = .active, open: [String] = [], closed: [String] = [], holidays: [String] = []
  ) -> ScheduleGroup {
    ScheduleGroup(
      id: id, name: id, state: state, timeZone: zone.id,
      openHours: days.isEmpty ? [] : [.init(days: days, opens: 540, closes: 1_020)], openScheduleIDs: open,
      closedScheduleIDs: closed, holidayScheduleIDs: holidays)
  }

  /// Schedules that all are the 5th of January 2026, from 10:00 to 14:00.
  private func schedules(_ ids: String...) throws -> [Schedule] {
    try ids.map { try ScheduleScene.schedule($0, "2026-01-05T10:00", "2026-01-05T14:00") }
  }

  private func compiled(
    _ groups: [ScheduleGroup], _ schedules: [Schedule] = [], emergencies: [EmergencyGroup] = []
  ) -> CompiledSchedules {
    CompiledSchedules(
      schedules: schedules, scheduleGroups: groups, emergencyGroups: emergencies,
      timeZones: [ScheduleScene.utc, ScheduleScene.berlin])
  }

  // MARK: Open hours

  @Test func openHoursIncludeTheirBeginAndNotTheirEndOnTheirDays() {
    let compiled = compiled([group(days: CompiledSchedulesTests.weekdays)])
    for (text, expected) in [
      ("2026-01-05T08:59:59.999Z", false), ("2026-01-05T09:00:00.000Z", true),
      ("2026-01-05T09:00:00.001Z", true),
      ("2026-01-05T16:59:59.999Z", true), ("2026-01-05T17:00:00.000Z", false),
      ("2026-01-05T17:00:00.001Z", false),
      ("2026-01-09T12:00:00.000Z", true), ("2026-01-10T12:00:00.000Z", false),
      ("2026-01-11T12:00:00.000Z", false),
      ("1969-12-31T09:00:00.000Z", true), ("1969-12-28T12:00:00.000Z", false),
    ] {
      #expect(compiled.isOpen(text) == expected, "\(text)")
    }
  }

  @Test func openHoursUntilMidnightMeetThoseFromMidnight() {
    var group = group(days: [])
    group.openHours = [
      .init(days: [.monday], opens: 1_200, closes: 1_440), .init(days: [.tuesday], opens: 0, closes: 60),
    ]
    let compiled = compiled([group])
    for (text, expected) in [
      ("2026-01-05T19:59:59.999Z", false), ("2026-01-05T20:00:00.000Z", true),
      ("2026-01-05T23:59:59.999Z", true),
      ("2026-01-06T00:00:00.000Z", true), ("2026-01-06T00:59:59.999Z", true),
      ("2026-01-06T01:00:00.000Z", false),
      ("2026-01-05T00:00:00.000Z", false),
    ] {
      #expect(compiled.isOpen(text) == expected, "\(text)")
    }
  }

  @Test func openHoursFollowTheClocksOnBothSidesOfAChange() {
    let compiled = compiled([group(zone: ScheduleScene.berlin)])
    for (open, close) in [
      // Winter, the day of the change to summer, summer, the day of the change back, winter.
      ("2026-03-28T08:00:00.000Z", "2026-03-28T16:00:00.000Z"),
      ("2026-03-29T07:00:00.000Z", "2026-03-29T15:00:00.000Z"),
      ("2026-07-01T07:00:00.000Z", "2026-07-01T15:00:00.000Z"),
      ("2026-10-24T07:00:00.000Z", "2026-10-24T15:00:00.000Z"),
      ("2026-10-25T08:00:00.000Z", "2026-10-25T16:00:00.000Z"),
    ] {
      let opens = ScheduleScene.time(open).milliseconds
      let closes = ScheduleScene.time(close).milliseconds
      #expect((-1...1).map { compiled.isOpen(opens + $0) } == [false, true, true], "\(open)")
      #expect((-1...1).map { compiled.isOpen(closes + $0) } == [true, false, false], "\(close)")
    }
  }

  @Test func schedulesFollowTheClocksToo() throws {
    // 02:30 to 03:30 every night. On March 29 the clocks go from 02:00 to 03:00, on October 25 from 03:00 to
    // 02:00.
    let night = try ScheduleScene.schedule("s", "2026-01-01T02:30", "2026-01-01T03:30", "FREQ=DAILY")
    let compiled = ScheduleScene.open(night, zone: ScheduleScene.berlin)
    for (text, expected) in [
      ("2026-03-28T01:29:59.999Z", false), ("2026-03-28T01:30:00.000Z", true),
      ("2026-03-28T02:29:59.999Z", true),
      ("2026-03-28T02:30:00.000Z", false),
      // There is no 02:30: it opens with 03:00.
      ("2026-03-29T00:59:59.999Z", false), ("2026-03-29T01:00:00.000Z", true),
      ("2026-03-29T01:29:59.999Z", true),
      ("2026-03-29T01:30:00.000Z", false),
      // 02:30 to 03:00 comes twice.
      ("2026-10-25T00:29:59.999Z", false), ("2026-10-25T00:30:00.000Z", true),
      ("2026-10-25T00:59:59.999Z", true),
      ("2026-10-25T01:00:00.000Z", false), ("2026-10-25T01:29:59.999Z", false),
      ("2026-10-25T01:30:00.000Z", true),
      ("2026-10-25T02:29:59.999Z", true), ("2026-10-25T02:30:00.000Z", false),
    ] {
      #expect(compiled.isOpen(text) == expected, "\(text)")
    }
  }

  // MARK: What closes first

  private func closure(
    _ compiled: CompiledSchedules, _ group: String? = "g", emergency: String? = nil,
    at time: EventTime = noon
  ) -> Closure? {
    compiled.closure(scheduleGroup: group, emergencyGroup: emergency, at: time)
  }

  @Test func aMapWithoutGroupsIsOpen() {
    #expect(closure(CompiledSchedules(), nil) == nil)
  }

  @Test func aGroupWithoutHoursOrSchedulesIsClosed() throws {
    #expect(closure(compiled([group(days: [])])) == .outsideOpenHours)
    #expect(closure(compiled([group(days: [], open: ["s"])], try schedules("s"))) == nil)
    #expect(closure(compiled([group(days: [], open: ["s"])])) == .outsideOpenHours)
  }

  @Test func holidaysCloseBeforeClosedSchedulesAndTheseBeforeWhatOpens() throws {
    let schedules = try schedules("h", "c", "o", "h2")
    let all = compiled([group(open: ["o"], closed: ["c"], holidays: ["h2", "h"])], schedules)
    #expect(closure(all) == .holiday("h2"))
    #expect(closure(compiled([group(open: ["o"], closed: ["c"])], schedules)) == .closedSchedule("c"))
    #expect(closure(compiled([group(days: [], open: ["o"])], schedules)) == nil)
    // At the ends of the holiday the hours are back.
    #expect(closure(all, at: ScheduleScene.time("2026-01-05T09:59:59.999Z")) == nil)
    #expect(closure(all, at: ScheduleScene.time("2026-01-05T10:00Z")) == .holiday("h2"))
    #expect(closure(all, at: ScheduleScene.time("2026-01-05T13:59:59.999Z")) == .holiday("h2"))
    #expect(closure(all, at: ScheduleScene.time("2026-01-05T14:00Z")) == nil)
    #expect(closure(all, at: ScheduleScene.time("2026-01-05T18:00Z")) == .outsideOpenHours)
  }

  @Test(arguments: [DefinitionState.inactive, .deleted])
  func schedulesAndGroupsThatAreNotActiveDoNotCount(state: DefinitionState) throws {
    var schedules = try schedules("h", "c", "o")
    for index in schedules.indices { schedules[index].state = state }
    #expect(closure(compiled([group(closed: ["c"], holidays: ["h"])], schedules)) == nil)
    #expect(closure(compiled([group(days: [], open: ["o"])], schedules)) == .outsideOpenHours)
    let closed = group(days: [], state: state)
    #expect(closure(compiled([closed])) == nil)
    #expect(closure(compiled([group("e", state: state), group()]), emergency: "e") == nil)
    let emergency = EmergencyGroup(id: "e", name: "E", state: state, isEnabled: true)
    #expect(closure(compiled([group()], emergencies: [emergency]), emergency: "e") == nil)
  }

  @Test func anEmergencyClosesBeforeEverythingElse() throws {
    let holiday = group(holidays: ["h"])
    let schedules = try schedules("h")
    for (isEnabled, expected) in [(true, Closure.emergency), (false, .holiday("h"))] {
      let emergency = EmergencyGroup(id: "e", name: "E", isEnabled: isEnabled)
      let compiled = compiled([holiday], schedules, emergencies: [emergency])
      #expect(closure(compiled, emergency: "e") == expected)
      #expect(closure(compiled, nil, emergency: "e") == (isEnabled ? .emergency : nil))
      #expect(closure(compiled, "nobody", emergency: "e") == (isEnabled ? .emergency : .unknownGroup))
    }
  }

  @Test func aScheduleGroupIsAnEmergencyWhileItIsOpen() throws {
    let groups = [group(), group("e", days: [], open: ["s"])]
    let schedules = try schedules("s", "h")
    #expect(closure(compiled(groups, schedules), emergency: "e") == .emergency)
    #expect(
      closure(compiled(groups, schedules), emergency: "e", at: ScheduleScene.time("2026-01-05T14:00Z")) == nil
    )
    // On its holiday it is not open, so there is no emergency.
    let holiday = group("e", days: [], open: ["s"], holidays: ["h"])
    #expect(closure(compiled([group(), holiday], schedules), emergency: "e") == nil)
    // One id in both kinds: either closes.
    for isEnabled in [true, false] {
      let switched = EmergencyGroup(id: "e", name: "E", isEnabled: isEnabled)
      #expect(closure(compiled(groups, schedules, emergencies: [switched]), emergency: "e") == .emergency)
      let after = ScheduleScene.time("2026-01-05T14:00Z")
      #expect(
        closure(compiled(groups, schedules, emergencies: [switched]), emergency: "e", at: after)
          == (isEnabled ? .emergency : nil))
    }
  }

  @Test func groupsAndTimeZonesThatAreNotThereClose() {
    let nowhere = group(zone: TimeZoneDefinition(id: "Nowhere", initialOffset: 0))
    #expect(closure(compiled([]), "g") == .unknownGroup)
    #expect(closure(compiled([nowhere])) == .unknownGroup)
    #expect(closure(compiled([]), nil, emergency: "g") == .unknownGroup)
    #expect(closure(compiled([nowhere]), nil, emergency: "g") == .unknownGroup)
  }

  @Test func ofDefinitionsWithOneIdTheFirstCounts() throws {
    let emergencies = [true, false].map { EmergencyGroup(id: "e", name: "E", isEnabled: $0) }
    var schedules = try schedules("h", "h")
    schedules[1].state = .inactive
    let compiled = compiled([group(holidays: ["h"]), group(days: [])], schedules, emergencies: emergencies)
    #expect(closure(compiled) == .holiday("h"))
    #expect(closure(compiled, emergency: "e") == .emergency)
  }

  @Test func aBundleIsCompiledWhole() throws {
    let document = try Samples.document(
      json: """
        [{"kind":"scheduleGroup","id":"g","name":"G","timeZone":"X","openSchedules":[{"id":"o"}],"holidaySchedules":[{"id":"h"}]},
        {"kind":"schedule","id":"o","name":"O","start":"2026-01-01T09:00:00.000","end":"2026-01-01T17:00:00.000","rrule":"FREQ=DAILY"},
        {"kind":"schedule","id":"h","name":"H","start":"2026-01-06T00:00:00.000","end":"2026-01-07T00:00:00.000","rrule":"FREQ=YEARLY"},
        {"kind":"emergencyGroup","id":"e","name":"E","enabled":true},
        {"kind":"timeZone","id":"X","initialOffset":3600,"transitions":[]}]
        """)
    let check = DefinitionCheck([document])
    let bundle = try #require(check.bundle, "\(check.findings)")
    let compiled = CompiledSchedules(bundle)
    #expect(closure(compiled, at: ScheduleScene.time("2026-01-05T08:00Z")) == nil)
    #expect(closure(compiled, at: ScheduleScene.time("2026-01-05T07:59:59.999Z")) == .outsideOpenHours)
    #expect(closure(compiled, at: ScheduleScene.time("2026-01-05T23:00Z")) == .holiday("h"))
    #expect(closure(compiled, at: ScheduleScene.time("2031-01-06T08:00Z")) == .holiday("h"))
    #expect(closure(compiled, emergency: "e") == .emergency)
  }
}
