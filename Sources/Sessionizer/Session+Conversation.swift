internal import JourneyModel

extension Session {
  /// Whether the agent, not the customer, ended the conversation.
  ///
  /// A leg's disconnect type says who hung up as that leg saw it: on the agent's leg `Peer` is the customer; on the
  /// customer's leg `Peer` is the agent. Without an agent only the customer can have left.
  package var isEndedByAgent: Bool {
    guard conversation.hadAgent else { return false }
    if let disconnect = facts.value(.userDisconnectType) { return !isPeer(disconnect) }
    if let disconnect = facts.value(.customerDisconnectType) { return isPeer(disconnect) }
    return false
  }

  private func isPeer(_ value: ByteSlice) -> Bool {
    facts.bytes[value.indices].elementsEqual("\"Peer\"".utf8)
  }
}
