internal import WireFormat

/// Whose sessions an event can be in, as a digest: the same of an event and of the snapshot of its session.
///
/// Ids of events are the senders' own, and two customers may have the same one: the attributes of one must
/// never show in the session of the other.
struct EventKey: Hashable {
  /// What is stored.
  let value: Int64

  /// - Parameters:
  ///   - externalID: of a custom session.
  ///   - conversationID: of a conversation, which is found by it whoever takes part.
  init(
    type: some Collection<UInt8>, customerIDType: some Collection<UInt8>, customerID: some Collection<UInt8>,
    externalID: some Collection<UInt8>, isConversation: Bool
  ) {
    var bytes = Array(type) + [0]
    if isConversation, !externalID.isEmpty {
      bytes += [0, 0] + externalID
    } else {
      bytes += Array(customerIDType) + [0] + customerID + [0] + externalID
    }
    var digest = Digest()
    digest.append(bytes)
    value = Int64(bitPattern: digest.value)
  }

  init(_ facts: SnapshotFacts) {
    let isConversation = facts.type == EventKey.conversation
    let external = isConversation ? facts.conversationID : facts.externalID
    self.init(
      type: facts.type.utf8, customerIDType: facts.customerIDType.utf8, customerID: facts.customerID.utf8,
      externalID: (external ?? "").utf8, isConversation: isConversation)
  }

  private static let conversation = "conversation"
}
