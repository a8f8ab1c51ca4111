internal import Identity
internal import JourneyModel
internal import JourneyRules
internal import Processor
internal import Sessionizer
internal import WireFormat

/// Action maps that segments trigger which the customer was given from outside: whichever session finds one
/// triggered asks the root of the contact whether it may act on that assignment, and the first may.
extension PersonHandler {
  /// Asks for the maps that segments of a session's customer trigger there.
  ///
  /// - Parameters:
  ///   - time: of the event that was folded in, or of what led to the message.
  ///   - cause: that message.
  func askForMaps(_ session: Session, at time: EventTime, _ cause: LaneMessage?, _ lane: LaneMachine) {
    guard session.isOpen, session.showsSegments, let held = session.person?.shown?.answer.segments else {
      return
    }
    let time = max(time, session.first)
    let standing = held.filter { $0.stands(at: time) }
    let segments = standing.map { CustomerSegment($0) }
    let triggers = lane.triggers(of: segments, in: session, at: time)
    guard !triggers.isEmpty, let subject = contact(of: session, lane)?.by else { return }
    var id: [UInt8] = []
    session.id.appendText(to: &id)
    for trigger in triggers where (1...Identifier.longest).contains(trigger.map.utf8.count) {
      guard let place = segments.firstIndex(of: trigger.segment) else { continue }
      // Never older than the assignment: an erasure takes both or none.
      let grant = SessionGrant(
        map: Array(trigger.map.utf8), assignment: Array(trigger.segment.assignment.utf8),
        asker: Stamp(max(time, standing[place].stamp.time), id))
      guard session.person?.ask(grant) ?? false else { continue }
      lane.sessionizer.changed(person: session)
      let request = GrantRequest(
        subject, map: grant.map, assignment: grant.assignment, asker: grant.asker,
        replyTo: session.watcher(in: self.lane))
      send(.init(to: subject, .grantAsked(request)), at: time, cause, lane)
    }
  }

  /// Takes the answer: to the session that asked, or to the one that it is part of now.
  func take(_ answer: GrantAnswer, _ target: NodeRef, _ cause: LaneMessage, _ lane: LaneMachine) {
    lane.bringBack(target.key.high)
    for session in lane.sessionizer.sessions(target.key.high)
    where session.lifecycle == .open || session.lifecycle == .ended {
      guard session.person?.take(answer) ?? false else { continue }
      lane.sessionizer.changed(person: session)
      let time = max(cause.time, session.first)
      if !answer.isGranted {
        // Another segment may trigger the same map.
        askForMaps(session, at: time, cause, lane)
      } else if let segment = session.person?.shown?.answer.segments.first(where: { segment in
        segment.stands(at: time) && segment.id == answer.assignment
      }) {
        let trigger = CustomerTrigger(
          map: String(decoding: answer.map, as: UTF8.self), segment: CustomerSegment(segment))
        lane.grant(trigger, in: session, at: time)
      }
      return
    }
  }
}

extension CustomerSegment {
  init(_ assignment: SegmentAssignment) {
    self.init(
      id: String(decoding: assignment.segment, as: UTF8.self),
      assignment: String(decoding: assignment.id, as: UTF8.self),
      cause: String(decoding: assignment.stamp.id, as: UTF8.self))
  }
}
