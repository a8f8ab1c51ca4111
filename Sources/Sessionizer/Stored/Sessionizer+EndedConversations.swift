package import JourneyModel

/// What is remembered of conversations that were forgotten: that they are over, so that a straggler opens no
/// second session.
extension Sessionizer {
  /// Remembers that a conversation is over, for `conversationMemory` from now on.
  func rememberEnd(of session: Session, at time: EventTime) {
    guard session.stream.profile.ending == .events, session.endReason == .conversationEnded,
      settings.conversationMemory.milliseconds > 0, let end = session.conversation.endTime
    else { return }
    let key = StoredKind.endedConversation.keyPrefix + session.key
    // One that began anew before it was forgotten ends twice.
    if let ending = indexes.endings[session.keyDigest].first(where: { $0.key == key }) {
      ending.first = max(ending.first, end)
      ending.last = max(ending.last, end, time)
      mark(ending)
      return schedule(ending)
    }
    let id = SessionID(
      type: StoredKind.endedConversation.keyPrefix, customerIDType: [], customerID: session.key,
      firstEventID: [], at: nil)
    let ending = EndedConversation(
      id: id, stream: session.stream, keyDigest: session.keyDigest, key: key,
      identity: Session.Identity(session.identity, key: key), first: end)
    ending.last = max(end, time)
    insert(ending)
    mark(ending)
    schedule(ending)
  }

  /// What is remembered of the conversation that an event belongs to, if it is over and forgotten.
  func endedConversation(of event: borrowing Event, in bytes: borrowing [UInt8]) -> EndedConversation? {
    guard !indexes.endings.isEmpty else { return nil }
    let prefix = StoredKind.endedConversation.keyPrefix.count
    for ending in indexes.endings[event.sessionKeyDigest]
    where ending.key.count == event.sessionKey.count + prefix {
      if event.sessionKey.equals(bytes, ending.key, at: prefix) { return ending }
    }
    return nil
  }

  /// Whether an event comes for a conversation that is still held when its retention is over, by the event's
  /// own time, and begins nothing: it must not matter that nobody else has moved the watermark.
  func isStraggler(_ event: borrowing Event, _ bytes: borrowing [UInt8], _ session: Session) -> Bool {
    guard session.stream.profile.ending == .events, session.endReason == .conversationEnded,
      let end = session.conversation.endTime,
      event.time >= end + settings.conversationRetention,
      event.time >= session.last + EventTime.Span(milliseconds: 1) + settings.allowedLateness
    else { return false }
    return !reopens(event, in: bytes, endedAt: end)
  }

  /// Whether an event can begin a conversation again that was over: somebody has come, later than it ended.
  func reopens(_ event: borrowing Event, in bytes: borrowing [UInt8], endedAt end: EventTime) -> Bool {
    guard event.time > end else { return false }
    switch event.phase {
    case .waiting, .connected: return true
    case .started:
      // Any other event of the flat form says no more than that the conversation is there.
      let name: StaticString = "started"
      guard event.name.count == name.utf8CodeUnitCount else { return false }
      for index in 0..<event.name.count where bytes[Int(event.name.offset) + index] != name.utf8Start[index] {
        return false
      }
      return true
    case .none, .ended: return false
    }
  }

  /// Forgets the conversations under a session's key that were over by a time.
  package func forgetEndings(_ digest: UInt64, through time: EventTime) {
    for ending in indexes.endings[digest] where ending.first <= time { forget(ending) }
  }

  /// Forgets what is remembered of a conversation: it begins again, or its time is over.
  func forget(_ ending: EndedConversation) {
    remove(ending)
    ending.isForgotten = true
    countGone(ending)
    mark(ending)
  }
}
