internal import JourneyModel

/// What a root does when its cluster changes.
extension Register {
  /// A member that is no longer part of the cluster, and why.
  struct Gone {
    var member: Member
    var cause: ContactEnd
    /// What was said at this time or before goes.
    var time: EventTime
    /// Of what comes after.
    var generation: Int
  }

  /// Under what readers know of a member: its contact's id follows from both.
  private struct Name: Hashable {
    var key: IdentifierKey
    var generation: Int

    init(_ member: Member) { (key, generation) = (member.key, member.generation) }
  }

  /// Members of whom nothing is left, or only what came after, as an erasure has met them here.
  private func dropped(_ members: [Member], but known: [Gone], _ evicted: [Member]) -> [Gone] {
    // By key and generation: who was erased again may be known elsewhere as who was before, under another id.
    let others = Set(known.map { Name($0.member) } + evicted.map { Name($0) })
    return members.compactMap { member in
      guard !others.contains(Name(member)), let erasure = cluster.erasure(of: member.key) else { return nil }
      let isLeft = cluster.member(member.key).map { $0.generation == member.generation } ?? false
      return isLeft ? nil : Gone(member, erasure)
    }
  }

  /// The contacts of the cluster.
  func contacts(_ limits: IdentityLimits) -> [Contact] {
    if let known = formed.contacts, formedUnder == limits.digest { return known }
    return cluster.contacts(limits, isExplained: false).contacts
  }

  /// Changes the cluster and tells those whose answer is another one now.
  ///
  /// - Parameter adopted: a cluster that had another root: its members, and readers of their contacts, are
  ///   told in any case.
  mutating func change(
    _ rules: RegisterRules, adopted: Cluster = Cluster(), _ output: inout RegisterOutput,
    _ apply: (inout Cluster) -> Void
  ) {
    replace(
      rules, adopted: adopted, &output,
      { cluster in
        apply(&cluster)
        return []
      })
  }

  /// As above, of a change that takes members out.
  mutating func replace(
    _ rules: RegisterRules, adopted other: Cluster = Cluster(), _ output: inout RegisterOutput,
    _ apply: (inout Cluster) -> [Gone]
  ) {
    let digest = rules.limits.digest
    // Members were told under other limits: nothing of that can be taken for known.
    let isAnew = formedUnder != nil && formedUnder != digest
    let old = isAnew ? [] : contacts(rules.limits)
    let before = cluster
    let adopted = other.members.elements
    let expired = apply(&cluster)
    let erased = cluster.settleErasures(rules.limits)
    let evicted = cluster.bound(by: rules.limits)
    formedUnder = digest
    guard cluster != before || !evicted.isEmpty || !adopted.isEmpty || isAnew else {
      formed.contacts = old
      return
    }
    revision += 1
    var gone = expired
    for erased in erased { gone.append(Gone(erased.member, erased.erasure)) }
    // Nearly every change adds to what one cluster knows: nothing is made for those who come and go.
    if !cluster.erasures.isEmpty {
      gone += dropped(before.members.elements + adopted, but: gone, evicted)
    }
    // Who forgot is told in any case what is left.
    var strangers: Set<IdentifierKey> = []
    for member in adopted { strangers.insert(member.key) }
    for one in gone { strangers.insert(one.member.key) }
    let known = KnownContactIDs(old, of: before)
    let found = cluster.contacts(rules.limits, isExplained: false, known).contacts
    if !gone.isEmpty { remove(gone, rules, &output) }
    let new = publish(found, old, strangers, rules, &output)
    formed.contacts = new
    // Under other limits everything may be another thing, and nothing has happened.
    if !isAnew {
      let others = adopted.isEmpty ? [] : other.contacts(rules.limits, isExplained: false).contacts
      noteChanges(from: old + others, to: new, evicted, rules, &output)
    }
    tell(new, unlike: old, strangers, rules, &output)
    if !evicted.isEmpty { leaveAlone(evicted, rules, &output) }
  }

  private func noteChanges(
    from old: [Contact], to new: [Contact], _ evicted: [Member], _ rules: RegisterRules,
    _ output: inout RegisterOutput
  ) {
    // Those for whom there is no room keep their ids.
    let alone = evicted.flatMap { member in
      Cluster(members: [member]).contacts(rules.limits, isExplained: false).contacts
    }
    output.changes += ContactChange.between(
      old, alone.isEmpty ? new : new + alone, gone: Set(output.removed.map(\.id)), cluster, rules.limits)
  }

  /// Tells members whose answer is another one.
  private func tell(
    _ new: [Contact], unlike old: [Contact], _ adopted: Set<IdentifierKey>, _ rules: RegisterRules,
    _ output: inout RegisterOutput
  ) {
    if new.count == 1, old.count <= 1 {
      return tell(new[0], unlike: old.first, adopted, rules, &output)
    }
    var known: [IdentifierKey: Int] = [:]
    known.reserveCapacity(cluster.members.count)
    for (place, contact) in old.enumerated() {
      for key in contact.identifiers { known[key] = place }
    }
    let answers = new.map { Resolution.Answer($0) }
    let before = old.map { Resolution.Answer($0) }
    // By key, whichever contact they are of.
    var places = [Int](repeating: 0, count: cluster.members.count)
    for (place, contact) in new.enumerated() {
      for key in contact.identifiers { places[cluster.members.firstIndex { $0.key >= key }] = place }
    }
    for (number, member) in cluster.members.elements.enumerated() {
      let answer = answers[places[number]]
      if let place = known[member.key], before[place] == answer, !adopted.contains(member.key) { continue }
      tell(member, answer, rules, &output)
    }
  }

  /// The same where the whole cluster is one contact, and was none or one: nothing has to be looked up.
  private func tell(
    _ new: Contact, unlike old: Contact?, _ adopted: Set<IdentifierKey>, _ rules: RegisterRules,
    _ output: inout RegisterOutput
  ) {
    let answer = Resolution.Answer(new)
    let isSame = old.map { Resolution.Answer($0) == answer } ?? false
    for member in cluster.members.elements {
      if isSame, let old, old.has(member.key), !adopted.contains(member.key) { continue }
      tell(member, answer, rules, &output)
    }
  }

  private func tell(
    _ member: Member, _ answer: Resolution.Answer, _ rules: RegisterRules, _ output: inout RegisterOutput
  ) {
    // To itself as well: one way for all.
    output.send(
      .resolve(Resolution(root: node, revision: revision, answer: answer)),
      to: rules.node(of: member.identifier))
  }

  /// Those for whom the cluster has no room are contacts of their own from now on.
  func leaveAlone(_ evicted: [Member], _ rules: RegisterRules, _ output: inout RegisterOutput) {
    for var member in evicted {
      if !member.isPublished { announce(member, as: member.contactID, rules, &output) }
      member.isPublished = true
      let alone = Cluster(members: [member]).contacts(rules.limits, isExplained: false).contacts
      output.contacts += alone
      guard let contact = alone.first else { continue }
      var answer = Resolution.Answer(contact)
      answer.isOverfull = true
      tell(member, answer, rules, &output)
    }
  }

  /// Tells registers, devices and readers of those that are gone.
  private func remove(_ gone: [Gone], _ rules: RegisterRules, _ output: inout RegisterOutput) {
    let version = RootVersion(root: node, revision: revision)
    for gone in gone {
      let told = Forgetting(
        gone.member.key, .init(gone.cause), through: gone.time, generation: gone.generation, version)
      output.send(.forget(told), to: rules.node(of: gone.member.identifier))
      if gone.cause == .erased {
        for use in gone.member.devices.elements {
          output.send(.forget(told), to: rules.node(of: use.device))
        }
      }
      guard gone.member.isPublished else { continue }
      let id = gone.member.contactID
      output.removed.append(.init(id: id, cause: gone.cause))
      output.send(.alias(Alias(id, nil, version)), to: NodeRef(.none, lane: rules.placement(id.text)))
    }
  }

  private func announce(
    _ member: Member, as id: ContactID, _ rules: RegisterRules, _ output: inout RegisterOutput
  ) {
    let alias = Alias(
      id, rules.node(of: member.identifier), RootVersion(root: node, revision: revision))
    output.send(.alias(alias), to: NodeRef(.none, lane: rules.placement(id.text)))
  }

  /// Tells readers of contacts that have changed; an id that is new to them gets its alias.
  ///
  /// - Returns: the contacts, with what readers know of them now.
  private mutating func publish(
    _ new: [Contact], _ old: [Contact], _ adopted: Set<IdentifierKey>, _ rules: RegisterRules,
    _ output: inout RegisterOutput
  ) -> [Contact] {
    // A table costs more than to look through a few.
    let known = old.count > 4 ? Dictionary(old.map { ($0.id, $0) }) { first, _ in first } : [:]
    func isKnown(_ contact: Contact) -> Bool {
      let before = old.count > 4 ? known[contact.id] : old.first { $0.id == contact.id }
      return before == contact
    }
    var published = new
    for place in new.indices
    where !isKnown(new[place]) || new[place].identifiers.contains(where: adopted.contains) {
      let canonical = new[place].canonical
      if let member = cluster.member(canonical), !member.isPublished {
        cluster.publish(canonical)
        published[place].mergeSet.append(new[place].id)
        published[place].mergeSet.sort()
        announce(member, as: new[place].id, rules, &output)
      }
      output.contacts.append(published[place])
    }
    return published
  }
}

extension Register.Gone {
  init(_ member: Member, _ erasure: Erasure) {
    self.init(member: member, cause: .erased, time: erasure.time, generation: erasure.generation)
  }
}

extension Resolution.Answer {
  init(_ contact: Contact) {
    self.init(
      contact: contact.id, type: contact.type, name: contact.name, segments: contact.segments)
  }
}
