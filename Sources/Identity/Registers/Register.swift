package import JourneyModel

/// A strong identifier's register: where it stands in the forest of registers, and if it is a root, the
/// cluster.
///
/// A parent's key is always smaller than the own one, so no circle is possible, whatever happens at the same
/// time elsewhere. Only a root is linked, and only by its own lane. What was sent is no longer here: each
/// member and each assertion is in one root or in one message.
package struct Register: Sendable, Hashable {
  package let node: NodeRef
  /// The root, or somebody nearer to it; `nil`: this is a root.
  package var parent: NodeRef?
  /// Empty unless this is a root.
  package var cluster = Cluster() {
    didSet { formed = FormedContacts() }
  }
  /// Of the cluster.
  package var revision = 0
  /// The digest of the limits under which the members were told last.
  package var formedUnder: UInt64?
  var formed = FormedContacts()
  /// What was said of the identifier itself; `nil` until something is.
  package var evidence: Member?
  /// Identifiers that it was named with by what is not curated, in order; none any more once it is shared.
  package var partners: [IdentifierKey] = []
  /// The newest evidence when it was found to be several people's.
  package var sharedSince: EventTime?
  /// What was erased: older evidence is refused.
  package var stub: Erasure?
  /// When a root found last that the contact is gone: what is older does not bring it back.
  package var forgotten: RootVersion?
  /// What its contact is.
  package var resolution: Resolution?
  /// Who is told of changes, the oldest first.
  package var watchers: [NodeRef] = []
  package var rate = ClaimRate()

  /// A register of which nothing is known.
  package init(_ node: NodeRef) { self.node = node }

  /// A register as it was stored.
  package init(_ node: NodeRef, cluster: Cluster) {
    self.node = node
    self.cluster = cluster
  }

  package var isRoot: Bool { parent == nil }

  /// Whether it is another one than before; what nearly every change changes is looked at first.
  package func differs(from before: Register) -> Bool {
    revision != before.revision || rate != before.rate || self != before
  }

  /// Whether so many use it that it joins nothing any more.
  package var isShared: Bool { sharedSince != nil }

  /// Applies a message.
  ///
  /// - Returns: what its owner has to do. A message to a register of the same lane is applied in the same
  ///   batch, first in, first out.
  package mutating func receive(_ message: RegisterMessage, _ rules: RegisterRules) -> RegisterOutput {
    var output = RegisterOutput()
    switch message {
    case .claim(let claim): accept(claim, rules, &output)
    case .union(let other, let assertion): unite(other, assertion, rules, &output)
    case .adopt(let other, let otherRevision):
      if let parent {
        output.send(message, to: parent)
      } else {
        revision = max(revision, otherRevision)
        change(rules, adopted: other, &output) { $0.merge(other) }
      }
    case .note(let news):
      // When a device was somebody's makes nobody of who is gone.
      guard evidence != nil || news.member(node.key) == nil else { break }
      tell(news, rules, &output)
    case .resolve(let found): learn(found, rules, &output)
    case .command(let command): obey(command, rules, &output)
    case .forget(let told): forget(told, rules, &output)
    case .grantAsked(let request): decide(request, rules, &output)
    // Kept by others: watchers, a contact's id's register, sessions.
    case .resolved, .alias, .grantAnswered, .linked: break
    }
    return output
  }

  mutating func unite(
    _ other: NodeRef, _ assertion: Assertion, _ rules: RegisterRules, _ output: inout RegisterOutput
  ) {
    if let parent {
      output.send(.union(with: other, assertion), to: parent)
    } else if other.key == node.key {
      change(rules, &output) { $0.add(assertion) }
    } else if node.key < other.key {
      // The larger one is linked, and only its own lane links it.
      output.send(.union(with: node, assertion), to: other)
    } else {
      parent = other
      cluster.add(assertion)
      // One assertion more may be one too many to send.
      let evicted = cluster.bound(by: rules.limits)
      if !evicted.isEmpty { revision += 1 }
      leaveAlone(evicted, rules, &output)
      output.send(.adopt(cluster, revision: revision), to: other)
      cluster = Cluster()
    }
  }

  mutating func accept(_ claim: Claim, _ rules: RegisterRules, _ output: inout RegisterOutput) {
    if let stub, claim.stamp.time <= stub.time {
      output.refusals.append(Refusal(claim.stamp.id, .erased))
      return
    }
    let isDecision = claim.strength == .curated
    guard isDecision || rate.admit(claim.stamp.time, most: rules.limits.assertsPerMinute) else {
      output.refusals.append(Refusal(claim.stamp.id, .tooFrequent))
      // Nor is it held where it was said: nobody would be told there when it has to go.
      if let watcher = claim.watcher, !watchers.contains(watcher) {
        output.send(.forget(leaving(through: claim.stamp.time)), to: watcher)
      }
      return
    }
    let isOverfull = resolution?.answer.isOverfull ?? false
    var news = Member(
      claim.identifier, at: claim.stamp.time, claim.strength,
      generation: evidence?.generation ?? stub?.generation ?? 0)
    for trait in claim.traits { news.traits.insert(trait) }
    for segment in claim.segments { news.segments.insert(segment) }
    let isKnown = evidence.map { $0.says(news, within: rules.limits.activityStep) } ?? false
    var own = evidence ?? news
    own.merge(news)
    // The register tells of them and keeps none.
    (own.traits, own.segments) = (KeyedList(), KeyedList())
    if isKnown, let before = evidence { own.last = before.last }
    evidence = own
    var shared: [SharedMark] = []
    if !isShared, isHub(claim, rules) {
      sharedSince = own.last
      partners = []
      shared = [SharedMark(node.key, at: own.last)]
    }
    if !isOverfull, !isKnown || !shared.isEmpty {
      let told =
        !isKnown && shared.isEmpty && stub == nil
        ? Cluster(news) : Cluster(members: isKnown ? [] : [news], shared: shared, erasures: erasures)
      tell(told, rules, &output)
    }
    // Where several people are behind it, only a decision joins it.
    let joins = !isOverfull && (!isShared || isDecision)
    for partner in claim.partners where joins && partner.type.isStrong {
      // Of a pair the larger one's register starts: it is named there as well.
      guard partner.key < node.key, let assertion = claim.assertion(partner) else { continue }
      output.unions += 1
      unite(rules.node(of: partner), assertion, rules, &output)
    }
    watch(claim.watcher, rules, &output)
  }

  /// Goes with what is told after an erasure: wherever that comes first, what is older must not mix with it.
  var erasures: [Erasure] { stub.map { [$0] } ?? [] }

  /// Whether so many are named with it that it tells nobody apart.
  private mutating func isHub(_ claim: Claim, _ rules: RegisterRules) -> Bool {
    if rules.identifiers.isRole(claim.identifier) { return true }
    guard claim.strength != .curated else { return false }
    for partner in claim.partners where partner.key != node.key && partner.type.isStrong {
      var (low, high) = (0, partners.count)
      while low < high {
        let middle = (low + high) / 2
        if partners[middle] < partner.key { low = middle + 1 } else { high = middle }
      }
      if low == partners.count || partners[low] != partner.key { partners.insert(partner.key, at: low) }
    }
    return partners.count > rules.limits.maxPartners
  }

  mutating func tell(_ news: Cluster, _ rules: RegisterRules, _ output: inout RegisterOutput) {
    if let parent {
      output.send(.note(news), to: parent)
    } else {
      change(rules, &output) { $0.merge(news) }
    }
  }

  private mutating func watch(
    _ watcher: NodeRef?, _ rules: RegisterRules, _ output: inout RegisterOutput
  ) {
    guard let watcher else { return }
    add(watcher: watcher, rules, &output)
    guard let answer = resolution?.answer, let evidence else { return }
    // That it is its own contact, without a name, the watcher knows by itself.
    guard answer.name != nil || !answer.segments.isEmpty || !isNamed(after: evidence, answer.contact) else {
      return
    }
    output.send(.resolved(node.key, answer), to: watcher)
  }

  /// Whether a contact has the id of the one that the register's own identifier stands for.
  private func isNamed(after evidence: Member, _ contact: ContactID) -> Bool {
    // Where it is a root whose own contact that is, the id need not be derived again.
    if let known = formed.contacts?.first(where: { $0.id == contact }), known.canonical == node.key,
      let member = cluster.member(node.key), member.identifier == evidence.identifier
    {
      return member.generation == evidence.generation || evidence.contactID == contact
    }
    return evidence.contactID == contact
  }

  mutating func add(watcher: NodeRef, _ rules: RegisterRules, _ output: inout RegisterOutput) {
    watchers.removeAll { $0 == watcher }
    watchers.append(watcher)
    guard watchers.count > rules.limits.maxWatchers else { return }
    // It is told no more, so it may keep nothing either.
    let last = evidence.map { $0.last + rules.limits.activityStep } ?? .latest
    output.send(.forget(leaving(through: last)), to: watchers.removeFirst())
  }

  /// To somebody who is told no more: what was said there goes.
  private func leaving(through time: EventTime) -> Forgetting {
    Forgetting(
      node.key, .unwatched, through: time, generation: evidence?.generation ?? stub?.generation ?? 0,
      forgotten ?? RootVersion(root: node, revision: revision))
  }

  private mutating func learn(_ found: Resolution, _ rules: RegisterRules, _ output: inout RegisterOutput) {
    if let resolution, !found.isNewer(than: resolution) { return }
    if let forgotten, forgotten.isNewer(than: found.version) { return }
    let before = resolution?.answer
    resolution = found
    // Paths grow short. A root that is told of a smaller one has been linked before: its cluster was sent.
    if let parent, found.root.key < parent.key, !found.answer.isOverfull { self.parent = found.root }
    guard before != found.answer else { return }
    for watcher in watchers { output.send(.resolved(node.key, found.answer), to: watcher) }
  }
}

extension Member {
  /// Whether it says already what another of it does; newer activity within a step is no news.
  func says(_ other: Member, within step: EventTime.Span) -> Bool {
    guard other.traits.isEmpty, other.segments.isEmpty, other.devices.isEmpty else { return false }
    guard generation == other.generation, strength >= other.strength, let created, let since = other.created
    else { return false }
    return created <= since && other.last < last + step
  }
}
