internal import JourneyModel

/// What is remembered of a conversation that was forgotten: that it is over, so that a straggler opens no second session.
///
/// Held like the memory of a customer, as a session without events under a key that no event can have. It stands in the index where
/// its conversation stood, so that whoever looks for the one finds the other.
extension Sessionizer {
  /// Remembers that a conversation is over, for `conversationMemory` from now on.
  func rememberEnd(of session: Session, at time: EventTime) {
    guard session.stream.profile.ending == .events, session.endReason == .conversationEnded,
      settings.conversationMemory.milliseconds > 0, let end = session.conversation.endTime
    else { return }
    let key = Session.endedPrefix + session.key
    // One that began anew before it was forgotten ends twice.
    if let memory = endedConversation(key: key, digest: session.keyDigest) {
      memory.first = max(memory.first, end)
      memory.last = max(memory.last, end, time)
      mark(memory, milestone: false)
      return schedule(memory)
    }
    let id = SessionID(
      type: Session.endedPrefix, customerIDType: [], customerID: session.key, firstEventID: [], at: nil)
    let memory = Session(
      id: id, stream: session.stream, keyDigest: session.keyDigest, key: key,
      identity: Session.Identity(session.identity, key: key), first: end)
    memory.last = max(end, time)
    insert(memory)
    mark(memory, milestone: false)
    schedule(memory)
  }

  /// What is remembered under a key.
  private func endedConversation(key: [UInt8], digest: UInt64) -> Session? {
    var session = sessions[digest]
    while let current = session {
      if current.isEndedConversation, current.key == key { return current }
      session = current.next
    }
    return nil
  }

  /// What is remembered of the conversation that an event belongs to, if it is over and forgotten.
  func endedConversation(of event: borrowing Event, in bytes: borrowing [UInt8]) -> Session? {
    var session = sessions[event.sessionKeyDigest]
    while let current = session {
      if current.isEndedConversation, current.key.count == event.sessionKey.count + Session.endedPrefix.count,
        event.sessionKey.equals(bytes, current.key, at: Session.endedPrefix.count)
      {
        return current
      }
      session = current.next
    }
    return nil
  }

  /// Whether an event comes for a conversation that is still held when its retention is over, by the event's own time, and begins
  /// nothing: it must not matter that nobody else has moved the watermark.
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

  /// Lets go of what is remembered of a conversation that begins again.
  func forgetEnd(_ memory: Session) {
    remove(memory)
    memory.lifecycle = .forgotten
    countGone(memory)
    mark(memory, milestone: false)
  }
}

extension Session {
  /// What the keys of ended conversations begin with: no event's key and no customer's memory has an empty first part and
  /// an empty second one.
  static let endedPrefix: [UInt8] = [0, 0]

  /// Whether this is no session but what is remembered of a conversation.
  var isEndedConversation: Bool { isCustomerMemory && key.count > 2 && key[1] == 0 }
}
