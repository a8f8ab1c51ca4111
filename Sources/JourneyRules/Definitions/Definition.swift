/// One definition of any kind.
public enum Definition: Sendable, Hashable {
  case segment(Segment)
  case outcome(Outcome)
  case predictor(OutcomePredictor)
  case actionMap(ActionMap)
  case actionTemplate(ActionTemplate)
  case actionTarget(ActionTarget)
  case frequencyCap(FrequencyCap)
  case schedule(Schedule)
  case scheduleGroup(ScheduleGroup)
  case emergencyGroup(EmergencyGroup)
  case timeZone(TimeZoneDefinition)
  case sessionType(SessionTypeDefinition)
  case eventType(EventTypeDefinition)

  /// What it is.
  public var kind: DefinitionKind {
    switch self {
    case .segment: .segment
    case .outcome: .outcome
    case .predictor: .predictor
    case .actionMap: .actionMap
    case .actionTemplate: .actionTemplate
    case .actionTarget: .actionTarget
    case .frequencyCap: .frequencyCap
    case .schedule: .schedule
    case .scheduleGroup: .scheduleGroup
    case .emergencyGroup: .emergencyGroup
    case .timeZone: .timeZone
    case .sessionType: .sessionType
    case .eventType: .eventType
    }
  }

  /// Its id: unique among those of its kind.
  public var id: String {
    switch self {
    case .segment(let segment): segment.id
    case .outcome(let outcome): outcome.id
    case .predictor(let predictor): predictor.id
    case .actionMap(let map): map.id
    case .actionTemplate(let template): template.id
    case .actionTarget(let target): target.id
    case .frequencyCap(let cap): cap.id
    case .schedule(let schedule): schedule.id
    case .scheduleGroup(let group): group.id
    case .emergencyGroup(let group): group.id
    case .timeZone(let zone): zone.id
    case .sessionType(let type): type.id
    case .eventType(let type): type.id
    }
  }

  /// Its version, at least 1; predictors have none and count as 1.
  public var version: Int {
    switch self {
    case .segment(let segment): segment.version
    case .outcome(let outcome): outcome.version
    case .predictor: 1
    case .actionMap(let map): map.version
    case .actionTemplate(let template): template.version
    case .actionTarget(let target): target.version
    case .frequencyCap(let cap): cap.version
    case .schedule(let schedule): schedule.version
    case .scheduleGroup(let group): group.version
    case .emergencyGroup(let group): group.version
    case .timeZone(let zone): zone.version
    case .sessionType(let type): type.version
    case .eventType(let type): type.version
    }
  }

  /// Whether it does anything new.
  public var isActive: Bool {
    switch self {
    case .segment(let segment): segment.isActive
    case .outcome(let outcome): outcome.isActive
    case .predictor: true
    case .actionMap(let map): map.isActive
    case .actionTemplate(let template): template.state == .active
    case .actionTarget(let target): target.state == .active
    case .frequencyCap(let cap): cap.isActive
    case .schedule(let schedule): schedule.state == .active
    case .scheduleGroup(let group): group.state == .active
    case .emergencyGroup(let group): group.state == .active
    case .timeZone: true
    case .sessionType(let type): type.isActive
    case .eventType(let type): type.isActive
    }
  }

  /// Its name for people.
  public var displayName: String {
    switch self {
    case .segment(let segment): segment.displayName
    case .outcome(let outcome): outcome.displayName
    case .predictor(let predictor): predictor.outcomeID
    case .actionMap(let map): map.displayName
    case .actionTemplate(let template): template.name
    case .actionTarget(let target): target.name
    case .frequencyCap(let cap): cap.mediaType.rawValue
    case .schedule(let schedule): schedule.name
    case .scheduleGroup(let group): group.name
    case .emergencyGroup(let group): group.name
    case .timeZone(let zone): zone.id
    case .sessionType(let type): type.type
    case .eventType(let type): type.displayName ?? type.eventName
    }
  }
}
