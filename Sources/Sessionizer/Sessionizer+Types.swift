internal import JourneyModel

/// Session types that change while the lane works: between two batches, for all sessions at once.
extension Sessionizer {
  /// Puts other session types in force. What has been decided stays decided: only timers that are still to come move.
  ///
  /// Afterwards everything is as if the sessions had been restored under these types; those in the cold store have to be shown to
  /// `reschedule(_:passive:)`.
  ///
  /// - Returns: whether any timeout has changed.
  package func adopt(_ types: [String: SessionSettings.SessionType]) -> Bool {
    guard types != settings.types else { return false }
    let changed = Set(settings.types.keys).union(types.keys).filter {
      settings.types[$0]?.timeout != types[$0]?.timeout
    }
    settings.types = types
    self.types = TypeTable(settings)
    guard !changed.isEmpty else { return false }
    for session in allSessions
    where session.stream.profile.ending == .typeTimeout
      && changed.contains(session.identity.text(session.identity.type))
    {
      if session.lifecycle == .final {
        // Its entry is passed over when it turns up too early, and then nothing would ever forget the session.
        if let deadline = deadline(session) {
          forgettable[Int(session.stream.rawValue)].push(session, at: deadline)
        }
      } else {
        schedule(session)
      }
    }
    return true
  }

  /// Notes when the timers of values in the cold store are due under the types in force.
  ///
  /// - Parameter values: all that were put away under the key.
  package func reschedule(_ values: [StoredValue], passive key: UInt64) {
    guard let first = values.first, first.stream.profile.ending == .typeTimeout, passive.contains(key)
    else { return }
    passive.remove(key, sessions: 0)
    passive.insert(key, stream: first.stream, deadlines: deadlines(values), sessions: 0)
  }
}
