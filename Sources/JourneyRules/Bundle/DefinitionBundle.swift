internal import Bytes

/// An immutable set of definitions that were checked together: what a lane switches to, whole.
public struct DefinitionBundle: Sendable, Hashable {
  /// The definitions, by kind and then by the bytes of their ids.
  public let entries: [DefinitionEntry]
  /// How rules make upper and lower case the same.
  public let caseFolding: CaseFolding
  /// The canonical form of all: `{"caseFolding":…,"entities":[…]}`, which reads as a document and gives the
  /// same bundle again. Without `caseFolding` it is the basic one.
  public let bytes: [UInt8]
  /// The hash of `bytes`.
  public let hash: DefinitionHash

  /// The bundle of nothing.
  public static let empty = DefinitionBundle([], .newest)

  /// Bundles entries that a check has passed.
  init(_ entries: [DefinitionEntry], _ caseFolding: CaseFolding) {
    self.caseFolding = caseFolding
    let kinds = DefinitionKind.allCases
    let order = Dictionary(uniqueKeysWithValues: zip(kinds, kinds.indices))
    self.entries = entries.sorted { left, right in
      let first = order[left.definition.kind] ?? 0
      let second = order[right.definition.kind] ?? 0
      return first == second
        ? left.definition.id.utf8.lexicographicallyPrecedes(right.definition.id.utf8) : first < second
    }
    var bytes = Array("{".utf8)
    if caseFolding != .basic { bytes += Array("\"caseFolding\":\"\(caseFolding.rawValue)\",".utf8) }
    bytes += Array("\"entities\":[".utf8)
    for (index, entry) in self.entries.enumerated() {
      if index > 0 { bytes.append(ASCII.comma) }
      entry.canonical.appendJSON(to: &bytes)
    }
    bytes.append(contentsOf: "]}".utf8)
    self.bytes = bytes
    hash = DefinitionHash(of: bytes)
  }

  /// The segments, by id.
  public var segments: [Segment] {
    entries.compactMap { if case .segment(let segment) = $0.definition { segment } else { nil } }
  }

  /// The outcomes, by id.
  public var outcomes: [Outcome] {
    entries.compactMap { if case .outcome(let outcome) = $0.definition { outcome } else { nil } }
  }

  /// The outcome predictors, by id.
  public var predictors: [OutcomePredictor] {
    entries.compactMap { if case .predictor(let predictor) = $0.definition { predictor } else { nil } }
  }

  /// The action maps, by id.
  public var actionMaps: [ActionMap] {
    entries.compactMap { if case .actionMap(let map) = $0.definition { map } else { nil } }
  }

  /// The action templates, by id.
  public var actionTemplates: [ActionTemplate] {
    entries.compactMap { if case .actionTemplate(let template) = $0.definition { template } else { nil } }
  }

  /// The action targets, by id.
  public var actionTargets: [ActionTarget] {
    entries.compactMap { if case .actionTarget(let target) = $0.definition { target } else { nil } }
  }

  /// The frequency caps, by id.
  public var frequencyCaps: [FrequencyCap] {
    entries.compactMap { if case .frequencyCap(let cap) = $0.definition { cap } else { nil } }
  }

  /// The schedules, by id.
  public var schedules: [Schedule] {
    entries.compactMap { if case .schedule(let schedule) = $0.definition { schedule } else { nil } }
  }

  /// The schedule groups, by id.
  public var scheduleGroups: [ScheduleGroup] {
    entries.compactMap { if case .scheduleGroup(let group) = $0.definition { group } else { nil } }
  }

  /// The emergency groups, by id.
  public var emergencyGroups: [EmergencyGroup] {
    entries.compactMap { if case .emergencyGroup(let group) = $0.definition { group } else { nil } }
  }

  /// The time zones, by name.
  public var timeZones: [TimeZoneDefinition] {
    entries.compactMap { if case .timeZone(let zone) = $0.definition { zone } else { nil } }
  }

  /// The session types, by id.
  public var sessionTypes: [SessionTypeDefinition] {
    entries.compactMap { if case .sessionType(let type) = $0.definition { type } else { nil } }
  }

  /// The event types, by id.
  public var eventTypes: [EventTypeDefinition] {
    entries.compactMap { if case .eventType(let type) = $0.definition { type } else { nil } }
  }
}
