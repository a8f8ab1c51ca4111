internal import JourneyModel
package import JourneyRules

extension Session {
  /// The values that the session has for a key of sessions, as text; what `tell` hands to rules.
  package func values(_ reader: FactReader) -> [String] {
    switch reader.key.root {
    case .eventName: return []
    case .field(let field):
      if field.policy == .collect {
        return facts.collected.filter { $0.field == field }.flatMap {
          reader.values(in: $0.value, of: facts.bytes)
        }
      }
      var value = facts.value(field)
      // The customer's leg speaks only where the agent's is silent.
      if value == nil, field == .userDisconnectType { value = facts.value(.customerDisconnectType) }
      return value.map { reader.values(in: $0, of: facts.bytes) } ?? []
    case .attribute(let name): return values(attribute: name, isList: false, reader)
    case .attributeList(let name): return values(attribute: name, isList: true, reader)
    case .count(let count):
      switch count {
      case .eventCount: return ["\(eventCount)"]
      case .pageviewCount: return stream.profile.view == .page ? ["\(viewCount)"] : []
      case .screenviewCount: return stream.profile.view == .screen ? ["\(viewCount)"] : []
      case .durationInSeconds: return ["\(durationInSeconds)"]
      }
    case .identity(let text):
      let slice =
        switch text {
        case .type: identity.type
        case .customerId: identity.customerID
        case .customerIdType: identity.customerIDType
        case .externalId: identity.externalID
        case .conversationId: stream.profile.externalID == .conversationID ? identity.externalID : .empty
        }
      return slice.isEmpty ? [] : [identity.text(slice)]
    }
  }

  private func values(attribute name: String, isList: Bool, _ reader: FactReader) -> [String] {
    facts.attributes.filter { entry in
      entry.isList == isList && facts.bytes[entry.name.indices].elementsEqual(name.utf8)
    }.flatMap { reader.values(in: $0.value, of: facts.bytes) }
  }
}
