internal import JourneyModel

/// What action maps need when they are offered, looked up once: pages, caps, schedules, templates.
public struct CompiledActions: Sendable {
  /// The maps, in the order of `CompiledRules.actionMaps`.
  public let maps: [ActionMap]
  /// What each map's template shows; `nil` if it has none, or none that may be used.
  public let templates: [ActionTemplate?]
  /// The action target of each map; `nil` if it names none, or one that is not defined.
  public let targets: [ActionTarget?]
  let pages: [PageURLMatcher]
  let caps: [MediaType: FrequencyCap]
  let schedules: CompiledSchedules

  /// Compiles a bundle's action maps.
  public init(_ bundle: DefinitionBundle) {
    maps = bundle.actionMaps
    pages = maps.map { PageURLMatcher($0.pageURLConditions, bundle.caseFolding) }
    let templatesByID = Dictionary(
      bundle.actionTemplates.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    templates = maps.map { map in
      map.action.templateID.flatMap { templatesByID[$0] }.flatMap { $0.state == .active ? $0 : nil }
    }
    let targetsByID = Dictionary(
      bundle.actionTargets.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    targets = maps.map { map in map.action.targetID.flatMap { targetsByID[$0] } }
    caps = Dictionary(
      bundle.frequencyCaps.filter(\.isActive).map { ($0.mediaType, $0) },
      uniquingKeysWith: { first, _ in first })
    schedules = CompiledSchedules(bundle)
  }

  func isClosed(_ map: ActionMap, at time: EventTime) -> Bool {
    schedules.closure(scheduleGroup: map.scheduleGroupID, emergencyGroup: map.emergencyGroupID, at: time)
      != nil
  }
}

extension ActionMap {
  /// Whether it may qualify at this time.
  func isInWindow(_ time: EventTime) -> Bool {
    if let startDate, time < startDate { return false }
    if let endDate, time >= endDate { return false }
    return true
  }
}
