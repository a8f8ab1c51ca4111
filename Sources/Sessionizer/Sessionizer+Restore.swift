public import JourneyModel

extension Sessionizer {
  /// Takes in a session from the log. Its timers are set by the settings in force now, so a changed gap applies to
  /// sessions that were opened under another one.
  package func restore(_ session: Session) {
    guard session.lifecycle != .forgotten, session.lifecycle != .merged else { return }
    insert(session)
    if session.lifecycle == .final {
      if let deadline = deadline(session) {
        forgettable[Int(session.stream.rawValue)].push(session, at: deadline)
      }
    } else {
      schedule(session)
    }
  }

  /// Sets the highest admitted event time of each stream, as the journal's tail has it.
  public func restore(highest: [JourneyModel.Stream: EventTime]) {
    for (stream, time) in highest { watermarks[Int(stream.rawValue)] = Watermark(highest: time) }
  }

  /// The highest admitted event time of a stream, for the journal.
  public func highest(_ stream: JourneyModel.Stream) -> EventTime? {
    watermarks[Int(stream.rawValue)].highest
  }
}
