package import JourneyModel
package import JourneyRules

/// What is remembered of a customer from one session to the next: actions that wait for a return.
///
/// Held as a session without events, under a key that no event can have. So it is stored, restored, put away and verified like any
/// other value; it is never told as a session.
extension Sessionizer {
  /// The key of a customer's memory. Keys of events begin with their type, which is never empty.
  private static func memoryKey(_ identity: Session.Identity) -> [UInt8] {
    var key: [UInt8] = [0]
    key.append(identity.customerIDType, of: identity.bytes)
    key.append(0)
    key.append(identity.customerID, of: identity.bytes)
    return key
  }

  /// The digest of the key of the memory that an event's customer has.
  package static func memoryKeyDigest(of event: borrowing Event, in bytes: borrowing [UInt8]) -> UInt64 {
    var digest = FNV1a()
    digest.add(0)
    digest.add(event.customerIDType, of: bytes)
    digest.add(0)
    digest.add(event.customerID, of: bytes)
    return digest.value
  }

  private static func digest(_ key: [UInt8]) -> UInt64 {
    FNV1a(of: ByteSlice(offset: 0, length: key.count), in: key).value
  }

  /// Remembers an action until its customer comes back, or until `rules.activationMemory` is over. Of each map only one waits.
  package func remember(_ action: SessionAction, of session: Session) {
    let key = Sessionizer.memoryKey(session.identity)
    let memory = memory(key) ?? makeMemory(key, of: session, at: action.qualified)
    var action = action
    action.due = action.qualified + settings.rules.activationMemory
    // What has waited for too long by then stands in nobody's way, whether or not it has been noticed.
    let hasFaded = memory.rules.nextFading.map { $0 <= action.qualified } ?? false
    if hasFaded { memory.rules.fade(upTo: action.qualified) }
    let isNew = memory.rules.remember(action, limit: settings.rules.maxActions)
    guard isNew || hasFaded else { return }
    memory.last = max(memory.last, action.qualified)
    mark(memory, milestone: false)
    schedule(memory)
  }

  /// Takes what the customer of a session that has just been opened was waited for with.
  package func recall(for session: Session, at time: EventTime) -> [SessionAction] {
    guard memoryCount > 0, let memory = memory(Sessionizer.memoryKey(session.identity)) else { return [] }
    if let fading = memory.rules.nextFading, fading <= time { fadeMemory(memory, upTo: time) }
    guard memory.lifecycle == .open else { return [] }
    let before = memory.rules.actions.count
    let recalled = memory.rules.recall(isVisit: session.stream.profile.isSiteVisit, at: time)
    // What was given up by then is gone as well, and that has to be written as much as what was recalled: a lane that is restored
    // knows only what was written.
    guard memory.rules.actions.count < before else { return [] }
    if memory.rules.isEmpty {
      remove(memory)
      memory.lifecycle = .forgotten
      countGone(memory)
    }
    mark(memory, milestone: false)
    return recalled
  }

  private func memory(_ key: [UInt8]) -> Session? {
    var session = sessions[Sessionizer.digest(key)]
    while let current = session {
      if current.key == key { return current }
      session = current.next
    }
    return nil
  }

  private func makeMemory(_ key: [UInt8], of session: Session, at time: EventTime) -> Session {
    let identity = session.identity
    let id = SessionID(
      type: [], customerIDType: identity.bytes[identity.customerIDType.indices],
      customerID: identity.bytes[identity.customerID.indices], firstEventID: [], at: nil)
    let memory = Session(
      id: id, stream: session.stream, keyDigest: Sessionizer.digest(key), key: key,
      identity: Session.Identity(identity, key: key), first: time)
    insert(memory)
    return memory
  }

  /// Forgets what has waited for too long.
  func fadeMemory(_ memory: Session, upTo time: EventTime) {
    memory.rules.fade(upTo: time)
    if memory.rules.isEmpty {
      remove(memory)
      memory.lifecycle = .forgotten
      countGone(memory)
    }
    mark(memory, milestone: false)
    if memory.lifecycle == .open { schedule(memory) }
  }
}
