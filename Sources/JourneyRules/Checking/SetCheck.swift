internal import JourneyModel

/// Checks what only several definitions together can have wrong: repeated ids, references to nothing,
/// numbers.
struct SetCheck {
  private let entries: [DefinitionEntry]
  private let limits: DefinitionLimits
  /// The first entry of each kind and id.
  private var places: [Key: Int] = [:]

  /// Outcomes that have a predictor.
  private let predicted: Set<String>

  private struct Key: Hashable {
    var kind: DefinitionKind
    var id: String
  }

  init(_ entries: [DefinitionEntry], _ limits: DefinitionLimits) {
    self.entries = entries
    self.limits = limits
    predicted = Set(
      entries.compactMap { entry in
        if case .predictor(let predictor) = entry.definition { predictor.outcomeID } else { nil }
      })
    for (index, entry) in entries.enumerated() {
      let key = Key(kind: entry.definition.kind, id: entry.definition.id)
      if places[key] == nil { places[key] = index }
    }
  }

  /// The entries without repetitions of the same id: the first of each.
  var distinctEntries: [DefinitionEntry] {
    entries.enumerated().filter { index, entry in
      places[Key(kind: entry.definition.kind, id: entry.definition.id)] == index
    }.map(\.element)
  }

  /// The findings, in order of entries. With `unread` documents or objects a reference to nothing may point
  /// at one of these, and is said to.
  func findings(unread: Bool) -> [Finding] {
    var findings: [Finding] = []
    for (index, entry) in entries.enumerated() {
      duplicate(index, entry, &findings)
      references(entry, unread, &findings)
    }
    uniqueness(&findings)
    if entries.count > limits.maxDefinitions, let entry = entries.dropFirst(limits.maxDefinitions).first {
      findings.append(
        Finding(
          severity: .error, file: entry.file, path: entry.path,
          value: "definition \(limits.maxDefinitions + 1)",
          expected: "at most \(limits.maxDefinitions) in one set (maxDefinitions)"))
    }
    return findings
  }

  private func duplicate(_ index: Int, _ entry: DefinitionEntry, _ findings: inout [Finding]) {
    let definition = entry.definition
    guard let first = places[Key(kind: definition.kind, id: definition.id)], first != index else { return }
    let isAlike = entries[first].canonical == entry.canonical
    report(
      isAlike ? .warning : .error, entry, entry.path.member("id"), definition.id,
      isAlike
        ? "every definition once: \(place(entries[first])) says the same"
        : "an id of its own: \(place(entries[first])) is another \(definition.kind.rawValue) with it",
      &findings)
  }

  private func references(_ entry: DefinitionEntry, _ unread: Bool, _ findings: inout [Finding]) {
    var references = References(set: self, entry: entry, unread: unread)
    switch entry.definition {
    case .predictor(let predictor):
      references.require(.outcome, predictor.outcomeID, entry.path.member("outcome").member("id"))
    case .actionMap(let map): references.check(map)
    case .scheduleGroup(let group): references.check(group)
    default: break
    }
    findings += references.findings
  }

  fileprivate func has(_ kind: DefinitionKind, _ id: String) -> Bool {
    places[Key(kind: kind, id: id)] != nil
  }

  /// Whether an outcome has a predictor.
  fileprivate func isPredicted(_ outcome: String) -> Bool { predicted.contains(outcome) }

  fileprivate func definition(_ kind: DefinitionKind, _ id: String) -> Definition? {
    places[Key(kind: kind, id: id)].map { entries[$0].definition }
  }

  /// What may exist once beside its id.
  private func uniqueness(_ findings: inout [Finding]) {
    var seen: [String: DefinitionEntry] = [:]
    var predictors = 0
    for entry in entries {
      let subject: (key: String, path: DefinitionPath, value: String, noun: String)?
      switch entry.definition {
      case .predictor(let predictor):
        predictors += 1
        if predictors == limits.maxPredictors + 1 {
          report(
            .error, entry, entry.path, "predictor \(predictors)",
            "at most \(limits.maxPredictors) in one set (maxPredictors)", &findings)
        }
        subject = (
          "predictor \(predictor.outcomeID)", entry.path.member("outcome").member("id"), predictor.outcomeID,
          "outcome"
        )
      case .frequencyCap(let cap) where cap.isActive:
        subject = (
          "cap \(cap.mediaType.rawValue)", entry.path.member("mediaType"), cap.mediaType.rawValue,
          "media type"
        )
      case .sessionType(let type) where type.isActive:
        subject = ("type \(type.type)", entry.path.member("type"), type.type, "session type")
      default: subject = nil
      }
      guard let subject else { continue }
      if let first = seen[subject.key], first.definition.id != entry.definition.id {
        report(
          .error, entry, subject.path, subject.value,
          "one \(subject.noun) each: \(place(first)) has it", &findings)
      } else if seen[subject.key] == nil {
        seen[subject.key] = entry
      }
    }
  }

  private func place(_ entry: DefinitionEntry) -> String {
    entry.path.steps.isEmpty ? entry.file : "\(entry.file) \(entry.path)"
  }

  fileprivate func report(
    _ severity: Finding.Severity, _ entry: DefinitionEntry, _ path: DefinitionPath, _ value: String,
    _ expected: String, _ findings: inout [Finding]
  ) {
    findings.append(
      Finding(
        severity: severity, file: entry.file, path: path, value: Finding.shown(.string(value)),
        expected: expected))
  }
}

/// What one definition refers to, looked up in its set.
private struct References {
  let set: SetCheck
  let entry: DefinitionEntry
  /// Whether something could not be read: what is missing may be that.
  let unread: Bool
  var findings: [Finding] = []

  mutating func require(
    _ kind: DefinitionKind, _ id: String, _ path: DefinitionPath, _ severity: Finding.Severity = .error,
    _ consequence: String = ""
  ) {
    guard !id.isEmpty, !set.has(kind, id) else { return }
    let hint = unread ? " (or it is one of those that could not be read)" : ""
    set.report(
      severity, entry, path, id, "the id of \(kind.withArticle) of this set\(consequence)\(hint)", &findings)
  }

  mutating func check(_ map: ActionMap) {
    let path = entry.path
    // What is switched off may refer to what is still to come.
    let severity: Finding.Severity = map.isActive ? .error : .warning
    let consequence = map.isActive ? "" : ": without it the map cannot be made active"
    for (index, id) in map.triggerWithSegments.enumerated() {
      let place = path.member("triggerWithSegments").element(index)
      require(.segment, id, place, severity, consequence)
      if map.triggerWithSegments[..<index].contains(id) {
        set.report(.warning, entry, place, id, "every segment once", &findings)
      }
      if map.isActive, case .segment(let segment) = set.definition(.segment, id), !segment.isActive {
        set.report(
          .note, entry, place, id, "an active segment: this one is assigned to nobody new", &findings)
      }
    }
    for measure in ActionMap.OutcomeCondition.Measure.allCases {
      for (index, condition) in map.triggerWithOutcomeConditions.filter({ $0.measure == measure })
        .enumerated()
      {
        require(
          .outcome, condition.outcomeID, path.member(measure.member).element(index).member("outcomeId"),
          .warning,
          ": the condition stays false")
        let place = path.member(measure.member).element(index).member("outcomeId")
        if set.has(.outcome, condition.outcomeID), !set.isPredicted(condition.outcomeID) {
          set.report(
            .warning, entry, place, condition.outcomeID,
            "the id of an outcome with a predictor: without one the condition stays false", &findings)
        }
      }
    }
    let groups = path.member("actionMapScheduleGroups")
    if let id = map.scheduleGroupID {
      require(
        .scheduleGroup, id, groups.member("actionMapScheduleGroup").member("id"), severity, consequence)
    }
    // As the vendor has it, the emergency group of a map may also be a schedule group: then its open hours
    // are the emergency.
    if let id = map.emergencyGroupID, !set.has(.scheduleGroup, id) {
      require(
        .emergencyGroup, id, groups.member("emergencyActionMapScheduleGroup").member("id"), severity,
        consequence)
    }
    let action = path.member("action")
    if let id = map.action.templateID {
      let place = action.member("actionTemplate").member("id")
      require(.actionTemplate, id, place, .warning, ": the trigger will carry the id alone")
      if map.isActive, case .actionTemplate(let template) = set.definition(.actionTemplate, id),
        template.state != .active
      {
        set.report(
          .note, entry, place, id, "an active template: this one is \(template.state.rawValue)", &findings)
      }
    }
  }

  mutating func check(_ group: ScheduleGroup) {
    let path = entry.path
    let lists = [
      ("openSchedules", group.openScheduleIDs), ("closedSchedules", group.closedScheduleIDs),
      ("holidaySchedules", group.holidayScheduleIDs),
    ]
    for (name, ids) in lists {
      for (index, id) in ids.enumerated() {
        require(.schedule, id, path.member(name).element(index).member("id"))
      }
    }
    if !set.has(.timeZone, group.timeZone) {
      set.report(
        .error, entry, path.member("timeZone"), group.timeZone,
        "the name of a time zone, such as Europe/Berlin", &findings)
    }
  }
}
