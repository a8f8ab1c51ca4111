internal import JourneyModel

extension LocalDateTime {
  /// Parses `2026-01-05T09:00[:00[.000]]`: a time without an offset.
  init?(text: String) {
    let hasTime =
      text.utf8.count >= 16
      && !text.utf8.dropFirst(10).contains {
        $0 == ASCII.hyphen || $0 == ASCII.plus || $0 == UInt8(ascii: "Z") || $0 == UInt8(ascii: "z")
      }
    guard hasTime, let time = EventTime(iso8601: text + "Z") else { return nil }
    self.init(milliseconds: time.milliseconds)
  }

  /// Minutes after midnight of `HH:MM`, 00:00 to 24:00.
  static func minutes(clock text: String) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == ASCII.colon,
      [0, 1, 3, 4].allSatisfy({ Letters.isDigit(bytes[$0]) })
    else { return nil }
    let hours = Int(bytes[0] - 48) * 10 + Int(bytes[1] - 48)
    let minutes = Int(bytes[3] - 48) * 10 + Int(bytes[4] - 48)
    guard minutes < 60, hours * 60 + minutes <= 1_440 else { return nil }
    return hours * 60 + minutes
  }
}

extension MemberReader {
  /// A time without an offset.
  func localTime(_ name: String) -> LocalDateTime? {
    let expected = "a time without an offset, such as 2026-01-05T09:00:00.000"
    guard let value = value(name) else {
      error(name, nil, expected)
      return nil
    }
    guard case .string(let text) = value, let time = LocalDateTime(text: text) else {
      error(name, value, expected)
      return nil
    }
    return time
  }

  /// `state` of a schedule, of a group: the vendor writes these in small letters.
  func lowercaseState() -> DefinitionState {
    enum Word: String, CaseIterable { case active, inactive, deleted }
    switch choice("state", Word.self) {
    case .active, nil: return .active
    case .inactive: return .inactive
    case .deleted: return .deleted
    }
  }

  /// Members that the vendor's schedules and groups have besides.
  func ignoreArchitectMembers() {
    ignore("division", "createdBy", "createdByApp", "modifiedBy", "modifiedByApp")
  }
}

extension Schedule {
  init?(_ reader: MemberReader, _ head: DefinitionHead) {
    let start = reader.localTime("start")
    let end = reader.localTime("end")
    if let start, let end, end <= start {
      reader.error("end", reader.value("end"), "a time after start")
    }
    let recurrence = reader.text("rrule").flatMap { text in
      do throws(RecurrenceProblem) {
        return try Recurrence(rule: text)
      } catch {
        reader.error("rrule", .string(text), error.expected)
        return nil
      }
    }
    let name = reader.requiredText("name")
    let description = reader.freeText("description")
    let state = reader.lowercaseState()
    reader.ignoreArchitectMembers()
    guard let start, let end else { return nil }
    self.init(
      id: head.id, version: head.version, name: name, description: description, state: state, start: start,
      end: end, recurrence: recurrence)
  }
}

extension ScheduleGroup {
  init(_ reader: MemberReader, _ head: DefinitionHead) {
    if !reader.has("timeZone") {
      reader.error("timeZone", nil, "the name of a time zone, such as Europe/Berlin")
    }
    self.init(
      id: head.id, version: head.version, name: reader.requiredText("name"),
      description: reader.freeText("description"), state: reader.lowercaseState(),
      timeZone: reader.identifier("timeZone") ?? "",
      openHours: reader.objects("openHours", atMost: reader.limits.maxCriteria, "maxCriteria").compactMap {
        OpenHours($0)
      },
      openScheduleIDs: reader.references("openSchedules"),
      closedScheduleIDs: reader.references("closedSchedules"),
      holidayScheduleIDs: reader.references("holidaySchedules"))
    reader.ignoreArchitectMembers()
    if !reader.has("openHours"), !reader.has("openSchedules") {
      reader.findings.report(
        .note, reader.path, nil, "openHours or openSchedules: without any it is always closed")
    }
  }
}

extension ScheduleGroup.OpenHours {
  init?(_ reader: MemberReader) {
    var days: [Weekday] = []
    for (value, path) in reader.list("days", atMost: 7, "days of a week") {
      guard case .string(let code) = value, let day = Weekday(code: code) else {
        reader.findings.error(path, value, "one of MO, TU, WE, TH, FR, SA, SU")
        continue
      }
      if days.contains(day) { reader.findings.error(path, value, "every day once") }
      days.append(day)
    }
    if !reader.has("days") { reader.error("days", nil, "at least one of MO, TU, WE, TH, FR, SA, SU") }
    if case .array(let values) = reader.value("days"), values.isEmpty {
      reader.error("days", .array([]), "at least one of MO, TU, WE, TH, FR, SA, SU")
    }
    func clock(_ name: String) -> Int? {
      let value = reader.value(name)
      guard case .string(let text) = value, let minutes = LocalDateTime.minutes(clock: text) else {
        reader.error(name, value, "a time of day from 00:00 to 24:00")
        return nil
      }
      return minutes
    }
    let opens = clock("opens")
    let closes = clock("closes")
    if let opens, let closes, closes <= opens {
      reader.error(
        "closes", reader.value("closes"), "a time after opens: hours past midnight are two entries")
    }
    reader.finish()
    guard let opens, let closes else { return nil }
    self.init(days: days.sorted(), opens: opens, closes: closes)
  }
}

extension EmergencyGroup {
  init(_ reader: MemberReader, _ head: DefinitionHead) {
    if !reader.has("enabled") { reader.error("enabled", nil, "true or false") }
    self.init(
      id: head.id, version: head.version, name: reader.requiredText("name"),
      description: reader.freeText("description"), state: reader.lowercaseState(),
      isEnabled: reader.flag("enabled") ?? false)
    reader.ignoreArchitectMembers()
    reader.ignore("emergencyCallFlows")
  }
}

extension TimeZoneDefinition {
  /// Most seconds that a zone can be away from UTC: a day.
  static let maxOffset = 86_400
  /// Most transitions of a table.
  static let maxTransitions = 2_000

  init(_ reader: MemberReader, _ head: DefinitionHead) {
    let offsets = -TimeZoneDefinition.maxOffset...TimeZoneDefinition.maxOffset
    if !reader.has("initialOffset") {
      reader.error("initialOffset", nil, "a whole number of seconds, -86400 to 86400")
    }
    self.init(
      id: head.id, version: head.version, initialOffset: reader.integer("initialOffset", in: offsets) ?? 0)
    var last: EventTime?
    for entry in reader.objects("transitions", atMost: TimeZoneDefinition.maxTransitions, "maxTransitions") {
      let offset = entry.integer("offset", in: offsets)
      let time = entry.time("time")
      if !entry.has("offset") { entry.error("offset", nil, "a whole number of seconds, -86400 to 86400") }
      if !entry.has("time") { entry.error("time", nil, "a time such as 2026-01-05T10:00:00.000Z") }
      entry.finish()
      guard let offset, let time else { continue }
      if let last, time <= last { entry.error("time", entry.value("time"), "a time after the one before") }
      last = time
      transitions.append(Transition(time: time, offset: offset))
    }
  }
}
