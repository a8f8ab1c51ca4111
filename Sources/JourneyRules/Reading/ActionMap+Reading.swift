internal import JourneyModel

extension ActionMap {
  /// Longest delay of an activation: 30 days.
  static let maxDelaySeconds = 2_592_000

  init(_ reader: MemberReader, _ head: DefinitionHead) {
    let criteria = reader.limits.maxCriteria
    let segments = reader.list("triggerWithSegments", atMost: reader.limits.maxReferences, "maxReferences")
    let events = reader.objects("triggerWithEventConditions", atMost: criteria, "maxCriteria")
    let outcomes = OutcomeCondition.Measure.allCases.flatMap { measure in
      reader.objects(measure.member, atMost: criteria, "maxCriteria").map { OutcomeCondition($0, measure) }
    }
    let groups = reader.object("actionMapScheduleGroups")
    self.init(
      id: head.id, version: head.version, isActive: reader.flag("isActive") ?? true,
      displayName: reader.requiredText("displayName"),
      triggerWithSegments: segments.compactMap { reader.identifier($0.0, $0.1) },
      triggerWithEventConditions: events.map { EventCondition($0) },
      triggerWithOutcomeConditions: outcomes,
      pageURLConditions: reader.objects("pageUrlConditions", atMost: criteria, "maxCriteria").compactMap {
        PageURLCondition($0)
      },
      activation: Activation(reader.object("activation")),
      weight: ActionMap.weight(reader), action: Action(reader),
      scheduleGroupID: groups?.reference("actionMapScheduleGroup"),
      emergencyGroupID: groups?.reference("emergencyActionMapScheduleGroup"),
      ignoreFrequencyCap: reader.flag("ignoreFrequencyCap") ?? false,
      startDate: reader.time("startDate"), endDate: reader.time("endDate"))
    if let groups {
      if scheduleGroupID == nil, !groups.has("actionMapScheduleGroup") {
        groups.error("actionMapScheduleGroup", nil, "an object with the id of a schedule group")
      }
      groups.finish()
    }
    check(reader)
  }

  private static func weight(_ reader: MemberReader) -> Weight {
    guard let value = reader.value("weight") else { return .medium }
    guard case .number(let text) = value, let number = Int(text), let weight = Weight(rawValue: number) else {
      reader.error("weight", value, "1 (low), 2 (medium) or 3 (high)")
      return .medium
    }
    return weight
  }

  /// What no single member can be blamed for.
  private func check(_ reader: MemberReader) {
    if !triggerWithSegments.isEmpty, !triggerWithEventConditions.isEmpty {
      reader.error(
        "triggerWithEventConditions", reader.value("triggerWithEventConditions"),
        "none, because triggerWithSegments is set: a map is triggered by segments or by events")
    }
    if triggerWithSegments.isEmpty, triggerWithEventConditions.isEmpty, triggerWithOutcomeConditions.isEmpty {
      reader.findings.report(.note, reader.path, nil, "a trigger: without any it never qualifies")
    }
    if let startDate, let endDate, endDate <= startDate {
      reader.error("endDate", reader.value("endDate"), "a time after startDate, \(startDate.iso8601)")
    }
    if !pageURLConditions.isEmpty, !action.mediaType.isShownOnPage {
      reader.warn(
        "pageUrlConditions", reader.value("pageUrlConditions"),
        "none: \(action.mediaType.rawValue) is shown on no page, so they are not heeded")
    }
  }
}

extension ActionMap.Activation {
  init(_ reader: MemberReader?) {
    self = .immediate
    guard let reader else { return }
    enum Word: String, CaseIterable {
      case immediate
      case delay
      case onNextVisit = "on-next-visit"
      case onNextSession = "on-next-session"
    }
    let word = reader.requiredChoice("type", Word.self)
    let given = reader.value("delayInSeconds")
    let delay = reader.integer("delayInSeconds", in: 0...ActionMap.maxDelaySeconds)
    switch word {
    case .delay:
      self = .delay(seconds: delay ?? 0)
      if given == nil {
        reader.error("delayInSeconds", nil, "a whole number, 0 to \(ActionMap.maxDelaySeconds)")
      }
    case .onNextVisit: self = .onNextVisit
    case .onNextSession: self = .onNextSession
    case .immediate, nil: break
    }
    if let given, let word, word != .delay {
      reader.warn("delayInSeconds", given, "none, because type is \(word.rawValue)")
    }
    reader.finish()
  }
}
