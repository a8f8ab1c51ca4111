package import JourneyModel
internal import JourneyRules
internal import Predictions

/// Memory of many events is read together instead of piece by piece.
///
/// A lane's sessions are far larger than any cache. An event touches a dozen places of its session, and each
/// is known only from another. Taken one event after the other, these waits were a fifth of a replay. Here
/// several events, which are independent of each other, take the same steps side by side, and the core has as
/// many reads under way as it can.
///
/// Nothing but time depends on it. What is read is added up, so that the compiler has to read it; the sum
/// means nothing. No reference is counted meanwhile: docs/design/hot-path.md. So values are not asked for
/// their `content`; the kind says what they are.
extension Sessionizer {
  /// Events that are looked ahead at a time.
  package static let prefetchedEvents = 16
  /// Sessions that are looked ahead at a time when many are encoded.
  package static let prefetchedSessions = 8

  /// Reads what the next few events of a batch, from this one on, will need.
  package func prefetch(from index: Int, of batch: borrowing EventBatch) {
    let range = index..<min(index + Sessionizer.prefetchedEvents, batch.events.count)
    var sum = 0
    for index in range { sum &+= sessions.touch(batch.events[index].sessionKeyDigest) }
    // Looked up once for all of the steps.
    // As many as `prefetchedEvents`.
    var slots = InlineArray<16, Int>(repeating: 0)
    for index in range {
      let slot = sessions.slot(of: batch.events[index].sessionKeyDigest)
      slots[index - range.lowerBound] = slot
      sum &+= sessions.touch(slot: slot) { $0.touchMembers() }
    }
    for place in 0..<range.count {
      sum &+= sessions.touch(slot: slots[place]) { $0.touchStores() &+ $0.touchPredictions() }
    }
    for place in 0..<range.count {
      sum &+= sessions.touch(slot: slots[place]) { $0.touchEnds() &+ $0.touchPredictionStores() }
    }
    for place in 0..<range.count { sum &+= sessions.touch(slot: slots[place]) { $0.touchPredictionEnds() } }
    prefetched = sum
  }

  /// Reads what it takes to encode the next few values, from this one on, if they are sessions: others are
  /// few and small.
  package func prefetch(_ values: borrowing [StoredValue], from index: Int) {
    let range = index..<min(index + Sessionizer.prefetchedSessions, values.count)
    var sum = 0
    for index in range where values[index].kind == .session {
      sum &+= values[index].cast(to: Session.self).touchMembers()
    }
    for index in range where values[index].kind == .session {
      sum &+= values[index].cast(to: Session.self).touchStores()
    }
    for index in range where values[index].kind == .session {
      sum &+= values[index].cast(to: Session.self).touchAll()
    }
    prefetched = sum
  }
}

extension Session {
  /// Bytes of a cache line, on most machines. A wrong number costs time, nothing else.
  private static let line = 64

  /// A member of each line that the object itself takes.
  @inline(__always)
  fileprivate func touchMembers() -> Int {
    Int(truncatingIfNeeded: keyDigest) &+ eventCount &+ facts.byteCount &+ map.omitted &+ duplicates.next
      &+ revision &+ countedBytes
  }

  /// The beginnings of its arrays.
  @inline(__always)
  fileprivate func touchStores() -> Int {
    key.count &+ facts.bytes.count &+ facts.facts.count &+ facts.collected.count &+ map.bytes.count
      &+ map.entries.count &+ duplicates.digests.count &+ rules.assignments.count &+ rules.scores.scores.count
  }

  /// What one more event compares with, and where it writes.
  @inline(__always)
  fileprivate func touchEnds() -> Int {
    var sum = 0
    if let last = key.last { sum &+= Int(last) }
    if let last = map.bytes.last { sum &+= Int(last) }
    if let last = map.entries.last { sum &+= Int(last.head) }
    if let last = duplicates.digests.last { sum &+= Int(truncatingIfNeeded: last) }
    return sum &+ touchFacts() &+ touchRules()
  }

  /// What was found in it first, as much as most sessions have, and how likely each outcome is.
  @inline(__always)
  private func touchRules() -> Int {
    var sum = 0
    for index in 0..<min(rules.assignments.count, 16) { sum &+= rules.assignments[index].version }
    for index in rules.scores.scores.indices { sum &+= Int(rules.scores.scores[index].probability) }
    return sum
  }

  /// A member of each line of what is kept for predictions.
  @inline(__always)
  fileprivate func touchPredictions() -> Int {
    guard let predictions else { return 0 }
    var sum = predictions.features.eventCount
    if predictions.isTold { sum &+= 1 }
    if predictions.isFollowed { sum &+= 1 }
    return sum
  }

  /// The beginnings of its arrays.
  @inline(__always)
  fileprivate func touchPredictionStores() -> Int {
    guard let predictions else { return 0 }
    return predictions.features.names.count &+ predictions.features.page.count
      &+ predictions.features.seen.count &+ predictions.features.facts.count
      &+ predictions.features.attributes.count &+ predictions.tokens.count
      &+ (predictions.draft?.sets.bytes.count ?? 0)
  }

  /// What an event compares with of these, and where it writes.
  @inline(__always)
  fileprivate func touchPredictionEnds() -> Int {
    guard let predictions else { return 0 }
    var sum = 0
    for index in stride(from: 15, to: predictions.tokens.count, by: 16) {
      sum &+= Int(predictions.tokens[index].bits)
    }
    if let last = predictions.features.names.last { sum &+= Int(last.count) }
    if let last = predictions.features.seen.last { sum &+= Int(last) }
    if let last = predictions.draft?.sets.bytes.last { sum &+= Int(last) }
    return sum
  }

  /// Facts are 32 bytes each, so every second one is on another line. Of values no more lines than most
  /// sessions have.
  @inline(__always)
  private func touchFacts() -> Int {
    var sum = 0
    for index in stride(from: 1, to: facts.facts.count, by: 2) { sum &+= Int(facts.facts[index].room) }
    for index in stride(
      from: Session.line / 2, to: min(facts.bytes.count, 8 * Session.line), by: Session.line)
    {
      sum &+= Int(facts.bytes[index])
    }
    return sum
  }

  /// What snapshot and value hold; of a long journey map its beginning, as the core has noticed by then where
  /// it is going.
  @inline(__always)
  fileprivate func touchAll() -> Int {
    var sum = touchFacts()
    for index in stride(from: Session.line / 2, to: min(map.bytes.count, 64 * Session.line), by: Session.line)
    {
      sum &+= Int(map.bytes[index])
    }
    for index in stride(from: 1, to: map.entries.count, by: 2) { sum &+= Int(map.entries[index].head) }
    sum &+= touchRules()
    if let last = duplicates.digests.last { sum &+= Int(truncatingIfNeeded: last) }
    if let last = key.last { sum &+= Int(last) }
    return sum
  }
}
