internal import JourneyModel
internal import JourneyRules

/// What is taken out because its person was erased.
extension Sessionizer {
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
    forgetCustomer(of: session)
    return true
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
