public import JourneyModel
internal import JourneyRules

extension Sessionizer {
  /// Admits one event of the batch, where nothing is evaluated.
  public func admit(_ event: borrowing Event, of batch: borrowing EventBatch) -> Admission {
    var effects = Effects()
    return admit(event, of: batch, into: &effects)
  }

  /// Admits one event of the batch: finds or opens its session and folds it in, has it evaluated, moves the
  /// watermark and fires timers.
  package func admit(
    _ event: borrowing Event, of batch: borrowing EventBatch, into effects: inout Effects
  ) -> Admission {
    let session: Session
    switch fold(event, batch, &effects) {
    case .applied(let one): session = one
    case .duplicate: return .duplicate
    case .rejected(let reason): return .rejected(reason)
    }
    if notesFolded { note(folded: session, by: event) }
    if evaluatesEvents, let evaluation {
      evaluate(event, of: batch, in: session, by: evaluation, into: &effects)
    }
    advanceWatermark(event, &effects)
    return .applied
  }

  /// Moves the watermark of an event's stream, and fires what is due by then.
  private func advanceWatermark(_ event: borrowing Event, _ effects: inout Effects) {
    let stream = Int(event.stream.rawValue)
    guard watermarks[stream].observe(event.time),
      let time = watermarks[stream].time(maxOutOfOrder: settings.maxOutOfOrder)
    else { return }
    advance(event.stream, to: time, byTick: false, &effects)
  }

  /// Folds an event into its session, unless it is too late, too far ahead, a duplicate or one too many.
  private func fold(
    _ event: borrowing Event, _ batch: borrowing EventBatch, _ effects: inout Effects
  ) -> Outcome {
    if event.time > takenAt + settings.maxFutureSkew { return .rejected(.tooFarAhead) }
    if event.stream.profile.ending == .events { return foldKeyed(event, batch, &effects) }
    if isLate(event, allowance: settings.allowedLateness) { return .rejected(.late) }
    guard let gap = gap(event.stream, type: event.sessionType, in: batch.bytes) else {
      return foldKeyed(event, batch, &effects)
    }
    return foldWindowed(event, batch, gap: gap, &effects)
  }

  /// What became of an event, with the session that it was folded into.
  private enum Outcome {
    case applied(Session)
    case duplicate
    case rejected(RejectionReason)
  }

  private func isLate(_ event: borrowing Event, allowance: EventTime.Span) -> Bool {
    guard let watermark = watermark(event.stream) else { return false }
    return event.time < watermark - allowance
  }

  /// Sessions that end by inactivity: the event joins whatever is nearer than the gap, and merges what it
  /// bridges.
  private func foldWindowed(
    _ event: borrowing Event, _ batch: borrowing EventBatch, gap: EventTime.Span, _ effects: inout Effects
  ) -> Outcome {
    var candidates: [Session] = []
    var single: Session?
    var session = sessions[event.sessionKeyDigest]
    while let current = session {
      session = current.next
      guard event.time < current.last + gap, current.first - gap < event.time,
        hasKey(current, event, batch)
      else { continue }
      if current.duplicates.contains(event.fingerprint) { return .duplicate }
      if current.endReason.isLimit { continue }
      if single == nil, candidates.isEmpty {
        single = current
      } else {
        if let first = single {
          candidates.append(first)
          single = nil
        }
        candidates.append(current)
      }
    }
    if let only = single {
      if let reason = limit(only, event) {
        fireDue(only, by: event.time, &effects)
        seal(only, reason)
        return open(event, batch)
      }
      if isTooFast(only, event) { return .rejected(.rateExceeded) }
      fireDue(only, by: event.time, &effects)
      apply(event, batch, to: only)
      return .applied(only)
    }
    guard !candidates.isEmpty else { return open(event, batch) }
    candidates.sort { $0.first == $1.first ? $0.id < $1.id : $0.first < $1.first }
    var start = 0
    while start < candidates.count, limit(candidates[start], event) != nil { start += 1 }
    // Asked before anything is sealed: a rejected event changes nothing.
    if start < candidates.count, isTooFast(candidates[start], event) { return .rejected(.rateExceeded) }
    for candidate in candidates { fireDue(candidate, by: event.time, &effects) }
    for full in candidates[..<start] {
      if let reason = limit(full, event) { seal(full, reason) }
    }
    guard start < candidates.count else { return open(event, batch) }
    let survivor = candidates[start]
    apply(event, batch, to: survivor)
    for later in candidates[(start + 1)...] where canMerge(survivor, later) { merge(later, into: survivor) }
    return .applied(survivor)
  }

  /// Whether a session that would take the event has had enough of them within a minute.
  ///
  /// The newest minute counts, also for an event of an older one: a flood of late events is a flood all the
  /// same.
  private func isTooFast(_ session: Session, _ event: borrowing Event) -> Bool {
    guard session.minuteCount >= settings.maxEventsPerMinute else { return false }
    return event.time.minute <= session.last.minute
  }

  /// Conversations and endless custom sessions: one session per key.
  private func foldKeyed(
    _ event: borrowing Event, _ batch: borrowing EventBatch, _ effects: inout Effects
  ) -> Outcome {
    var found: Session?
    var over: Session?
    var session = sessions[event.sessionKeyDigest]
    while let current = session {
      session = current.next
      guard hasKey(current, event, batch) else { continue }
      if current.duplicates.contains(event.fingerprint) { return .duplicate }
      guard !current.endReason.isLimit else { continue }
      // Whether it has been noticed to be final, and forgotten, depends on others' events.
      if let finality = finality(current), event.time >= finality {
        if over.map({ ($0.last, $0.id) < (current.last, current.id) }) ?? true { over = current }
        continue
      }
      // More than one can be open if the type had a timeout once; which one counts may not depend on the
      // order here.
      if let other = found, (other.last, other.id) > (current.last, current.id) { continue }
      found = current
    }
    // A known conversation takes late events as long as it is kept, an unknown one as any other stream.
    let isKept = event.stream.profile.ending == .events && found != nil
    let allowance = isKept ? conversationAllowance : settings.allowedLateness
    if isLate(event, allowance: allowance) { return .rejected(.late) }
    guard let found else {
      // Over, noticed or not: only somebody who comes later begins it again.
      if let end = over?.conversation.endTime, !reopens(event, in: batch.bytes, endedAt: end) {
        return .rejected(.late)
      }
      if event.stream.profile.ending == .events, let ending = endedConversation(of: event, in: batch.bytes) {
        guard reopens(event, in: batch.bytes, endedAt: ending.first) else { return .rejected(.late) }
        forget(ending)
      }
      return open(event, batch)
    }
    if isStraggler(event, batch.bytes, found) { return .rejected(.late) }
    if let reason = limit(found, event) {
      fireDue(found, by: event.time, &effects)
      seal(found, reason)
      return open(event, batch)
    }
    if isTooFast(found, event) { return .rejected(.rateExceeded) }
    fireDue(found, by: event.time, &effects)
    apply(event, batch, to: found)
    return .applied(found)
  }

  /// Whether the event's conversation is held and open to more events.
  func holds(_ event: borrowing Event, _ batch: borrowing EventBatch) -> Bool {
    var session = sessions[event.sessionKeyDigest]
    while let current = session {
      session = current.next
      if !current.endReason.isLimit, hasKey(current, event, batch) { return true }
    }
    return false
  }

  private func hasKey(_ session: Session, _ event: borrowing Event, _ batch: borrowing EventBatch) -> Bool {
    // The digest has matched already; the bytes settle it, as digests can be made to collide.
    guard session.key.count == event.sessionKey.count else { return false }
    return event.sessionKey.equals(batch.bytes, session.key, at: 0)
  }

  /// Opens a session, unless the event's id has opened one that is still held: two sessions with one id would
  /// overwrite each other wherever values are kept by id.
  private func open(_ event: borrowing Event, _ batch: borrowing EventBatch) -> Outcome {
    if event.isReport { return .rejected(.reportWithoutSession) }
    let id = SessionID(opening: event, in: batch.bytes)
    var held = sessions[event.sessionKeyDigest]
    while let current = held {
      if current.id == id { return .duplicate }
      held = current.next
    }
    var key: [UInt8] = []
    key.append(event.sessionKey, of: batch.bytes)
    let session = Session(
      id: id, stream: event.stream, keyDigest: event.sessionKeyDigest, key: key,
      identity: Session.Identity(event, batch.bytes, key: key), first: event.time)
    insert(session)
    openedCount += 1
    session.news.insert(.milestone)
    var (size, names) = (0, 0)
    for index in Int(event.firstFact)..<Int(event.endFact) {
      size += batch.facts[index].value.count
      if batch.facts[index].field == .attributeName { names += 1 }
    }
    session.facts.reserve(
      facts: Int(event.endFact) - Int(event.firstFact) - 2 * names, attributes: names, bytes: size)
    apply(event, batch, to: session)
    return .applied(session)
  }
}
