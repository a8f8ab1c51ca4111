/// Recognizes what kind of definition an object is: its `kind`, else its `selfUri`, else the folder, else its
/// members.
enum KindRecognition {
  /// What was found, and whether the folder says otherwise.
  static func kind(of members: [DefinitionValue.Member], folder: String?) -> DefinitionKind? {
    let value = DefinitionValue.object(members)
    if case .string(let uri) = value["selfUri"], let kind = kind(selfURI: uri) { return kind }
    if let folder, let kind = kind(folder: folder) { return kind }
    return kind(shape: value)
  }

  /// By a folder's name, such as `segments` or `action-maps`.
  static func kind(folder: String) -> DefinitionKind? {
    let letters = Letters.lowercased(folder).filter { $0 != "-" && $0 != "_" && $0 != " " }
    return plurals.first { $0.0 == letters || $0.0 == letters + "s" }?.1
  }

  /// By `/api/v2/journey/segments/…`.
  static func kind(selfURI: String) -> DefinitionKind? {
    let parts = selfURI.split(separator: "/", omittingEmptySubsequences: true)
    guard parts.count >= 4, parts[0] == "api" else { return nil }
    if parts[2] == "journey", parts[3] == "outcomes", parts.count > 4, parts[4] == "predictors" {
      return .predictor
    }
    guard parts[2] == "journey" || parts[2] == "architect" else { return nil }
    return plurals.first { $0.0 == parts[3] }?.1
  }

  private static let plurals: [(String, DefinitionKind)] = [
    ("segments", .segment), ("outcomes", .outcome), ("predictors", .predictor),
    ("outcomepredictors", .predictor), ("actionmaps", .actionMap), ("actiontemplates", .actionTemplate),
    ("actiontargets", .actionTarget), ("frequencycaps", .frequencyCap), ("schedules", .schedule),
    ("schedulegroups", .scheduleGroup), ("emergencygroups", .emergencyGroup), ("timezones", .timeZone),
    ("sessiontypes", .sessionType), ("eventtypes", .eventType),
  ]

  /// By members that only one kind has.
  static func kind(shape value: DefinitionValue) -> DefinitionKind? {
    for (kind, names) in marks where names.contains(where: { value[$0] != nil }) { return kind }
    return nil
  }

  private static let marks: [(DefinitionKind, [String])] = [
    (
      .actionMap,
      [
        "triggerWithSegments", "triggerWithEventConditions", "actionMapScheduleGroups", "pageUrlConditions",
        "activation",
      ]
    ),
    (.actionTemplate, ["contentOffer"]),
    (.actionTarget, ["supportedMediaTypes", "shortAbandonThreshold"]),
    (.outcome, ["isPositive", "associatedValueField"]),
    (.segment, ["color", "scope", "shouldDisplayToAgent", "externalSegment", "assignmentExpirationDays"]),
    (.frequencyCap, ["capOnceFinalized", "capOnceRejected", "capForPeriod"]),
    (.timeZone, ["transitions", "initialOffset"]),
    (.scheduleGroup, ["openSchedules", "closedSchedules", "holidaySchedules", "openHours"]),
    (.schedule, ["rrule"]),
    (.emergencyGroup, ["emergencyCallFlows"]),
    (.sessionType, ["cardTitle", "timeoutInSeconds"]),
    (.predictor, ["outcome"]),
  ]
}
