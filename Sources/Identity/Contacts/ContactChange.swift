/// What has become of contacts with a change of their cluster: for readers who want to hear of each, and not
/// only find contacts as they are now.
package enum ContactChange: Sendable, Hashable {
  /// An id that readers knew leads to another contact.
  case merged(ContactID, into: ContactID, because: [[UInt8]])
  /// A part of a contact is a contact of its own.
  case separated(ContactID, from: ContactID, because: [[UInt8]])
  /// Two contacts may be the same person.
  case suggested(ContactID, other: ContactID, RefusalReason, because: [[UInt8]])

  /// Most events and commands that are named as its causes: the first that count.
  package static let maxCauses = 10

  /// What there is to tell: merges, separations, suggestions, each in the order of the contacts now.
  ///
  /// - Parameters:
  ///   - former: the contacts before, of all clusters that are one now.
  ///   - new: the contacts now, as readers are told of them.
  ///   - gone: ids that stand for nobody any more: whoever has an identifier of theirs now is somebody else.
  ///   - cluster: what they follow from.
  static func between(
    _ former: [Contact], _ new: [Contact], gone: Set<ContactID> = [], _ cluster: Cluster,
    _ limits: IdentityLimits
  ) -> [ContactChange] {
    // Of most changes there is nothing to tell: somebody is new, or is who they were.
    let suggestsNothing = former.allSatisfy(\.suggestions.isEmpty) && new.allSatisfy(\.suggestions.isEmpty)
    if suggestsNothing, former.isEmpty || former.count == 1 && new.count == 1 && former[0].id == new[0].id {
      return []
    }
    let known = former.filter { $0.mergeSet.contains($0.id) }
    let before = Set(known.map(\.id))
    let now = Set(new.map(\.id))
    var suggestions = Set(former.flatMap(\.suggestions).map(\.assertion.pair))
    let suggestsMore = new.contains { contact in
      contact.suggestions.contains { !suggestions.contains($0.assertion.pair) }
    }
    guard before != now || suggestsMore else { return [] }
    var places: [IdentifierKey: Int] = [:]
    for (place, contact) in former.enumerated() {
      for key in contact.identifiers { places[key] = place }
    }
    // Of most changes nobody asks for causes: a contact is new.
    var explained: Causes?
    func causes() -> Causes {
      let causes = explained ?? Causes(cluster, limits, before: places)
      explained = causes
      return causes
    }
    var merges: [ContactChange] = []
    var separations: [ContactChange] = []
    var told: [ContactChange] = []
    for contact in new {
      for source in known
      where source.id != contact.id && !gone.contains(source.id) && !contact.isDisjoint(with: source) {
        if !now.contains(source.id) {
          merges.append(.merged(source.id, into: contact.id, because: causes().joining(contact)))
        } else if !before.contains(contact.id) {
          separations.append(
            .separated(contact.id, from: source.id, because: causes().separating(contact, from: source)))
        }
      }
      for suggestion in contact.suggestions where suggestions.insert(suggestion.assertion.pair).inserted {
        told.append(
          .suggested(
            contact.id, other: suggestion.other, suggestion.reason, because: [suggestion.assertion.stamp.id]))
      }
    }
    return merges + separations + told
  }

  /// Which statements led there.
  private struct Causes {
    let decisions: [LinkDecision]
    /// Which contact each identifier was of before.
    let before: [IdentifierKey: Int]

    init(_ cluster: Cluster, _ limits: IdentityLimits, before: [IdentifierKey: Int]) {
      decisions = cluster.contacts(limits).decisions
      self.before = before
    }

    /// What joined identifiers of a contact that were not of one before.
    func joining(_ contact: Contact) -> [[UInt8]] {
      ids { decision in
        let pair = decision.assertion.pair
        return decision.outcome == .joined && contact.identifiers.contains(pair.one)
          && (before[pair.one] == nil || before[pair.one] != before[pair.other])
      }
    }

    /// What keeps a contact apart from those that it was one with.
    func separating(_ contact: Contact, from source: Contact) -> [[UInt8]] {
      ids { decision in
        let pair = decision.assertion.pair
        let (one, other) = (contact.identifiers.contains(pair.one), contact.identifiers.contains(pair.other))
        guard one != other, source.identifiers.contains(pair.one), source.identifiers.contains(pair.other)
        else { return false }
        if case .refused = decision.outcome { return true }
        return decision.outcome == .separates
      }
    }

    private func ids(_ counts: (LinkDecision) -> Bool) -> [[UInt8]] {
      var ids: [[UInt8]] = []
      for decision in decisions where ids.count < maxCauses && counts(decision) {
        let id = decision.assertion.stamp.id
        if !ids.contains(id) { ids.append(id) }
      }
      return ids
    }
  }
}

extension Contact {
  /// Whether an identifier is one of its own.
  func has(_ key: IdentifierKey) -> Bool {
    var (low, high) = (0, identifiers.count)
    while low < high {
      let middle = (low + high) / 2
      if identifiers[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < identifiers.count && identifiers[low] == key
  }

  /// Whether it has no identifier of another; both are in the order of their keys.
  fileprivate func isDisjoint(with other: Contact) -> Bool {
    var (own, others) = (identifiers[...], other.identifiers[...])
    while let one = own.first, let next = others.first {
      if one == next { return false }
      if one < next { own.removeFirst() } else { others.removeFirst() }
    }
    return true
  }
}
