internal import JourneyModel

/// What somebody decides, and permissions.
extension Register {
  mutating func obey(_ command: Command, _ rules: RegisterRules, _ output: inout RegisterOutput) {
    guard case .identifier(let subject) = command.subject else { return }
    if subject.key == node.key, begin(command, rules, &output) { return }
    if let parent {
      output.send(.command(command), to: parent)
    } else {
      perform(command, subject, rules, &output)
    }
  }

  /// At the register of the identifier that it is about.
  ///
  /// - Returns: whether it is done, or needs the whole contact.
  private mutating func begin(
    _ command: Command, _ rules: RegisterRules, _ output: inout RegisterOutput
  ) -> Bool {
    let isAlone = evidence == nil || resolution?.answer.isOverfull ?? false
    if case .erase(let time) = command.operation {
      if isAlone { eraseAlone(through: time, rules, &output) }
      return isAlone
    }
    guard let own = evidence?.identifier else {
      output.refusals.append(Refusal(command.stamp.id, .unknownContact))
      return true
    }
    switch command.operation {
    case .put(let traits): accept(Claim(own, .curated, command.stamp, traits: traits), rules, &output)
    case .verify: accept(Claim(own, .curated, command.stamp), rules, &output)
    case .claim(let identifier):
      let other = rules.node(of: identifier)
      output.send(.claim(Claim(identifier, .curated, command.stamp)), to: other)
      let both = Command(.reunite([node, other]), of: .identifier(node), command.stamp)
      output.send(.command(both), to: node)
    case .separate(let identifier):
      separate(own, identifier, command.stamp, rules, &output)
    case .link(let session): link(own, session, command.stamp, rules, &output)
    case .segments: return refuses(command.stamp, by: stub, &output)
    case .release, .merge, .reunite, .erase: return false
    }
    return true
  }

  /// The session hears what is known of the contact, and what becomes of it from now on. Nothing else
  /// follows: what is named in the session is joined to nobody.
  private mutating func link(
    _ own: Identifier, _ session: NodeRef, _ stamp: Stamp, _ rules: RegisterRules,
    _ output: inout RegisterOutput
  ) {
    if refuses(stamp, by: stub, &output) { return }
    add(watcher: session, rules, &output)
    output.send(.linked(SessionLink(stamp, own, answer: resolution?.answer)), to: session)
  }

  /// Refuses what was said at an erasure's time or before.
  private func refuses(_ stamp: Stamp, by erasure: Erasure?, _ output: inout RegisterOutput) -> Bool {
    guard let erasure, stamp.time <= erasure.time else { return false }
    output.refusals.append(Refusal(stamp.id, .erased))
    return true
  }

  /// Both are told: the one with the larger key starts.
  private mutating func separate(
    _ own: Identifier, _ other: Identifier, _ stamp: Stamp, _ rules: RegisterRules,
    _ output: inout RegisterOutput
  ) {
    accept(Claim(own, .curated, stamp, partners: [other], isSeparating: true), rules, &output)
    let claim = Claim(other, .curated, stamp, partners: [own], isSeparating: true)
    output.send(.claim(claim), to: rules.node(of: other))
  }

  /// At the root.
  private mutating func perform(
    _ command: Command, _ subject: NodeRef, _ rules: RegisterRules, _ output: inout RegisterOutput
  ) {
    if case .erase(let time) = command.operation {
      change(rules, &output) { $0.request(ErasureRequest(subject.key, at: time)) }
      return
    }
    let contacts = contacts(rules.limits)
    guard let contact = contacts.first(where: { $0.identifiers.contains(subject.key) }) else {
      output.refusals.append(Refusal(command.stamp.id, .unknownContact))
      return
    }
    switch command.operation {
    case .release(let identifier):
      guard contact.identifiers.contains(identifier.key) else {
        output.refusals.append(Refusal(command.stamp.id, .notOfContact, item: identifier.value))
        return
      }
      change(rules, &output) { cluster in
        for other in contact.identifiers {
          guard let pair = IdentifierPair(identifier.key, other) else { continue }
          cluster.add(Assertion(separation: pair, command.stamp))
        }
      }
    case .reunite(let nodes):
      let groups = contacts.filter { contact in nodes.contains { contact.identifiers.contains($0.key) } }
      reunite(nodes, groups, subject, command.stamp, rules, &output)
    case .segments(let changes):
      // Here an erasure may be known of which the identifier has not heard yet.
      if refuses(command.stamp, by: cluster.erasure(of: subject.key), &output) { return }
      assign(changes, contact, subject, command.stamp, rules, &output)
    case .put, .claim, .separate, .merge, .verify, .erase, .link: break
    }
  }

  /// Overrules what keeps the contacts apart, and only then links them: one link more could take an
  /// identifier from its contact.
  private mutating func reunite(
    _ nodes: [NodeRef], _ groups: [Contact], _ subject: NodeRef, _ stamp: Stamp, _ rules: RegisterRules,
    _ output: inout RegisterOutput
  ) {
    let overruled = cluster.separations(across: groups, before: stamp)
    let here = nodes.filter { cluster.member($0.key) != nil }
    let pairs = here.compactMap { IdentifierPair(subject.key, $0.key) }
    change(rules, &output) { cluster in
      for pair in overruled + pairs { cluster.add(Assertion(link: pair, .curated, stamp)) }
    }
    for other in nodes where !here.contains(other) {
      guard let pair = IdentifierPair(subject.key, other.key) else { continue }
      output.unions += 1
      output.send(.union(with: subject, Assertion(link: pair, .curated, stamp)), to: other)
    }
  }

  private mutating func assign(
    _ changes: [Command.SegmentChange], _ contact: Contact, _ subject: NodeRef, _ stamp: Stamp,
    _ rules: RegisterRules, _ output: inout RegisterOutput
  ) {
    var held = Set(contact.segments.map(\.segment))
    var accepted: [SegmentAssignment] = []
    for change in changes {
      if !change.isAssigned {
        held.remove(change.segment)
      } else if !held.contains(change.segment) {
        guard held.count < rules.limits.maxSegments else {
          output.refusals.append(Refusal(stamp.id, .tooManySegments, item: change.segment))
          continue
        }
        held.insert(change.segment)
      }
      accepted.append(
        SegmentAssignment(
          change.segment, isAssigned: change.isAssigned, expires: change.expires, stamp))
    }
    change(rules, &output) { cluster in
      cluster.change(subject.key) { member in
        for assignment in accepted { member.segments.insert(assignment) }
      }
    }
  }

  /// May somebody act on an assignment? Whoever asked first may. Once is all that is promised: where it
  /// cannot be known, the answer is no.
  mutating func decide(
    _ request: GrantRequest, _ rules: RegisterRules, _ output: inout RegisterOutput
  ) {
    if let parent {
      output.send(.grantAsked(request), to: parent)
      return
    }
    let key = request.identifier.key
    let contact = contacts(rules.limits).first { $0.identifiers.contains(key) }
    let wanted = Grant(map: request.map, assignment: request.assignment, holder: request.asker)
    let members = (contact?.identifiers ?? []).compactMap { cluster.member($0) }
    let given = members.compactMap { $0.grants.element(like: wanted) }
    var isGranted = given.contains { $0.holder == request.asker }
    // It stays with the assignment, wherever the identifier that this was given to belongs later. Where that
    // is not, somebody else may have acted on it, or will.
    let holder = members.first { member in
      member.segments.elements.contains { $0.isAssigned && $0.id == request.assignment }
        && cluster.erasure(of: member.key).map { $0.time < request.asker.time } ?? true
    }
    if given.isEmpty, let holder {
      // Contacts do not depend on it.
      let known = formed
      cluster.change(holder.key) { isGranted = $0.grant(wanted, rules.limits) }
      formed = known
      if !isGranted { output.refusals.append(Refusal(request.asker.id, .tooManyGrants)) }
    }
    output.send(.grantAnswered(GrantAnswer(request, isGranted: isGranted)), to: request.replyTo)
  }
}

extension Cluster {
  /// Decisions that keep some contacts apart and are older than a new one.
  func separations(across contacts: [Contact], before stamp: Stamp) -> [IdentifierPair] {
    var group: [IdentifierKey: Int] = [:]
    for (number, contact) in contacts.enumerated() {
      for key in contact.identifiers { group[key] = number }
    }
    var pairs: [IdentifierPair] = []
    for assertion in assertions.elements where !assertion.isPositive && assertion.stamp < stamp {
      guard let one = group[assertion.pair.one], let other = group[assertion.pair.other], one != other,
        !pairs.contains(assertion.pair)
      else { continue }
      pairs.append(assertion.pair)
    }
    return pairs
  }
}
