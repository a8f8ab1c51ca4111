internal import Identity
internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import WireFormat

/// Sessions about which somebody has decided whose they are.
extension PersonHandler {
  /// Takes a decision about a session, and says so if the session is held no longer or cannot change.
  func take(_ link: SessionLink, _ target: NodeRef, _ cause: LaneMessage, _ lane: LaneMachine) {
    lane.bringBack(target.key.high)
    let held = lane.sessionizer.sessions(target.key.high).first { session in
      session.id.low == target.key.low && (session.lifecycle == .open || session.lifecycle == .ended)
    }
    guard let session = held else {
      let refusal = Refusal(link.stamp.id, .unknownSession)
      lane.persons.refused[refusal.reason, default: 0] += 1
      return tell(.refused(refusal), at: cause.time, lane)
    }
    var person = session.person ?? SessionPerson()
    guard person.take(link) else { return }
    session.person = person
    lane.sessionizer.changed(person: session)
    show(session, at: cause.time, cause, lane)
  }

  /// The sessions for which it is what becomes of an identifier, where no device is told of it: the one that
  /// watches, or another that has taken it in and knows what was named there by a time.
  func watchers(
    of key: IdentifierKey, at target: NodeRef, through time: EventTime = .latest, _ lane: LaneMachine
  ) -> [Session] {
    lane.sessionizer.sessions(target.key.high).filter { session in
      guard session.id.low != target.key.low else { return true }
      guard let person = session.person else { return false }
      return person.link?.identifier?.key == key
        || person.named.contains { $0.identifier.key == key && $0.first.time <= time }
    }
  }

  /// Takes back a decision for somebody who is gone since.
  func unlink(_ told: Forgetting, _ session: Session, _ lane: LaneMachine) {
    guard told.cause != .unwatched, let link = session.person?.link, link.identifier?.key == told.key,
      link.stamp.time <= told.time
    else { return }
    session.person?.link = SessionLink(link.stamp, nil)
    lane.sessionizer.changed(person: session)
  }
}
