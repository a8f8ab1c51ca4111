package import JourneyModel

/// Strong identifiers that hang together, with everything said about them. Nothing in it is ever folded:
/// contacts are computed from it anew, so a newer statement takes back what an older one did.
package struct Cluster: Sendable, Hashable {
  /// By key.
  package private(set) var members: KeyedList<Member>
  /// In the order in which they count.
  package private(set) var assertions: KeyedList<Assertion>
  package private(set) var shared: KeyedList<SharedMark>
  package private(set) var erasures: KeyedList<Erasure>
  package private(set) var requests: KeyedList<ErasureRequest>

  /// An empty cluster.
  package init() {
    members = KeyedList()
    assertions = KeyedList()
    shared = KeyedList()
    erasures = KeyedList()
    requests = KeyedList()
  }

  /// A cluster of some parts, as `merge` would make it.
  package init(
    members: [Member], assertions: [Assertion] = [], shared: [SharedMark] = [], erasures: [Erasure] = [],
    requests: [ErasureRequest] = []
  ) {
    self.members = KeyedList(members)
    self.assertions = KeyedList(assertions)
    self.shared = KeyedList(shared)
    self.erasures = KeyedList(erasures)
    self.requests = KeyedList(requests)
    dropErased()
  }

  /// A cluster that one member is all of.
  package init(_ member: Member) {
    self.init()
    members = KeyedList(one: member)
  }

  /// A cluster as it was stored.
  package init(
    members: KeyedList<Member>, assertions: KeyedList<Assertion>, shared: KeyedList<SharedMark>,
    erasures: KeyedList<Erasure>, requests: KeyedList<ErasureRequest>
  ) {
    self.members = members
    self.assertions = assertions
    self.shared = shared
    self.erasures = erasures
    self.requests = requests
    dropErased()
  }

  package var isEmpty: Bool {
    members.isEmpty && assertions.isEmpty && shared.isEmpty && erasures.isEmpty && requests.isEmpty
  }

  /// Takes what another cluster says. Commutative, associative and idempotent, as long as no evidence of a
  /// later generation is older than the erasure that began it; registers see to that.
  package mutating func merge(_ other: Cluster) {
    guard !erasures.isEmpty || !other.erasures.isEmpty else { return unite(with: other) }
    // What is erased goes before times are compared: else an old birth would live on in a younger member.
    erasures.merge(other.erasures)
    var incoming = other
    incoming.erasures = erasures
    dropErased()
    incoming.dropErased()
    unite(with: incoming)
  }

  private mutating func unite(with other: Cluster) {
    members.merge(other.members)
    assertions.merge(other.assertions)
    shared.merge(other.shared)
    requests.merge(other.requests)
  }

  /// Adds an assertion; without effect if one of the two was erased since.
  package mutating func add(_ assertion: Assertion) {
    if isKept(assertion) { assertions.insert(assertion) }
  }

  /// Notes that readers have seen the contact that an identifier stands for.
  package mutating func publish(_ key: IdentifierKey) {
    let place = members.firstIndex { $0.key >= key }
    guard place < members.count, members.elements[place].key == key else { return }
    members.update(at: place) { $0.isPublished = true }
  }

  package func member(_ key: IdentifierKey) -> Member? {
    let place = members.firstIndex { $0.key >= key }
    return place < members.count && members.elements[place].key == key ? members.elements[place] : nil
  }

  /// When an identifier was first seen, or began anew.
  package func created(_ member: Member) -> EventTime {
    if let created = member.created { return created }
    guard let erasure = erasure(of: member.key) else { return member.last }
    return min(erasure.time + EventTime.Span(milliseconds: 1), member.last)
  }

  package func erasure(of key: IdentifierKey) -> Erasure? {
    let place = erasures.firstIndex { $0.key >= key }
    return place < erasures.count && erasures.elements[place].key == key ? erasures.elements[place] : nil
  }

  mutating func note(_ erasure: Erasure) { erasures.insert(erasure) }

  /// Asks for the erasure of an identifier's contact, here or wherever the cluster meets the identifier.
  package mutating func request(_ request: ErasureRequest) { requests.insert(request) }

  mutating func dropErased() {
    guard !erasures.isEmpty else { return }
    let known = erasures
    func erasure(_ key: IdentifierKey) -> Erasure? {
      let place = known.firstIndex { $0.key >= key }
      return place < known.count && known.elements[place].key == key ? known.elements[place] : nil
    }
    members.transform { member in erasure(member.key).map { member.after($0) } ?? member }
    shared.removeAll { mark in erasure(mark.key).map { mark.time <= $0.time } ?? false }
    assertions.removeAll { assertion in
      [assertion.pair.one, assertion.pair.other].contains { key in
        erasure(key).map { assertion.stamp.time <= $0.time } ?? false
      }
    }
  }

  private func isKept(_ assertion: Assertion) -> Bool {
    ![assertion.pair.one, assertion.pair.other].contains { key in
      erasure(of: key).map { assertion.stamp.time <= $0.time } ?? false
    }
  }

  /// Changes what bounds leave of it; the order of what stays is kept.
  mutating func keep(members isKept: (Member) -> Bool) {
    members.removeAll { !isKept($0) }
  }

  mutating func keep(assertions isKept: (Assertion) -> Bool) {
    assertions.removeAll { !isKept($0) }
  }

  mutating func keep(shared isKept: (SharedMark) -> Bool) {
    shared.removeAll { !isKept($0) }
  }

  mutating func keep(erasures isKept: (Erasure) -> Bool, requests isAsked: (ErasureRequest) -> Bool) {
    let asked = requests.elements.filter(isAsked)
    erasures.removeAll { !isKept($0) }
    if asked.count < requests.count { requests = KeyedList(asked) }
  }

  /// Changes one member, if it is here.
  mutating func change(_ key: IdentifierKey, _ change: (inout Member) -> Void) {
    let place = members.firstIndex { $0.key >= key }
    guard place < members.count, members.elements[place].key == key else { return }
    members.update(at: place, change)
  }

  /// Changes the member at a place; its key must stay.
  mutating func change(at place: Int, _ change: (inout Member) -> Void) {
    members.update(at: place, change)
  }

  mutating func change(_ change: (inout Member) -> Void) {
    members.transform { member in
      var changed = member
      change(&changed)
      return changed
    }
  }
}
