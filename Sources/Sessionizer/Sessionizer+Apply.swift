internal import JourneyModel
internal import JourneyRules
internal import Predictions

extension Sessionizer {
  /// Folds an event into a session.
  func apply(_ event: borrowing Event, _ batch: borrowing EventBatch, to session: Session) {
    session.eventCount += 1
    if event.isView { session.viewCount += 1 }
    session.countInMinute(event.time)
    if event.time < session.first { session.first = event.time }
    if event.time > session.last { session.last = event.time }
    session.duplicates.insert(event.fingerprint, window: settings.duplicateWindow)
    session.map.insert(
      time: event.time, source: batch.bytes, slice: event.mapEntry, head: event.mapEntryHead,
      limit: settings.maxJourneyMapEvents)
    // What the detail feed says of legs goes to them; the flat form names one queue and one agent at a time,
    // as facts do.
    let isOfLegs =
      event.stream.profile.isConversational ? LegMark.form(of: event, in: batch) == .detail : false
    applyFacts(event, batch, to: session, isOfLegs: isOfLegs)
    var news = Session.News.change
    if event.stream.profile.isConversational {
      session.noteLegs(event, batch, settings)
      if session.readLegs(settings) { news.insert(.milestone) }
    }
    // What became known of its customer since then was not shown.
    if session.lifecycle == .final { news.insert(.customer) }
    if settle(session) { news.insert(.milestone) }
    touch(session, news)
    schedule(session)
  }

  private func applyFacts(
    _ event: borrowing Event, _ batch: borrowing EventBatch, to session: Session, isOfLegs: Bool
  ) {
    var index = Int(event.firstFact)
    let end = Int(event.endFact)
    while index < end {
      let fact = batch.facts[index]
      index += 1
      switch fact.field.policy {
      case .latest, .earliest:
        if isOfLegs, fact.field.isOfLegs { continue }
        session.facts.set(
          fact.field, time: event.time, digest: fact.digest, source: batch.bytes, slice: fact.value)
      case .collect:
        session.facts.collect(
          fact.field, time: event.time, digest: fact.digest, source: batch.bytes, slice: fact.value,
          limit: settings.maxCollectedValues)
      case .leg: continue
      case .pair:
        guard index < end else { break }
        let value = batch.facts[index]
        index += 1
        if event.isReport { continue }
        project(fact, value, event, batch, to: session)
      }
    }
  }

  private func project(
    _ name: Event.Fact, _ value: Event.Fact, _ event: borrowing Event, _ batch: borrowing EventBatch,
    to session: Session
  ) {
    // Asked first, as to take the type's name out of the session counts a reference.
    guard !types.isEmpty,
      let targets = types.targets(of: session.identity.type, in: session.identity.bytes)
    else {
      session.facts.setAttribute(
        nameDigest: TypeTable.digest(name.value, of: batch.bytes), nameSource: batch.bytes,
        name: name.value, time: event.time, digest: value.digest, source: batch.bytes,
        value: value.value, isList: false, maxAttributes: settings.maxAttributes,
        maxListValues: settings.maxListValues)
      return
    }
    for target in targets where TypeTable.equals(target.from, name.value, batch.bytes) {
      session.facts.setAttribute(
        nameDigest: target.toDigest, nameSource: target.to,
        name: ByteSlice(offset: 0, length: target.to.count), time: event.time, digest: value.digest,
        source: batch.bytes, value: value.value, isList: target.isList,
        maxAttributes: settings.maxAttributes, maxListValues: settings.maxListValues)
    }
  }

  /// Brings the lifecycle in line with what the session knows now: a late event may reopen it.
  ///
  /// Only the watermark counts here, so an event that returns after a tick reopens what the tick closed.
  ///
  /// - Returns: whether the lifecycle changed.
  func settle(_ session: Session) -> Bool {
    let before = session.lifecycle
    if session.endReason.isLimit { return false }
    if session.stream.profile.ending == .events {
      if session.conversation.isEnded {
        session.lifecycle = .ended
        session.endReason = .conversationEnded
      } else {
        session.lifecycle = .open
        session.endReason = .none
        session.conversation.afterCallWorkElapsed = false
      }
    } else {
      // Without a timeout it is never over: one that ended while its type had a timeout opens again with its
      // next event. Were it to stay final, its last event would move, and nobody would come back to forget
      // it.
      let end = gap(session).map { session.last + $0 }
      let isOver = end.map { end in watermark(session.stream).map { end <= $0 } ?? false } ?? false
      session.lifecycle = isOver ? .ended : .open
      session.endReason = isOver ? .timeout : .none
    }
    return session.lifecycle != before
  }

  /// The limit that taking this event would exceed.
  func limit(_ session: Session, _ event: borrowing Event) -> Session.EndReason? {
    if session.eventCount >= settings.maxSessionEvents { return .maxEvents }
    if session.byteCount > settings.maxSessionBytes { return .maxBytes }
    if session.stream.profile.hasMaxDuration {
      let first = min(session.first, event.time)
      let last = max(session.last, event.time)
      if last > first + settings.maxSessionDuration { return .maxDuration }
    }
    return nil
  }

  /// Ends a session by a limit: it takes no more events.
  func seal(_ session: Session, _ reason: Session.EndReason) {
    session.lifecycle = .ended
    session.endReason = reason
    touch(session, .end)
    schedule(session)
  }

  /// Whether two sessions fit into one.
  func canMerge(_ survivor: Session, _ later: Session) -> Bool {
    guard survivor.eventCount + later.eventCount <= settings.maxSessionEvents,
      survivor.byteCount + later.byteCount <= settings.maxSessionBytes
    else { return false }
    let first = min(survivor.first, later.first)
    return max(survivor.last, later.last) <= first + settings.maxSessionDuration
      || !survivor.stream.profile.hasMaxDuration
  }

  /// Merges a session into an earlier one: counts add up, each fact keeps its own time.
  func merge(_ later: Session, into survivor: Session) {
    survivor.settleScores()
    later.settleScores()
    survivor.rules.merge(later.rules, settings: settings.rules)
    survivor.mergeMinute(of: later)
    survivor.first = min(survivor.first, later.first)
    survivor.last = max(survivor.last, later.last)
    survivor.eventCount += later.eventCount
    survivor.viewCount += later.viewCount
    survivor.facts.merge(later.facts, settings: settings)
    survivor.map.merge(later.map, limit: settings.maxJourneyMapEvents)
    survivor.duplicates.merge(later.duplicates, window: settings.duplicateWindow)
    if let person = later.person {
      if survivor.person == nil { survivor.person = SessionPerson() }
      survivor.person?.merge(person)
    }
    mergePredictions(later, into: survivor)
    remove(later)
    later.lifecycle = .merged
    countGone(later)
    later.mergedInto = survivor.id
    touch(later, .milestone)
    _ = settle(survivor)
    touch(survivor, [.milestone, .customer])
    schedule(survivor)
  }

  /// What both were like adds up. Nobody learns from either: neither went on as it had begun.
  private func mergePredictions(_ later: Session, into survivor: Session) {
    guard let state = later.predictions else {
      survivor.predictions?.noteMerge()
      return
    }
    if survivor.predictions == nil { survivor.predictions = PredictionState() }
    survivor.predictions?.merge(state)
  }
}
