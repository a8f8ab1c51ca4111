package import JourneyModel

/// What is remembered of a conversation that was forgotten: that it is over. Never told.
///
/// `first` is when it ended, by its own events; from `last` on `conversationMemory` runs. The digest of its key is that of its
/// conversation's, so that both are in memory together, or away together.
package final class EndedConversation: StoredValue {
  package internal(set) var isForgotten = false

  package init(
    id: SessionID, stream: Stream, keyDigest: UInt64, key: [UInt8], identity: Session.Identity,
    first: EventTime
  ) {
    super.init(
      .endedConversation, id: id, stream: stream, keyDigest: keyDigest, key: key, identity: identity,
      first: first)
  }

  /// See `StoredValue.residentBytes`.
  var memoryBytes: Int { heldBytes }
}
