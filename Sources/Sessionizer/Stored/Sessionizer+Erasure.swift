internal import JourneyModel
internal import JourneyRules

/// What is taken out because its person was erased.
extension Sessionizer {
  /// Where lanes keep something of a session's customer that goes with the session: digests of keys, for
  /// what is away to be brought back first.
  package static func digestsErased(with session: Session) -> [UInt64] {
    StoredKind.allCases.compactMap { kind in
      switch kind {
      case .customerMemory: memoryKeyDigest(of: session)
      // An ended conversation is made when its session is forgotten, and found by who watched that; values of
      // persons are told by messages.
      case .session, .endedConversation, .identifier, .device, .contact: nil
      }
    }
  }

  /// Drops a session, with what is remembered of its customer. Nothing of it is emitted any more: what
  /// readers have of it is for the lane to take back.
  ///
  /// - Returns: whether it was held.
  package func erase(_ session: Session) -> Bool {
    guard session.lifecycle != .forgotten, session.lifecycle != .merged else { return false }
    remove(session)
    session.lifecycle = .forgotten
    session.isErased = true
    session.emittedRevision = session.revision
    session.person = nil
    session.predictions = nil
    countGone(session)
    mark(session)
    for kind in StoredKind.allCases { erase(kind, with: session) }
    return true
  }

  /// Drops what is kept of a session's customer as values of a kind; see `digestsErased`.
  private func erase(_ kind: StoredKind, with session: Session) {
    switch kind {
    case .customerMemory: forgetCustomer(of: session)
    case .session, .endedConversation, .identifier, .device, .contact: break
    }
  }

  /// Drops what is kept of a device.
  package func erase(_ record: DeviceRecord) {
    guard !record.isForgotten else { return }
    remove(record)
    record.isForgotten = true
    countGone(record)
    mark(record)
  }
}
