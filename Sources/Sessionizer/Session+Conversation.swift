internal import JourneyModel

extension Session {
  /// Whether the agent, not the customer, ended the conversation.
  package var isEndedByAgent: Bool {
    if conversation.hasLegs { return conversation.status == .endedByAgent }
    // As a version before has kept it. A leg's disconnect type says who hung up as that leg saw it: on the
    // agent's leg `Peer` is the customer; on the customer's leg `Peer` is the agent. Without an agent only
    // the customer can have left.
    guard conversation.hadAgent else { return false }
    if let disconnect = facts.value(.userDisconnectType) { return !isPeer(disconnect) }
    if let disconnect = facts.value(.customerDisconnectType) { return isPeer(disconnect) }
    return false
  }

  private func isPeer(_ value: ByteSlice) -> Bool {
    facts.bytes[value.indices].elementsEqual("\"Peer\"".utf8)
  }
}
