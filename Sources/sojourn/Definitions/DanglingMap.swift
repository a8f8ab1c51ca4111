import JourneyRules
import Processor
internal import WireFormat

/// An active action map that refers to something that is not there: exports do not carry schedule groups.
struct DanglingMap: Equatable {
  let id: String
  let displayName: String
  /// What is missing: `scheduleGroup g`.
  let missing: [String]

  /// The active maps among what is given that refer to nothing.
  ///
  /// - Parameter kept: what else is going to be in force.
  static func all(in given: [DefinitionEntry], beside kept: [DefinitionEntry]) -> [DanglingMap] {
    var known: Set<DefinitionVersion.Key> = []
    for entry in given + kept { known.insert(.init(kind: entry.definition.kind, id: entry.definition.id)) }
    func has(_ kind: DefinitionKind, _ id: String) -> Bool { known.contains(.init(kind: kind, id: id)) }
    return given.compactMap { entry in
      guard case .actionMap(let map) = entry.definition, map.isActive else { return nil }
      var missing = map.triggerWithSegments.filter { !has(.segment, $0) }.map { "segment \($0)" }
      if let group = map.scheduleGroupID, !has(.scheduleGroup, group) {
        missing.append("scheduleGroup \(group)")
      }
      if let group = map.emergencyGroupID, !has(.emergencyGroup, group), !has(.scheduleGroup, group) {
        missing.append("emergencyGroup \(group)")
      }
      return missing.isEmpty ? nil : DanglingMap(id: map.id, displayName: map.displayName, missing: missing)
    }
  }

  /// `inactive  actionMap  m  Offer  scheduleGroup g is not there`.
  var line: String {
    "inactive  actionMap  \(id)  \(displayName)  \(missing.joined(separator: ", ")) "
      + (missing.count == 1 ? "is not there" : "are not there")
  }
}

extension DefinitionEntry {
  /// The same action map, switched off.
  var inactive: DefinitionEntry {
    guard case .actionMap(var map) = definition, case .object(let members) = canonical else { return self }
    map.isActive = false
    var entry = self
    entry.definition = .actionMap(map)
    entry.canonical =
      DefinitionValue.object(members.filter { $0.name != "isActive" } + [.init("isActive", .bool(false))])
      .sorted
    return entry
  }
}
