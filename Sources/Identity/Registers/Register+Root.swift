internal import JourneyModel

/// What a root does when its cluster changes.
extension Register {
  /// Changes the cluster and tells those whose answer is another one now.
  ///
  /// - Parameter adopted: members that had another root: they are told in any case.
  mutating func change(
    _ rules: RegisterRules, adopted: Set<IdentifierKey> = [], _ output: inout RegisterOutput,
    _ apply: (inout Cluster) -> Void
  ) {
    let before = cluster
    apply(&cluster)
    let evicted = cluster.bound(by: rules.limits)
    guard cluster != before || !evicted.isEmpty || !adopted.isEmpty else { return }
    revision += 1
    let old = before.contacts(rules.limits).contacts
    let new = cluster.contacts(rules.limits).contacts
    publish(new, old, rules, &output)
    let known = answers(old)
    let found = answers(new)
    for member in cluster.members.elements {
      guard let answer = found[member.key] else { continue }
      guard known[member.key] != answer || adopted.contains(member.key) else { continue }
      tell(member, answer, rules, &output)
    }
    for member in evicted {
      let alone = Resolution.Answer(
        contact: member.contactID, type: .ephemeral, name: nil, segments: [], isOverfull: true)
      tell(member, alone, rules, &output)
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

  private func answers(_ contacts: [Contact]) -> [IdentifierKey: Resolution.Answer] {
    var result: [IdentifierKey: Resolution.Answer] = [:]
    for contact in contacts {
      let answer = Resolution.Answer(
        contact: contact.id, type: contact.type, name: contact.name, segments: contact.segments)
      for key in contact.identifiers { result[key] = answer }
    }
    return result
  }

  /// Tells readers of contacts that have changed; an id that is new to them gets its alias.
  private mutating func publish(
    _ new: [Contact], _ old: [Contact], _ rules: RegisterRules, _ output: inout RegisterOutput
  ) {
    let known = Dictionary(old.map { ($0.id, $0) }) { first, _ in first }
    for var contact in new where known[contact.id] != contact {
      if let member = cluster.member(contact.canonical), !member.isPublished {
        cluster.publish(contact.canonical)
        contact.mergeSet.append(contact.id)
        contact.mergeSet.sort()
        let place = NodeRef(IdentifierKey(high: 0, low: 0), lane: rules.placement(contact.id.text))
        output.send(.alias(contact.id, rules.node(of: member.identifier)), to: place)
      }
      output.contacts.append(contact)
    }
  }
}
