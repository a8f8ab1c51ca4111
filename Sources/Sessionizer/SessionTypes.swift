internal import JourneyModel
package import JourneyRules

/// Session types as they are in force: those of the configuration, and above them those that are defined.
package enum SessionTypes {
  /// A defined type takes the place of a configured one with its name as a whole. Of two definitions of one
  /// type the first counts.
  package static func inForce(
    _ configured: [String: SessionSettings.SessionType], _ definitions: CompiledBundle?
  ) -> [String: SessionSettings.SessionType] {
    var types = configured
    var defined: Set<String> = []
    for definition in definitions?.bundle.sessionTypes ?? []
    where definition.isActive && defined.insert(definition.type).inserted {
      types[definition.type] = SessionSettings.SessionType(definition)
    }
    return types
  }
}

extension SessionSettings.SessionType {
  fileprivate init(_ definition: SessionTypeDefinition) {
    self.init()
    title = definition.cardTitle
    icon = definition.icon
    timeout = definition.timeoutInSeconds.map { .seconds(Int64($0)) }
    projections = definition.attributes?.map {
      SessionSettings.Projection(from: $0.eventAttribute, to: $0.name, isList: $0.isList)
    }
  }
}
