internal import EventLog
internal import Identity
package import JourneyModel
package import Processor
package import Sessionizer
package import WireFormat

/// What registers tell each other.
extension PersonHandler {
  package func apply(_ message: LaneMessage, in lane: LaneMachine) throws(CodecError) {
    apply(try message.read(RegisterPayload.self), message, lane)
  }

  package func apply(
    own payload: any MessagePayload, _ message: LaneMessage, in lane: LaneMachine
  ) throws(CodecError) {
    guard let payload = payload as? RegisterPayload else {
      return try apply(message.carrying(payload), in: lane)
    }
    assert(
      (try? message.carrying(payload).read(RegisterPayload.self)) == payload,
      "a message would be read as another one")
    apply(payload, message, lane)
  }

  private func apply(_ payload: RegisterPayload, _ message: LaneMessage, _ lane: LaneMachine) {
    let envelope = payload.envelope(in: self.lane)
    switch envelope.message {
    case .alias(let alias): tell(contact: alias.contact, envelope.message, message, lane)
    case .command(let command) where envelope.to.key == .none:
      if case .contact(let id) = command.subject { tell(contact: id, envelope.message, message, lane) }
    case .resolved(let key, let answer): learn(key, answer, envelope.to, message, lane)
    case .forget(let told) where told.key != envelope.to.key: forget(told, envelope.to, message, lane)
    case .grantAnswered(let answer): take(answer, envelope.to, message, lane)
    case .linked(let link): take(link, envelope.to, message, lane)
    default: tell(envelope, message, lane)
    }
  }

  package func due(_ record: IdentifierRecord, at time: EventTime, in lane: LaneMachine) {
    guard var register = record.register else { return }
    let output = register.tick(at: time, rules)
    record.register = register
    record.due = register.due(rules)
    lane.sessionizer.changed(record, at: record.last)
    carry(out: output, register, at: time, nil, lane)
  }

  /// Sends a register's message.
  func send(
    _ envelope: RegisterMessage.Envelope, at time: EventTime, _ cause: LaneMessage?, _ lane: LaneMachine
  ) {
    lane.outbox.send(
      RegisterPayload(envelope), to: envelope.to.lane, name: envelope.to.key.bytes, at: time, after: cause)
  }

  /// Hands a message to an identifier's register.
  private func tell(
    _ envelope: RegisterMessage.Envelope, _ cause: LaneMessage, _ lane: LaneMachine
  ) {
    let key = envelope.to.key
    lane.bringBack(Sessionizer.personDigest(.identifier, key))
    let record =
      lane.sessionizer.identifier(key)
      ?? lane.sessionizer.makePerson(.identifier, key.bytes, at: cause.time).asIdentifier
    let before = record.register
    var register = before ?? Register(envelope.to)
    let output = register.receive(envelope.message, rules)
    let isNews = before.map { register.differs(from: $0) } ?? true
    if isNews {
      record.due = register.due(rules)
      lane.sessionizer.changed(record, at: cause.time)
    }
    carry(out: output, register, at: cause.time, cause, lane)
    note(envelope.message, output, at: cause.time, lane)
    if let erased = before?.evidence?.identifier, register.stub != before?.stub {
      forgetCustomer(erased, lane)
    }
    if case .claim(let claim) = envelope.message { answer(claim, register, output, cause, lane) }
    // Last, as it is large: so it is handed over and not copied.
    if isNews { record.register = register }
  }

  /// Whoever names an identifier and watches it hears what is known of it: a register itself says nothing
  /// where that is its own contact without a name, and here nobody makes that up. Or that it was erased.
  private func answer(
    _ claim: Claim, _ register: Register, _ output: RegisterOutput, _ cause: LaneMessage, _ lane: LaneMachine
  ) {
    guard let watcher = claim.watcher else { return }
    if let stub = register.stub, output.refusals.contains(where: { $0.reason == .erased }) {
      // It comes again, or late: where it was said nothing of it may stay either.
      let told = Forgetting(
        register.node.key, .erased, through: stub.time, generation: stub.generation,
        register.forgotten ?? RootVersion(root: register.node, revision: register.revision))
      return send(.init(to: watcher, .forget(told)), at: cause.time, cause, lane)
    }
    guard let answer = register.resolution?.answer, register.watchers.contains(watcher) else { return }
    let resolved = RegisterMessage.Envelope(to: watcher, .resolved(register.node.key, answer))
    guard !output.messages.contains(resolved) else { return }
    send(resolved, at: cause.time, cause, lane)
  }

  /// Hands a message to the register of a contact's id.
  private func tell(
    contact id: ContactID, _ message: RegisterMessage, _ cause: LaneMessage, _ lane: LaneMachine
  ) {
    lane.bringBack(Sessionizer.personDigest(.contact, id.text))
    let known = lane.sessionizer.contact(id)
    let before = known?.register
    var register = before ?? AliasRegister(id)
    let output = register.receive(message, rules)
    if register != before, register.alias != nil {
      let record = known ?? lane.sessionizer.makePerson(.contact, id.text, at: cause.time).asContact
      record.register = register
      lane.sessionizer.changed(record, at: cause.time)
    }
    for envelope in output.messages { send(envelope, at: cause.time, cause, lane) }
    note(message, output, at: cause.time, lane)
  }

  /// Counts what a message has led to, and says which decision was not carried out.
  private func note(
    _ message: RegisterMessage, _ output: RegisterOutput, at time: EventTime, _ lane: LaneMachine
  ) {
    var isDecision = false
    switch message {
    case .claim(let claim):
      lane.persons.claims += 1
      isDecision = claim.strength == .curated
    case .command:
      lane.persons.commands += 1
      isDecision = true
    default: break
    }
    lane.persons.unions += output.unions
    for refusal in output.refusals {
      lane.persons.refused[refusal.reason, default: 0] += 1
      // Of evidence that is passed over nobody waits to hear.
      if isDecision { tell(.refused(refusal), at: time, lane) }
    }
  }

  /// Tells readers what has happened to somebody.
  func tell(_ happening: ContactEventEncoder.Happening, at time: EventTime, _ lane: LaneMachine) {
    let key = events.key(happening)
    lane.outbox.publish(
      .contactEvents, lane: Placement.lane(of: key, partitions: partitions), key: key,
      value: events.encode(happening, at: time), headers: events.headers(happening, at: time))
  }

  /// Sends what a register wants sent, and tells readers of its contacts.
  private func carry(
    out output: RegisterOutput, _ register: Register, at time: EventTime, _ cause: LaneMessage?,
    _ lane: LaneMachine
  ) {
    for envelope in output.messages {
      if case .adopt = envelope.message { lane.persons.adoptions += 1 }
      send(envelope, at: time, cause, lane)
    }
    for removal in output.removed {
      switch removal.cause {
      case .erased: lane.persons.erased += 1
      case .expired: lane.persons.expired += 1
      }
      publish(removal.id, nil, register.revision, time, lane)
      tell(.gone(removal.id, removal.cause), at: time, lane)
    }
    for change in output.changes { tell(.changed(change), at: time, lane) }
    lane.persons.published += output.contacts.count
    let merged = output.merged
    lane.persons.merged += merged.count
    for contact in output.contacts {
      let members = contact.identifiers.compactMap { register.cluster.member($0) }
      publish(
        contact.id, encoder.encode(contact, members, revision: register.revision), register.revision, time,
        lane)
    }
    for (id, into) in merged {
      publish(
        id, encoder.encode(id, mergedInto: into, revision: register.revision), register.revision, time, lane)
    }
  }

  private func publish(
    _ id: ContactID, _ value: [UInt8]?, _ revision: Int, _ time: EventTime, _ lane: LaneMachine
  ) {
    lane.outbox.publish(
      .contacts, lane: Placement.lane(of: id.text, partitions: partitions), key: id.text, value: value,
      headers: encoder.headers(of: id, revision: revision, at: time))
  }

  // MARK: - Who watches

  /// A device, or a session, hears what became of an identifier.
  func learn(
    _ key: IdentifierKey, _ answer: Resolution.Answer?, _ target: NodeRef, _ cause: LaneMessage,
    _ lane: LaneMachine
  ) {
    lane.bringBack(Sessionizer.personDigest(.device, target.key))
    guard let record = lane.sessionizer.device(target.key) else {
      lane.bringBack(target.key.high)
      for session in watchers(of: key, at: target, lane) { learn(key, answer, session, cause, lane) }
      return
    }
    let isFirst = record.named(key)?.answer == nil
    guard record.learn(key, answer) else { return }
    lane.sessionizer.changed(record, at: cause.time)
    guard let device = record.device else { return }
    if isFirst { noteSwitch(of: device, record, learned: key, at: cause.time, lane) }
    for session in sessions(of: device, lane) { learn(key, answer, session, cause, lane) }
  }

  private func learn(
    _ key: IdentifierKey, _ answer: Resolution.Answer?, _ session: Session, _ cause: LaneMessage,
    _ lane: LaneMachine
  ) {
    if let place = session.person?.named.firstIndex(where: { $0.identifier.key == key }),
      session.person?.named[place].answer != answer
    {
      session.person?.named[place].answer = answer
      lane.sessionizer.changed(person: session)
    }
    if let link = session.person?.link, link.identifier?.key == key, link.answer != answer {
      session.person?.link?.answer = answer
      lane.sessionizer.changed(person: session)
    }
    show(session, at: cause.time, cause, lane)
  }
}

extension StoredValue {
  var asIdentifier: IdentifierRecord {
    guard case .identifier(let record) = content else { preconditionFailure("a value of another kind") }
    return record
  }

  var asContact: ContactRecord {
    guard case .contact(let record) = content else { preconditionFailure("a value of another kind") }
    return record
  }
}
