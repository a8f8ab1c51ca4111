internal import JourneyModel

/// The legs of a conversation as its events name them.
///
/// An entry for each (kind, participant, media session, agent or queue or flow). What an event leaves out is
/// found by `resolved()`: the entries themselves depend only on what events say.
package struct LegBook: Sendable {
  package private(set) var legs: [Leg] = []
  /// Legs that the limit left out.
  package private(set) var omitted = 0
  /// Bytes of the legs' texts.
  package private(set) var byteCount = 0

  package init() {}

  package var isEmpty: Bool { legs.isEmpty }

  /// Notes what an event says of a leg.
  ///
  /// - Parameters:
  ///   - facts: the event's facts; those that a leg of this kind can have become its texts.
  ///   - limit: most legs that are kept.
  mutating func note(
    _ mark: LegMark, at time: EventTime, facts: ArraySlice<Event.Fact>, of source: borrowing [UInt8],
    limit: Int
  ) {
    var entry = Leg(mark.kind, isFlat: mark.isFlat, at: time)
    entry.set(.participant, at: time, source, mark.participant)
    entry.set(.session, at: time, source, mark.session)
    entry.set(.subject, at: time, source, mark.subject)
    entry.set(.answeredBy, at: time, source, mark.answeredBy)
    switch mark.step {
    case .note: break
    case .start: entry.open(at: time, mark.talk)
    case .end: entry.end(at: time, mark.talk)
    case .wrapup: entry.coded = time
    }
    for fact in facts {
      guard let text = LegBook.text(fact.field, mark) else { continue }
      entry.set(text, at: time, source, fact.value)
      // The flat form sets a code with any of its events.
      if text == .disposition { entry.coded = time }
    }
    add(entry, limit: limit)
  }

  /// Adds an entry, or joins it with the one of the same key.
  package mutating func add(_ entry: Leg, limit: Int) {
    for index in legs.indices where LegBook.haveSameKey(legs[index], entry) {
      byteCount -= legs[index].byteCount
      legs[index].take(entry)
      byteCount += legs[index].byteCount
      return
    }
    legs.append(entry)
    byteCount += entry.byteCount
    while legs.count > max(limit, 1) { leaveOut() }
  }

  /// As the state codec read it.
  package mutating func restore(_ legs: [Leg], omitted: Int) {
    self.legs = legs
    self.omitted = omitted
    byteCount = legs.reduce(0) { $0 + $1.byteCount }
  }

  /// Leaves out the leg that says least of what is now: the one that has been over for longest; if none is,
  /// the one that began first, customers last.
  private mutating func leaveOut() {
    func rank(_ leg: Leg) -> Int { leg.isOver ? 0 : leg.kind == .customer ? 2 : 1 }
    var chosen = 0
    for index in legs.indices.dropFirst() {
      let (one, best) = (legs[index], legs[chosen])
      if rank(one) != rank(best) {
        if rank(one) < rank(best) { chosen = index }
      } else if one.last != best.last {
        if one.last < best.last { chosen = index }
      } else if Leg.precedes(one, best) {
        chosen = index
      }
    }
    byteCount -= legs[chosen].byteCount
    legs.remove(at: chosen)
    omitted += 1
  }

  private static func haveSameKey(_ left: Leg, _ right: Leg) -> Bool {
    left.kind == right.kind && left.isFlat == right.isFlat && left.equals(.subject, right)
      && left.equals(.participant, right) && left.equals(.session, right)
  }

  /// Which of a leg's texts an event's fact is.
  private static func text(_ field: EventField, _ mark: LegMark) -> Leg.Text? {
    let isFlatCustomer = mark.isFlat && mark.kind == .customer
    switch field {
    case .channel: return .channel
    case .originatingDirection: return .direction
    case .queue: return mark.kind == .flow ? nil : .queue
    case .queueName: return mark.kind == .flow ? nil : .queueName
    case .user: return mark.kind == .agent || isFlatCustomer ? .user : nil
    case .userName: return mark.kind == .agent || isFlatCustomer ? .userName : nil
    case .acdOutcome: return mark.kind == .queue || isFlatCustomer ? .outcome : nil
    case .userDisconnectType: return isFlatCustomer ? .agentDisconnect : mark.isFlat ? nil : .disconnect
    case .customerDisconnectType: return mark.isFlat ? nil : .disconnect
    case .disposition: return isFlatCustomer || !mark.isFlat ? .disposition : nil
    case .dispositionName: return isFlatCustomer || !mark.isFlat ? .dispositionName : nil
    default: return nil
    }
  }
}
