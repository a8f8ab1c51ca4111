internal import JourneyModel

/// Why identifiers are one person, and others are not: what F does with a cluster, step by step, as far as it
/// concerns one contact.
package struct ContactExplanation: Sendable, Hashable {
  /// What became of one statement about two identifiers.
  package struct Link: Sendable, Hashable {
    package var decision: LinkDecision
    /// The identifier of the contact that it is about; `nil` if none of the two is known.
    package var own: Identifier?
    /// The other one; `nil` if it is not known here.
    package var other: Identifier?
    /// The contact that the other one is of, where that is not this one.
    package var otherContact: ContactID?
  }

  package var contact: Contact
  /// Its identifiers, those first that were seen first.
  package var members: [Member]
  /// Which of them several people use.
  package var shared: Set<IdentifierKey>
  /// What was said of its identifiers, in the order in which it counts.
  package var links: [Link]
  /// Where the cluster is kept, and how often it has changed.
  package var root: NodeRef
  package var revision: Int
  /// How many others are known in the cluster: contacts that touched this one and were not joined, or were
  /// joined to those.
  package var otherContacts: Int

  /// - Parameters:
  ///   - key: an identifier of the contact.
  ///   - register: a root.
  /// - Returns: `nil` if the root does not know the identifier, as its cluster is under way.
  package init?(of key: IdentifierKey, in register: Register, _ limits: IdentityLimits) {
    let cluster = register.cluster
    let partition = cluster.contacts(limits)
    guard register.isRoot, let contact = partition.contact(of: key) else { return nil }
    self.contact = contact
    let keys = Set(contact.identifiers)
    var owners: [IdentifierKey: ContactID] = [:]
    for other in partition.contacts where other.id != contact.id {
      for key in other.identifiers { owners[key] = other.id }
    }
    members = contact.identifiers.compactMap { cluster.member($0) }.sorted { left, right in
      let (one, other) = (cluster.created(left), cluster.created(right))
      return one == other ? left.key < right.key : one < other
    }
    shared = Set(cluster.shared.elements.map(\.key)).intersection(keys)
    links = partition.decisions.compactMap { decision in
      let pair = decision.assertion.pair
      guard keys.contains(pair.one) || keys.contains(pair.other) else { return nil }
      let (own, other) = keys.contains(pair.one) ? (pair.one, pair.other) : (pair.other, pair.one)
      return Link(
        decision: decision, own: cluster.member(own)?.identifier, other: cluster.member(other)?.identifier,
        otherContact: owners[other])
    }
    root = register.node
    revision = register.revision
    otherContacts = partition.contacts.count - 1
  }

  /// What maps may have acted on, the oldest first.
  package var grants: [Grant] {
    members.flatMap(\.grants.elements).sorted {
      $0.holder == $1.holder ? Grant.precedes($0, $1) : $0.holder < $1.holder
    }
  }

  /// The assignment that a grant is of, if it still stands.
  package func segment(of grant: Grant) -> SegmentAssignment? {
    contact.segments.first { $0.id == grant.assignment }
  }
}
