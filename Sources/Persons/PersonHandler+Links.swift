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

  /// Takes back a decision for somebody who was erased since.
  func unlink(_ told: Forgetting, _ session: Session, _ lane: LaneMachine) {
    guard told.cause == .erased, let link = session.person?.link, link.identifier?.key == told.key,
      link.stamp.time <= told.time
    else { return }
    session.person?.link = SessionLink(link.stamp, nil)
    lane.sessionizer.changed(person: session)
  }
}
