internal import JourneyModel

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
  package var cluster = Cluster()
  /// Of the cluster.
  package var revision = 0
  /// What was said of the identifier itself; `nil` until something is.
  package var evidence: Member?
  /// Identifiers that it was named with by what is not curated, in order; none any more once it is shared.
  package var partners: [IdentifierKey] = []
  package var isShared = false
  /// What its contact is.
  package var resolution: Resolution?
  /// Who is told of changes, the oldest first.
  package var watchers: [NodeRef] = []

  /// A register of which nothing is known.
  package init(_ node: NodeRef) { self.node = node }

  package var isRoot: Bool { parent == nil }

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
        change(rules, adopted: Set(other.members.elements.map(\.key)), &output) { $0.merge(other) }
      }
    case .note(let news):
      if let parent {
        output.send(message, to: parent)
      } else {
        change(rules, &output) { $0.merge(news) }
      }
    case .resolve(let found): learn(found, rules, &output)
    case .resolved, .alias: break  // Kept by others: watchers, and the register of a contact's id.
    }
    return output
  }

  private mutating func unite(
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
      output.send(.adopt(cluster, revision: revision), to: other)
      cluster = Cluster()
    }
  }

  private mutating func accept(_ claim: Claim, _ rules: RegisterRules, _ output: inout RegisterOutput) {
    let isOverfull = resolution?.answer.isOverfull ?? false
    var news = Member(
      claim.identifier, at: claim.stamp.time, claim.strength, generation: evidence?.generation ?? 0)
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
      isShared = true
      partners = []
      shared = [SharedMark(node.key, at: own.last)]
    }
    if !isOverfull, !isKnown || !shared.isEmpty {
      tell(Cluster(members: isKnown ? [] : [news], shared: shared), rules, &output)
    }
    // Where several people are behind it, only a decision joins it.
    let joins = !isOverfull && (!isShared || claim.strength == .curated)
    for partner in claim.partners where joins && partner.type.isStrong {
      // Of a pair the larger one's register starts: it is named there as well.
      guard partner.key < node.key, let assertion = claim.assertion(partner) else { continue }
      output.unions += 1
      let other = rules.node(of: partner)
      if isRoot {
        unite(other, assertion, rules, &output)
      } else if let parent {
        output.send(.union(with: other, assertion), to: parent)
      }
    }
    watch(claim.watcher, rules, &output)
  }

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

  private mutating func tell(_ news: Cluster, _ rules: RegisterRules, _ output: inout RegisterOutput) {
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
    watchers.removeAll { $0 == watcher }
    watchers.append(watcher)
    if watchers.count > rules.limits.maxWatchers { watchers.removeFirst() }
    guard let answer = resolution?.answer, let own = evidence?.contactID else { return }
    // That it is its own contact, without a name, the watcher knows by itself.
    guard answer.contact != own || answer.name != nil || !answer.segments.isEmpty else { return }
    output.send(.resolved(node.key, answer), to: watcher)
  }

  private mutating func learn(_ found: Resolution, _ rules: RegisterRules, _ output: inout RegisterOutput) {
    if let resolution, !found.isNewer(than: resolution) { return }
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
