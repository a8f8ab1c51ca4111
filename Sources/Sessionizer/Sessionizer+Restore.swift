public import JourneyModel

extension Sessionizer {
  /// Takes in a value from the log. Its timers are set by the settings in force now, so a changed gap applies to
  /// sessions that were opened under another one.
  package func restore(_ value: StoredValue) {
    guard !value.isGone else { return }
    insert(value)
    if value.isFinal {
      if let deadline = deadline(value) {
        forgettable[Int(value.stream.rawValue)].push(value, at: deadline)
      }
    } else {
      schedule(value)
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
