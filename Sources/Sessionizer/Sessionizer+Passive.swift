package import JourneyModel

/// Sessions that leave memory and come back. The sessionizer only knows that they exist; whoever drives it keeps their
/// values, and brings back what a batch can touch before the batch begins. Then a batch reduces as if they had never left.
extension Sessionizer {
  /// The sessions in memory under a key's digest.
  package func resident(_ key: UInt64) -> [Session] {
    var result: [Session] = []
    var session = sessions[key]
    while let current = session {
      result.append(current)
      session = current.next
    }
    return result
  }

  /// Drops the sessions of one key from memory; their values must have been stored first. All of them go together, as events
  /// look at all of them.
  ///
  /// - Parameter sessions: everything `resident(key)` holds, of one stream.
  package func putAway(_ sessions: [Session]) {
    guard let first = sessions.first else { return }
    passive.insert(
      first.keyDigest, stream: first.stream, deadlines: deadlines(sessions), sessions: sessions.count)
    for session in sessions { discard(session) }
  }

  /// The earliest deadlines of a key's sessions.
  func deadlines(_ sessions: [Session]) -> PassiveKeys.Deadlines {
    var deadlines = PassiveKeys.Deadlines()
    for session in sessions {
      guard let deadline = deadline(session) else { continue }
      if session.lifecycle == .final {
        deadlines.forgetting = min(deadlines.forgetting, deadline)
      } else {
        deadlines.timer = min(deadlines.timer, deadline)
      }
    }
    return deadlines
  }

  /// Takes back the sessions of one key.
  ///
  /// - Parameter sessions: all that were put away.
  package func bringBack(_ key: UInt64, _ sessions: [Session]) {
    passive.remove(key, sessions: sessions.count)
    for session in sessions { restore(session) }
  }

  /// Removes a session from memory without a trace in any output.
  package func discard(_ session: Session) {
    remove(session)
    let stream = Int(session.stream.rawValue)
    if session.timerEntry != nil { timers[stream].abandoned += 1 }
    if session.lifecycle == .final { forgettable[stream].abandoned += 1 }
    // The queues still refer to it until they come to it or are swept: it must do nothing there, and weigh little.
    session.timerEntry = nil
    session.lifecycle = .forgotten
    session.releaseStores()
    timers[stream].sweep { $0.timerEntry == $1 }
    forgettable[stream].sweep { session, _ in session.lifecycle == .final }
  }

  /// Appends the keys of passive sessions whose timers this batch can fire; more than needed does no harm.
  ///
  /// - Parameters:
  ///   - latest: the highest event time of each stream that the batch may admit; by `Stream.rawValue`.
  ///   - tick: the times to which the batch advances timers.
  package func passiveDue(latest: [EventTime?], tick: StreamTimes, into keys: inout [UInt64]) {
    for stream in JourneyModel.Stream.allCases {
      if let time = tick[stream] { passive.due(stream, tick: time, into: &keys) }
      guard let time = latest[Int(stream.rawValue)] else { continue }
      passive.due(stream, watermark: time - settings.maxOutOfOrder, into: &keys)
    }
  }
}
