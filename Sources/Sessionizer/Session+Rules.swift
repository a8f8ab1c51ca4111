package import JourneyModel
package import JourneyRules
internal import Predictions

extension Session: ActionSession {
  /// Whether its visitor may still be there.
  package var isOpen: Bool { lifecycle == .open }

  /// The page that the visitor was on last, by event time.
  package var lastPage: (value: ByteSlice, bytes: [UInt8])? {
    facts.value(.page).map { ($0, facts.bytes) }
  }
}

extension Session {
  /// Whether it holds anything of predictions.
  package var isPredicted: Bool { predictions != nil || !rules.scores.isEmpty }

  /// Brings its scores up to the newest event. Whoever reads their numbers asks for that first.
  package func settleScores() { predictions?.settle(&rules.scores) }
}

extension Session: SessionFacts {
  package func haveChanged(_ fields: UInt64) -> Bool {
    if facts.changedFields & fields != 0 { return true }
    // The customer's leg speaks for the agent's.
    return fields & (1 << UInt64(EventField.userDisconnectType.rawValue)) != 0
      && facts.changedFields & (1 << UInt64(EventField.customerDisconnectType.rawValue)) != 0
  }

  package func haveBeenTold() { facts.changedFields = 0 }

  /// Offers rules what the session knows.
  package func tell(_ visitor: any FactVisitor) {
    // Held once: docs/design/hot-path.md.
    let bytes = facts.bytes
    let fields = visitor.sessionFields
    var hasDisconnectType = false
    var customerDisconnect: FactStore.Fact?
    for index in facts.facts.indices {
      let fact = facts.facts[index]
      if fact.field == .userDisconnectType { hasDisconnectType = true }
      if fact.field == .customerDisconnectType { customerDisconnect = fact }
      guard fields & (1 << UInt64(fact.field.rawValue)) != 0 else { continue }
      visitor.take(fact: fact.field, digest: fact.digest, value: fact.value, of: bytes)
    }
    // As in the snapshot: the customer's leg speaks only where the agent's is silent.
    if !hasDisconnectType, let fact = customerDisconnect {
      visitor.take(fact: .userDisconnectType, digest: fact.digest, value: fact.value, of: bytes)
    }
    for entry in facts.collected { visitor.take(collected: entry.field, value: entry.value, of: bytes) }
    if visitor.readsSessionAttributes {
      for entry in facts.attributes {
        visitor.take(attribute: entry.name, value: entry.value, isList: entry.isList, of: bytes)
      }
    }
    guard visitor.readsSessionIdentity else { return }
    visitor.take(count: .eventCount, eventCount)
    switch stream.profile.view {
    case .page: visitor.take(count: .pageviewCount, viewCount)
    case .screen: visitor.take(count: .screenviewCount, viewCount)
    case nil: break
    }
    visitor.take(count: .durationInSeconds, durationInSeconds)
    let texts = identity.bytes
    visitor.take(text: .type, value: identity.type, of: texts)
    visitor.take(text: .customerId, value: identity.customerID, of: texts)
    visitor.take(text: .customerIdType, value: identity.customerIDType, of: texts)
    guard !identity.externalID.isEmpty else { return }
    visitor.take(text: .externalId, value: identity.externalID, of: texts)
    if stream.profile.externalID == .conversationID {
      visitor.take(text: .conversationId, value: identity.externalID, of: texts)
    }
  }
}
