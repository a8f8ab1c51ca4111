internal import EventLog
internal import Identity
internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import WireFormat

/// What a lane takes out because somebody is gone.
extension PersonHandler {
  /// Who was named on a device, or in a session, is gone: erased, or of whom nothing was heard for long; or
  /// the device, or the session, is told no more.
  func forget(_ told: Forgetting, _ target: NodeRef, _ cause: LaneMessage, _ lane: LaneMachine) {
    lane.bringBack(Sessionizer.personDigest(.device, target.key))
    let record = lane.sessionizer.device(target.key)
    if told.cause == .erased {
      if let record, let device = record.device {
        for session in sessions(of: device, lane) where isOf(told, session, record) { erase(session, lane) }
      } else {
        lane.bringBack(target.key.high)
        for session in watchers(of: told.key, at: target, through: told.time, lane)
        where isOf(told, session, nil) { erase(session, lane) }
        // Of a conversation that the lane holds no longer it still knows that it is over.
        lane.sessionizer.forgetEndings(target.key.high, through: told.time)
      }
    }
    for session in watchers(of: told.key, at: target, lane) { unlink(told, session, lane) }
    // Of who was named again since, the register is asked already.
    let isBack = told.cause != .erased && record?.timeline.names(told.key, after: told.time) ?? false
    if !isBack { learn(told.key, nil, target, cause, lane) }
    if let record, let device = record.device { detach(told, record, device, cause, lane) }
    guard told.cause == .expired else { return }
    let held = record?.device.map { sessions(of: $0, lane) } ?? watchers(of: told.key, at: target, lane)
    for session in held { unname(told, session, cause, lane) }
  }

  /// Takes out of a session that goes on who was named in it long ago: named again, it is news.
  private func unname(
    _ told: Forgetting, _ session: Session, _ cause: LaneMessage, _ lane: LaneMachine
  ) {
    guard let named = session.person?.named else { return }
    let left = named.filter { $0.identifier.key != told.key || $0.first.time > told.time }
    guard left.count < named.count else { return }
    session.person?.named = left
    lane.sessionizer.changed(person: session)
    show(session, at: cause.time, cause, lane)
  }

  /// Takes somebody's times out of a device's timeline; of a device that nobody else was named on nothing
  /// stays.
  private func detach(
    _ told: Forgetting, _ record: DeviceRecord, _ device: Identifier, _ cause: LaneMessage,
    _ lane: LaneMachine
  ) {
    let before = record.timeline.runs
    let hadTimes = record.timeline.remove(told.key, through: told.time)
    let wasNamed = record.named(told.key).map { $0.since <= told.time } ?? false
    // Who was named later is somebody else, with the same identifier.
    let back = record.timeline.entries.first { $0.owner.key == told.key }
    if let back, wasNamed { record.begin(told.key, at: back.stamp.time) }
    // Of who has expired nothing is left that could be told of the device; else it was hers all the same.
    if back == nil, told.cause != .erased { record.forget(told.key) }
    if hadTimes {
      report(record, device, before, at: cause.time, reborn: back.map { _ in told.key }, lane)
    }
    guard hadTimes || wasNamed else { return }
    if back == nil { record.forget(told.key) }
    if record.named.isEmpty, record.timeline.entries.isEmpty,
      told.cause != .erased || !record.timeline.isShared
    {
      // What waits on a device that others use as well may be theirs.
      if told.cause == .erased { forgetCustomer(device, lane) }
      lane.sessionizer.erase(record)
    } else {
      lane.sessionizer.changed(record, at: cause.time)
    }
    showSessions(of: device, at: cause.time, cause, lane)
  }

  /// Forgets what waits for somebody to come back whose sessions the lane holds no longer.
  func forgetCustomer(_ identifier: Identifier, _ lane: LaneMachine) {
    let type = Array(identifier.type.name.utf8)
    lane.bringBack(Sessionizer.memoryKeyDigest(ofType: type, id: identifier.value))
    lane.sessionizer.forgetCustomer(ofType: type, id: identifier.value)
  }

  /// Whether a session is of somebody who is gone: who was named in it, or whose device it was when it began.
  private func isOf(_ told: Forgetting, _ session: Session, _ record: DeviceRecord?) -> Bool {
    guard session.first <= told.time else { return false }
    let named = session.person?.named ?? []
    if named.contains(where: { $0.identifier.key == told.key }) { return true }
    if let link = session.person?.link, let linked = link.identifier {
      // Decided later, it is somebody else's who came after.
      return linked.key == told.key && link.stamp.time <= told.time
    }
    guard named.isEmpty, let record else { return false }
    return record.timeline.owner(at: session.first, settings.devices)?.key == told.key
  }

  /// Drops a session, and takes back what readers have of it.
  private func erase(_ session: Session, _ lane: LaneMachine) {
    let revision = session.revision
    // What is remembered of its customer may be away when the session is not.
    for key in Sessionizer.digestsErased(with: session) { lane.bringBack(key) }
    guard lane.sessionizer.erase(session) else { return }
    lane.persons.sessions += 1
    takeBack(session.id, revision: revision, at: session.last, lane)
  }

  /// Takes back a session's record.
  private func takeBack(_ id: SessionID, revision: Int, at time: EventTime, _ lane: LaneMachine) {
    var key: [UInt8] = []
    id.appendText(to: &key)
    lane.outbox.publish(
      .sessions, lane: self.lane, key: key, value: nil,
      headers: encoder.erasureHeaders(ofSession: key, revision: revision, at: time))
  }

  /// Takes back records of sessions that the lane holds no longer.
  func sweep(_ sessions: [SessionID], at time: EventTime, _ lane: LaneMachine) {
    for id in sessions {
      lane.persons.sessions += 1
      takeBack(id, revision: 0, at: time, lane)
    }
  }
}
