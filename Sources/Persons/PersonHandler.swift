internal import EventLog
internal import Identity
package import JourneyModel
package import Processor
package import Sessionizer
package import WireFormat

/// What a lane does about persons: takes what events say of them, keeps registers, and tells those of other
/// lanes.
package final class PersonHandler: MessageHandler {
  package let kinds = [RegisterPayload.kind]
  package let isAboutPersons = true

  let settings: PersonSettings
  let rules: RegisterRules
  let lane: LaneNumber
  let partitions: Int32
  let names: TraitNames
  let encoder: ContactEncoder
  let events: ContactEventEncoder

  init(_ settings: PersonSettings, lane: LaneNumber, partitions: Int32, group: String) {
    self.settings = settings
    self.lane = lane
    self.partitions = partitions
    rules = RegisterRules(limits: settings.limits, identifiers: settings.identifiers) { text in
      Placement.lane(of: text, partitions: partitions)
    }
    names = TraitNames(settings.traits)
    encoder = ContactEncoder(group: group, lane: lane)
    events = ContactEventEncoder(group: group, lane: lane)
  }

  // MARK: - Events

  package func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, in lane: LaneMachine
  ) {
    // Nearly every event says nothing of persons, and is not handed over: `Session.mayTell`.
    let opens = session.eventCount == 1
    let isFirst = event.time == session.first
    let hasTraits = event.endTrait > event.endFact
    let isConversational = event.stream.profile.isConversational
    let customer = opens ? EventEvidence.customer(event, of: batch) : nil
    var shows = opens || isFirst || session.news.contains(.customer)
    if customer != nil || hasTraits || isConversational {
      let known = session.hasPerson ? session.person?.named ?? [] : []
      let evidence = EventEvidence(event, of: batch, customer: customer, known: known, settings, names)
      if !evidence.isEmpty {
        let isConfirmed = session.hasPerson && session.person?.confirm(evidence) ?? false
        if !isConfirmed { take(evidence, session, lane) }
        // Whom a session shows does not change by naming again the only one that was named, and is shown.
        if !isConfirmed || session.person?.showsOnlyNamed != true { shows = true }
      }
    }
    if shows { show(session, at: event.time, nil, lane) }
    // What a map asks of a session besides may hold with any event.
    if session.hasPerson { askForMaps(session, at: event.time, nil, lane) }
  }

  /// Notes in the session what was said, and tells the identifiers' registers what is new.
  private func take(_ evidence: EventEvidence, _ session: Session, _ lane: LaneMachine) {
    if evidence.namings.isEmpty {
      tellTraits(evidence, evidence.stamp, session, lane)
    } else {
      tellNamings(evidence, evidence.stamp, session, lane)
    }
  }

  private func set(_ person: SessionPerson, of session: Session, _ lane: LaneMachine) {
    guard person != session.person ?? SessionPerson() else { return }
    session.person = person
    lane.sessionizer.changed(person: session)
  }

  private func tellNamings(
    _ evidence: EventEvidence, _ stamp: Stamp, _ session: Session, _ lane: LaneMachine
  ) {
    var person = session.person ?? SessionPerson()
    let news = note(evidence, stamp, &person)
    set(person, of: session, lane)
    guard !news.isEmpty else { return }
    let device = session.device
    let watcher = device.map { NodeRef($0.key, lane: self.lane) } ?? session.watcher(in: self.lane)
    for named in person.named {
      let isNews = news.contains(named.identifier.key)
      // Of two that belong together each register has to hear.
      let partners = person.named.map(\.identifier).filter { other in
        other != named.identifier && (isNews || news.contains(other.key))
      }
      guard isNews || !partners.isEmpty else { continue }
      let claim = Claim(
        named.identifier, named.strength, stamp, partners: partners,
        traits: isNews ? evidence.traits : [], watcher: watcher)
      send(.init(to: rules.node(of: named.identifier), .claim(claim)), at: stamp.time, nil, lane)
    }
    // Behind the claims: of its times with a device a register takes only what is said of somebody it knows.
    if let device { use(device, session, evidence, stamp, lane) }
  }

  /// Notes in the session who was named.
  ///
  /// - Returns: of whom something is new.
  private func note(
    _ evidence: EventEvidence, _ stamp: Stamp, _ person: inout SessionPerson
  ) -> [IdentifierKey] {
    let digest = evidence.traitDigest
    let startsAnew = evidence.namings.contains { naming in
      person.named.contains { $0.identifier.conflicts(with: naming.identifier) }
    }
    // Another address, another number: a second person sits there.
    if startsAnew {
      person.named.removeAll { known in
        !evidence.namings.contains { $0.identifier == known.identifier }
      }
    }
    // A few at most, so no set.
    var news: [IdentifierKey] = []
    for naming in evidence.namings {
      guard let place = person.named.firstIndex(where: { $0.identifier == naming.identifier }) else {
        var named = SessionPerson.Named(naming.identifier, naming.strength, stamp)
        named.traits = digest
        person.named.append(named)
        news.append(naming.identifier.key)
        continue
      }
      if naming.strength > person.named[place].strength || digest != 0 && digest != person.named[place].traits
      {
        person.named[place].strength = max(person.named[place].strength, naming.strength)
        if digest != 0 { person.named[place].traits = digest }
        news.append(naming.identifier.key)
      }
      person.named[place].first = min(person.named[place].first, stamp)
      person.named[place].last = max(person.named[place].last, stamp)
    }
    if person.named.count > SessionPerson.maxNamed {
      person.named.removeFirst(person.named.count - SessionPerson.maxNamed)
    }
    return news
  }

  /// What is said of somebody who was named before in the session goes to the one who was named last.
  private func tellTraits(
    _ evidence: EventEvidence, _ stamp: Stamp, _ session: Session, _ lane: LaneMachine
  ) {
    let digest = evidence.traitDigest
    guard var person = session.person, let newest = person.named.map(\.last).max(),
      let place = person.named.firstIndex(where: { $0.last == newest }), person.named[place].traits != digest
    else { return }
    person.named[place].traits = digest
    set(person, of: session, lane)
    let named = person.named[place]
    let claim = Claim(named.identifier, named.strength, stamp, traits: evidence.traits)
    send(.init(to: rules.node(of: named.identifier), .claim(claim)), at: stamp.time, nil, lane)
  }

  /// Notes on a session's device who uses it.
  private func use(
    _ device: Identifier, _ session: Session, _ evidence: EventEvidence, _ stamp: Stamp, _ lane: LaneMachine
  ) {
    guard let owner = evidence.namings.first?.identifier else { return }
    lane.bringBack(Sessionizer.personDigest(.device, device.key))
    let record = lane.sessionizer.device(device.key) ?? lane.sessionizer.makeDevice(device, at: stamp.time)
    for naming in evidence.namings { record.name(naming.identifier, at: stamp.time) }
    takeAnswers(of: record, into: session)
    let horizon = lane.sessionizer.watermark(session.stream).map {
      $0 - lane.settings.sessions.allowedLateness
    }
    let before = record.timeline.runs
    let hasChanged = record.timeline.insert(
      .init(stamp, rules.node(of: owner)), horizon: horizon ?? EventTime(milliseconds: 0), settings.limits)
    if hasChanged {
      report(record, device, before, at: stamp.time, lane)
      if record.timeline.runs.last?.owner != before.last?.owner {
        noteSwitch(of: device, record, learned: nil, at: stamp.time, lane)
      }
    }
    lane.sessionizer.changed(record, at: stamp.time)
    if hasChanged { showSessions(of: device, at: stamp.time, nil, lane) }
  }

  /// What the device knows already of those who are named in its session.
  private func takeAnswers(of record: DeviceRecord, into session: Session) {
    guard let named = session.person?.named else { return }
    for place in named.indices where named[place].answer == nil {
      session.person?.named[place].answer = record.named(named[place].identifier.key)?.answer
    }
  }

  /// Tells owners of a device when it was theirs.
  ///
  /// - Parameter reborn: an owner who has to be told even if nothing has changed: the register has forgotten.
  func report(
    _ record: DeviceRecord, _ device: Identifier, _ before: [WeakTimeline.Run], at time: EventTime,
    reborn: IdentifierKey? = nil, _ lane: LaneMachine
  ) {
    let after = record.timeline.runs
    func intervals(_ runs: [WeakTimeline.Run], _ key: IdentifierKey) -> [DeviceUse.Interval] {
      var found: [DeviceUse.Interval] = []
      for run in runs where run.owner.key == key { found.append(run.interval) }
      return found
    }
    var keys: [IdentifierKey] = []
    for runs in [before, after] {
      for run in runs where !keys.contains(run.owner.key) { keys.append(run.owner.key) }
    }
    if keys.count > 1 { keys.sort() }
    record.revision += 1
    for key in keys {
      let now = intervals(after, key)
      guard intervals(before, key) != now || key == reborn, let named = record.named(key) else { continue }
      var member = Member(named.identifier, at: named.since)
      member.devices.insert(
        DeviceUse(
          device, revision: record.revision, lastSeen: record.timeline.lastSeen ?? time, intervals: now))
      send(.init(to: rules.node(of: named.identifier), .note(Cluster(member))), at: time, nil, lane)
    }
  }

  // MARK: - Sessions

  /// Shows anew who is behind a device's sessions.
  func showSessions(
    of device: Identifier, at time: EventTime, _ cause: LaneMessage?, _ lane: LaneMachine
  ) {
    for session in sessions(of: device, lane) { show(session, at: time, cause, lane) }
  }

  /// The sessions of a device that the lane holds.
  func sessions(of device: Identifier, _ lane: LaneMachine) -> [Session] {
    var found: [Session] = []
    let name = Array(device.type.name.utf8)
    for type in PersonHandler.deviceSessions {
      let key = SessionKey.key(type: type, customerIDType: name, customerID: device.value)
      let digest = SessionKey.digest(key)
      lane.bringBack(digest)
      let held = lane.sessionizer.sessions(digest, key: key)
      if !held.isEmpty { found += held }
    }
    return found
  }

  /// The types of sessions that are on devices.
  private static let deviceSessions: [[UInt8]] = JourneyModel.Stream.allCases.compactMap { stream in
    stream.profile.view == nil ? nil : stream.profile.sessionType?.bytes
  }

  /// Finds out anew who is behind a session, and what that person's segments trigger there.
  func show(_ session: Session, at time: EventTime, _ cause: LaneMessage?, _ lane: LaneMachine) {
    guard session.lifecycle == .open || session.lifecycle == .ended else { return }
    // Of nearly every session nothing is known: neither who was named nor whose device it is on.
    guard session.hasPerson || lane.sessionizer.mayKnowDevice(of: session) else { return }
    let found = contact(of: session, lane)?.shown
    guard found != session.person?.shown else { return }
    if session.person == nil { session.person = SessionPerson() }
    session.person?.shown = found
    lane.sessionizer.changedContact(session)
    askForMaps(session, at: time, cause, lane)
  }

  /// The contact that somebody decided about; else of who was named last in the session; else of whose device
  /// it was when it began. With the identifier that leads there.
  func contact(of session: Session, _ lane: LaneMachine) -> (shown: SessionPerson.Shown, by: NodeRef)? {
    if let link = session.person?.link, let identifier = link.identifier, let answer = link.answer {
      return (SessionPerson.Shown(answer, by: identifier.type, .curated), rules.node(of: identifier))
    }
    if let named = session.person?.named.max(by: { $0.last < $1.last }) {
      return named.answer.map {
        (SessionPerson.Shown($0, by: named.identifier.type, named.strength), rules.node(of: named.identifier))
      }
    }
    guard lane.sessionizer.mayKnowDevice(of: session), let device = session.device else { return nil }
    lane.bringBack(Sessionizer.personDigest(.device, device.key))
    guard let record = lane.sessionizer.device(device.key),
      let owner = record.timeline.owner(at: session.first, settings.devices),
      let answer = record.named(owner.key)?.answer
    else { return nil }
    return (SessionPerson.Shown(answer, by: device.type, .observed), owner)
  }
}

extension Session {
  /// The device that the session is on, where its customer's id is a device's.
  var device: Identifier? {
    guard stream.profile.view != nil,
      let type = IdentifierType(name: identity.customerIDType, in: identity.bytes),
      !type.isStrong
    else { return nil }
    return Identifier(type: type, value: Array(identity.bytes[identity.customerID.indices]))
  }

  /// Where answers to the session go.
  func watcher(in lane: LaneNumber) -> NodeRef {
    NodeRef(IdentifierKey(high: keyDigest, low: id.low), lane: lane)
  }
}

extension StaticString {
  fileprivate var bytes: [UInt8] { withUTF8Buffer { Array($0) } }
}
