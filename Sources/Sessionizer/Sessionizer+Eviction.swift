package import JourneyModel

/// Values that leave memory and come back. The sessionizer only knows that they exist; whoever drives it
/// keeps their values, and loads what a batch can touch before the batch begins. Then a batch reduces as if
/// they had never left.
extension Sessionizer {
  /// The values in memory under a key's digest.
  package func resident(_ key: UInt64) -> [StoredValue] {
    var values: [StoredValue] = residentSessions(key)
    for kind in StoredKind.allCases where kind != .session { values += resident(kind, key) }
    return values
  }

  /// The sessions in memory under a key's digest.
  func residentSessions(_ key: UInt64) -> [Session] {
    var result: [Session] = []
    var session = sessions[key]
    while let current = session {
      result.append(current)
      session = current.next
    }
    return result
  }

  /// Drops the values of one key from memory; they must have been stored first. All of them go together, as
  /// events look at all of them.
  ///
  /// - Parameter values: everything `resident(key)` holds, of one stream.
  package func putAway(_ values: [StoredValue]) {
    guard let first = values.first else { return }
    evicted.insert(
      first.keyDigest, stream: first.stream, deadlines: deadlines(values), sessions: values.count)
    for value in values {
      // It is away, and still known of.
      if case .device(let record) = value.content { indexes.count(record, by: 1) }
      discard(value)
    }
  }

  /// The earliest deadlines of a key's values.
  func deadlines(_ values: [StoredValue]) -> EvictedKeys.Deadlines {
    var deadlines = EvictedKeys.Deadlines()
    for value in values {
      guard let deadline = deadline(value) else { continue }
      if value.isFinal {
        deadlines.forgetting = min(deadlines.forgetting, deadline)
      } else {
        deadlines.timer = min(deadlines.timer, deadline)
      }
    }
    return deadlines
  }

  /// Takes back the values of one key.
  ///
  /// - Parameter values: all that were put away.
  package func bringBack(_ key: UInt64, _ values: [StoredValue]) {
    evicted.remove(key, sessions: values.count)
    for value in values {
      if case .device(let record) = value.content { indexes.count(record, by: -1) }
      restore(value)
    }
  }

  /// Removes a value from memory without a trace in any output.
  package func discard(_ value: StoredValue) {
    remove(value)
    let stream = Int(value.stream.rawValue)
    if value.timerEntry != nil { timers[stream].abandoned += 1 }
    if value.isFinal { forgettable[stream].abandoned += 1 }
    // The queues still refer to it until they come to it or are swept: it must do nothing there, and weigh
    // little.
    value.timerEntry = nil
    value.release()
    timers[stream].sweep { $0.timerEntry == $1 }
    forgettable[stream].sweep { value, _ in value.isFinal }
  }

  /// Appends the keys of evicted sessions whose timers this batch can fire; more than needed does no harm.
  ///
  /// - Parameters:
  ///   - latest: the highest event time of each stream that the batch may admit; by `Stream.rawValue`.
  ///   - tick: the times to which the batch advances timers.
  package func evictedDue(latest: [EventTime?], tick: StreamTimes, into keys: inout [UInt64]) {
    for stream in JourneyModel.Stream.allCases {
      if let time = tick[stream] { evicted.due(stream, tick: time, into: &keys) }
      guard let time = latest[Int(stream.rawValue)] else { continue }
      evicted.due(stream, watermark: time - settings.maxOutOfOrder, into: &keys)
    }
  }
}
