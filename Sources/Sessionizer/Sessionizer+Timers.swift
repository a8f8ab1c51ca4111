public import JourneyModel
internal import JourneyRules

/// An event is late only when it is older than the bound, not when it is as old.
private let moment = EventTime.Span(milliseconds: 1)

extension Sessionizer {
  /// For each stream the earliest time at which a tick could change anything; none where no timer is set.
  public var nextTimers: StreamTimes {
    var next = StreamTimes()
    for stream in Stream.allCases {
      next[stream] = timers[Int(stream.rawValue)].earliest
      guard !evicted.isEmpty, let stored = evicted.earliestTimer(stream) else { continue }
      next[stream] = min(next[stream] ?? stored, stored)
    }
    return next
  }

  /// Advances the timers of the streams that have a time, without making anything late: watermarks stay where
  /// they are.
  package func tick(to times: StreamTimes, into effects: inout Effects) {
    for stream in Stream.allCases {
      if let time = times[stream] { advance(stream, to: time, byTick: true, &effects) }
    }
  }

  /// Advances timers where nothing is evaluated; see above.
  public func tick(to times: StreamTimes) {
    var effects = Effects()
    tick(to: times, into: &effects)
  }

  /// Fires what is due in a session by the time of an event that is about to be folded into it, with the
  /// facts of before.
  ///
  /// The watermark comes later, and how much later others' events decide: without this, what a delay finds
  /// would depend on them.
  func fireDue(_ session: Session, by time: EventTime, _ effects: inout Effects) {
    // An entry is never later than the deadline.
    guard let entry = session.timerEntry, entry <= time else { return }
    guard let deadline = deadline(session), deadline <= time else { return }
    // As by a tick: what an older event may still reach stays until the watermark agrees.
    fire(session, upTo: time, byTick: true, &effects)
  }

  /// From when on, in event time, a conversation that has ended is final: an event that is as new begins
  /// another one.
  func finality(_ session: Session) -> EventTime? {
    guard session.stream.profile.ending == .events,
      session.lifecycle == .ended || session.lifecycle == .final,
      !session.endReason.isLimit, let end = session.conversation.endTime
    else { return nil }
    let final = max(end + settings.conversationRetention, session.last + moment + settings.allowedLateness)
    return isAwaitingWrapup(session) ? max(final, end + settings.afterCallWorkTimeout) : final
  }

  /// When a session's next change by time is due, by its lifecycle or by its rules; `nil` for never.
  func deadline(_ session: Session) -> EventTime? {
    let lifecycle = lifecycleDeadline(session)
    guard session.lifecycle == .open || session.lifecycle == .ended, let timer = session.rules.nextTimer
    else { return lifecycle }
    return lifecycle.map { min($0, timer) } ?? timer
  }

  private func lifecycleDeadline(_ session: Session) -> EventTime? {
    switch session.lifecycle {
    case .open: return gap(session).map { session.last + $0 }
    case .ended, .final:
      // At the earliest when its last event is late: a copy of that would begin a second session.
      let unreachable = session.last + max(gap(session) ?? moment, moment)
      if session.stream.profile.ending != .events { return unreachable + settings.allowedLateness }
      // A sealed one has a successor, which takes events for longer.
      if session.endReason.isLimit { return unreachable + conversationAllowance }
      guard let end = session.conversation.endTime else { return nil }
      if isAwaitingWrapup(session) { return end + settings.afterCallWorkTimeout }
      return max(end + settings.conversationRetention, unreachable + settings.allowedLateness)
    case .forgotten, .merged: return nil
    }
  }

  /// By how much an event may be older than the watermark if its conversation is held.
  var conversationAllowance: EventTime.Span { max(settings.conversationRetention, settings.allowedLateness) }

  /// The agent has ended the conversation and may still set a code.
  private func isAwaitingWrapup(_ session: Session) -> Bool {
    session.lifecycle == .ended && session.isEndedByAgent
      && session.conversation.wrapupTime == nil && !session.conversation.afterCallWorkElapsed
  }

  /// Makes sure that the session is asked no later than its deadline.
  func schedule(_ session: Session) {
    if let deadline = deadline(session) { schedule(session, by: deadline) }
  }

  /// Makes sure that the value is asked no later than its deadline.
  func schedule(_ value: StoredValue) {
    if let deadline = deadline(value) { schedule(value, by: deadline) }
  }

  private func schedule(_ value: StoredValue, by deadline: EventTime) {
    if let entry = value.timerEntry, entry <= deadline { return }
    value.timerEntry = deadline
    timers[Int(value.stream.rawValue)].push(value, at: deadline)
  }

  /// Fires what is due up to a time, in order of (deadline, session id): the order of entries in the queue
  /// depends on history that a restore does not have.
  func advance(_ stream: Stream, to time: EventTime, byTick: Bool, _ effects: inout Effects) {
    let index = Int(stream.rawValue)
    if !byTick, let earliest = forgettable[index].earliest, earliest <= time {
      var gone: [(deadline: EventTime, value: StoredValue)] = []
      while let entry = forgettable[index].pop(upTo: time) {
        guard entry.value.isFinal, let due = deadline(entry.value), due <= time else { continue }
        gone.append((due, entry.value))
      }
      if gone.count > 1 { sortByDeadline(&gone) }
      // One that was reopened and closed again has two entries.
      for entry in gone {
        if let session = entry.value.session, session.lifecycle == .final { forget(session) }
      }
    }
    guard let earliest = timers[index].earliest, earliest <= time else { return }
    var due: [(deadline: EventTime, value: StoredValue)] = []
    while let entry = timers[index].pop(upTo: time) {
      guard entry.value.timerEntry == entry.deadline else { continue }
      entry.value.timerEntry = nil
      guard let deadline = deadline(entry.value) else { continue }
      if deadline <= time {
        due.append((deadline, entry.value))
      } else {
        schedule(entry.value)
      }
    }
    if due.count > 1 { sortByDeadline(&due) }
    for entry in due { fire(entry.value, upTo: time, byTick: byTick, &effects) }
  }

  private func sortByDeadline(_ entries: inout [(deadline: EventTime, value: StoredValue)]) {
    entries.sort {
      $0.deadline == $1.deadline ? $0.value.id < $1.value.id : $0.deadline < $1.deadline
    }
  }

  func fire(_ session: Session, upTo time: EventTime, byTick: Bool, _ effects: inout Effects) {
    while let deadline = deadline(session), deadline <= time {
      // At one moment the rules' timers come first: an offer is still made, a segment still ends, in the open
      // session.
      if session.lifecycle == .open || session.lifecycle == .ended, let timer = session.rules.nextTimer,
        timer <= deadline
      {
        fireRules(session, at: timer, &effects)
        continue
      }
      switch session.lifecycle {
      case .open:
        session.lifecycle = .ended
        session.endReason = .timeout
        touch(session, .end)
      case .ended where session.stream.profile.isConversational && isAwaitingWrapup(session):
        session.conversation.afterCallWorkElapsed = true
        touch(session, .milestone)
      case .ended:
        session.lifecycle = .final
        touch(session, .milestone)
        if byTick {
          // Kept until the watermark agrees: a stalled producer may still return with events for it.
          forgettable[Int(session.stream.rawValue)].push(session, at: deadline)
        } else {
          forget(session)
        }
        return
      case .final, .forgotten, .merged: return
      }
    }
    schedule(session)
  }

  /// Unassigns what expires and lets delayed actions be offered.
  private func fireRules(_ session: Session, at time: EventTime, _ effects: inout Effects) {
    let expired = session.rules.expire(upTo: time)
    touch(session, .milestone)
    if !expired.isEmpty { evaluation?.unassigned(expired, of: session, at: time, effects: &effects) }
    if evaluatesEvents { evaluation?.due(session, at: time, effects: &effects) }
    // Nobody may be there to offer them by, and a timer fires once.
    session.rules.dropTimers(upTo: time)
  }

  /// Drops a session that no admissible event can reach any more.
  private func forget(_ session: Session) {
    remove(session)
    session.lifecycle = .forgotten
    countGone(session)
    mark(session)
    rememberEnd(of: session, at: watermark(session.stream) ?? session.last)
  }
}
