package import JourneyModel
package import JourneyRules

/// What is remembered of customers: made when an action is to wait for a return, taken when its customer
/// comes back.
extension Sessionizer {
  /// The key of a customer's memory.
  private static func memoryKey(_ identity: Session.Identity) -> [UInt8] {
    var key = StoredKind.customerMemory.keyPrefix
    key.append(identity.customerIDType, of: identity.bytes)
    key.append(0)
    key.append(identity.customerID, of: identity.bytes)
    return key
  }

  private static func memoryKey(ofType type: [UInt8], id: [UInt8]) -> [UInt8] {
    StoredKind.customerMemory.keyPrefix + type + [0] + id
  }

  /// The digest of the key of the memory that a customer has.
  package static func memoryKeyDigest(ofType type: [UInt8], id: [UInt8]) -> UInt64 {
    digest(memoryKey(ofType: type, id: id))
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

  /// Remembers an action until its customer comes back, or until `rules.activationMemory` is over. Of each
  /// map only one waits.
  package func remember(_ action: SessionAction, of session: Session) {
    let key = Sessionizer.memoryKey(session.identity)
    let memory = memory(key) ?? makeMemory(key, of: session, at: action.qualified)
    var action = action
    action.due = action.qualified + settings.rules.activationMemory
    // What has waited for too long by then blocks nobody, whether or not it has been noticed.
    let hasFaded = memory.rules.nextFading.map { $0 <= action.qualified } ?? false
    if hasFaded { memory.rules.fade(upTo: action.qualified) }
    let isNew = memory.rules.remember(action, limit: settings.rules.maxActions)
    guard isNew || hasFaded else { return }
    memory.last = max(memory.last, action.qualified)
    mark(memory)
    schedule(memory)
  }

  /// Takes what is scheduled for the customer of a session that has just been opened.
  package func recall(for session: Session, at time: EventTime) -> [SessionAction] {
    guard !indexes.memories.isEmpty, let memory = memory(Sessionizer.memoryKey(session.identity)) else {
      return []
    }
    if let fading = memory.rules.nextFading, fading <= time { fade(memory, upTo: time) }
    guard !memory.isForgotten else { return [] }
    let before = memory.rules.actions.count
    let recalled = memory.rules.recall(isVisit: session.stream.profile.isSiteVisit, at: time)
    // What was given up by then is gone as well, and that has to be written as much as what was recalled: a
    // lane that is restored knows only what was written.
    guard memory.rules.actions.count < before else { return [] }
    if memory.rules.isEmpty { letGo(memory) }
    mark(memory)
    return recalled
  }

  private func memory(_ key: [UInt8]) -> CustomerMemory? {
    indexes.memories[Sessionizer.digest(key)].first { $0.key == key }
  }

  private func makeMemory(_ key: [UInt8], of session: Session, at time: EventTime) -> CustomerMemory {
    let identity = session.identity
    let id = SessionID(
      type: [], customerIDType: identity.bytes[identity.customerIDType.indices],
      customerID: identity.bytes[identity.customerID.indices], firstEventID: [], at: nil)
    let memory = CustomerMemory(
      id: id, stream: session.stream, keyDigest: Sessionizer.digest(key), key: key,
      identity: Session.Identity(identity, key: key), first: time)
    insert(memory)
    return memory
  }

  /// Forgets what has waited for too long.
  func fade(_ memory: CustomerMemory, upTo time: EventTime) {
    memory.rules.fade(upTo: time)
    if memory.rules.isEmpty { letGo(memory) }
    mark(memory)
    if !memory.isForgotten { schedule(memory) }
  }

  /// The digest of the key of the memory that a session's customer has.
  package static func memoryKeyDigest(of session: Session) -> UInt64 {
    digest(memoryKey(session.identity))
  }

  /// Forgets what is remembered of a session's customer.
  func forgetCustomer(of session: Session) { forget(memory: Sessionizer.memoryKey(session.identity)) }

  /// Forgets what is remembered of a customer.
  package func forgetCustomer(ofType type: [UInt8], id: [UInt8]) {
    forget(memory: Sessionizer.memoryKey(ofType: type, id: id))
  }

  private func forget(memory key: [UInt8]) {
    guard !indexes.memories.isEmpty, let memory = memory(key) else { return }
    memory.rules = RuleState()
    letGo(memory)
    mark(memory)
  }

  private func letGo(_ memory: CustomerMemory) {
    remove(memory)
    memory.isForgotten = true
    countGone(memory)
  }
}
