/// What is kept of a cluster that has grown beyond its bounds. Here only may the result depend on the order
/// in which things arrived.
extension Cluster {
  /// How many bytes it takes at most where it is stored or sent.
  package var weight: Int {
    members.elements.reduce(64) { $0 + Cluster.weight($1) }
      + assertions.elements.reduce(0) { $0 + 52 + $1.stamp.id.count }
      + 32 * shared.count + 48 * erasures.count + 32 * requests.count
  }

  static func weight(_ member: Member) -> Int {
    64 + member.identifier.value.count + member.identifier.source.count
      + member.traits.elements.reduce(0) { $0 + 24 + $1.name.count + $1.value.count + $1.stamp.id.count }
      + member.segments.elements.reduce(0) { $0 + 32 + $1.segment.count + $1.stamp.id.count }
      + member.devices.elements.reduce(0) {
        $0 + 40 + $1.device.value.count + $1.device.source.count + 18 * $1.intervals.count
      }
      + member.grants.elements.reduce(0) {
        $0 + 24 + $1.map.count + $1.assignment.count + $1.holder.id.count
      }
  }

  /// Brings it within its bounds.
  ///
  /// - Returns: members that had to go. Each is a contact of its own from now on; its register joins it to
  ///   nothing any more.
  package mutating func bound(by limits: IdentityLimits) -> [Member] {
    // Nearly all are within them, and stay what they are.
    for place in 0..<members.count where !Cluster.isWithin(limits, members.elements[place]) {
      bound(at: place, by: limits)
    }
    boundErasures(limits)
    if assertions.count > limits.maxAssertions { thinOut() }
    if assertions.count > limits.maxAssertions {
      let last = assertions.elements[limits.maxAssertions]
      keep(assertions: { Assertion.precedes($0, last) })
    }
    guard members.count > limits.maxClusterIdentifiers || weight > limits.maxClusterBytes else { return [] }
    let evicted = evict(limits)
    if weight > limits.maxClusterBytes { shorten(limits) }
    return evicted
  }

  /// Whether a member is surely within its own bounds.
  private static func isWithin(_ limits: IdentityLimits, _ member: Member) -> Bool {
    guard member.traits.count <= limits.maxTraits, member.segments.count <= limits.maxSegments,
      member.devices.count <= limits.maxDevices
    else { return false }
    return member.traits.elements.allSatisfy {
      $0.value.count <= limits.maxTraitBytes && $0.name.count <= limits.maxTraitBytes
    }
  }

  private mutating func bound(at place: Int, by limits: IdentityLimits) {
    change(at: place) { member in
      member.traits.removeAll {
        $0.value.count > limits.maxTraitBytes || $0.name.count > limits.maxTraitBytes
      }
      member.traits.keepNewest(limits.maxTraits) { ($0.stamp, $0.name) }
      // Those taken away are counted by themselves: they must not drive out what is held.
      let taken = KeyedList(ascending: member.segments.elements.filter { !$0.isAssigned })
      member.segments.removeAll { !$0.isAssigned }
      member.segments.keepNewest(limits.maxSegments) { ($0.stamp, $0.segment) }
      if var taken, !taken.isEmpty {
        taken.keepNewest(limits.maxSegments) { ($0.stamp, $0.segment) }
        member.segments.merge(taken)
      }
      member.devices.keepNewest(limits.maxDevices) { (Stamp($0.lastSeen, []), $0.device.value) }
    }
  }

  /// Leaves of the assertions of a pair that are equally strong the oldest and the newest: the others change
  /// no contact.
  private mutating func thinOut() {
    struct Kind: Hashable {
      let pair: IdentifierPair
      let strength: EvidenceStrength
      let isPositive: Bool
    }
    var ends: [Kind: (oldest: Stamp, newest: Stamp)] = [:]
    func kind(_ assertion: Assertion) -> Kind {
      Kind(pair: assertion.pair, strength: assertion.strength, isPositive: assertion.isPositive)
    }
    for assertion in assertions.elements {
      let known = ends[kind(assertion)]
      ends[kind(assertion)] = (
        min(known?.oldest ?? assertion.stamp, assertion.stamp),
        max(known?.newest ?? assertion.stamp, assertion.stamp)
      )
    }
    keep(assertions: { assertion in
      guard let known = ends[kind(assertion)] else { return true }
      return assertion.stamp == known.oldest || assertion.stamp == known.newest
    })
  }

  /// Keeps the first members by (curated, created, key), as many as the bounds allow, and at least one.
  private mutating func evict(_ limits: IdentityLimits) -> [Member] {
    var curated = Set<IdentifierKey>()
    for assertion in assertions.elements where assertion.strength == .curated {
      curated.insert(assertion.pair.one)
      curated.insert(assertion.pair.other)
    }
    func rank(_ member: Member) -> Int {
      member.identifier.type == .contact ? 0 : curated.contains(member.key) ? 1 : 2
    }
    let ranked = members.elements.sorted { left, right in
      if rank(left) != rank(right) { return rank(left) < rank(right) }
      return (created(left), left.key) < (created(right), right.key)
    }
    var stay = min(ranked.count, limits.maxClusterIdentifiers)
    var remaining = weight - ranked[stay...].reduce(0) { $0 + Cluster.weight($1) }
    // Assertions of those that go, go with them; counted where one end of a pair goes first.
    var place: [IdentifierKey: Int] = [:]
    for (index, member) in ranked.enumerated() { place[member.key] = index }
    var assertionBytes = [Int](repeating: 0, count: ranked.count)
    for assertion in assertions.elements {
      guard let one = place[assertion.pair.one], let other = place[assertion.pair.other] else { continue }
      assertionBytes[max(one, other)] += 52 + assertion.stamp.id.count
    }
    remaining -= assertionBytes[stay...].reduce(0, +)
    while stay > 1, remaining > limits.maxClusterBytes {
      stay -= 1
      remaining -= Cluster.weight(ranked[stay]) + assertionBytes[stay]
    }
    let evicted = Array(ranked[stay...])
    let gone = Set(evicted.map(\.key))
    keep(members: { !gone.contains($0.key) })
    keep(assertions: { !gone.contains($0.pair.one) && !gone.contains($0.pair.other) })
    return evicted
  }

  /// The only member left is too large by itself: what is oldest in it goes.
  private mutating func shorten(_ limits: IdentityLimits) {
    let excess = weight - limits.maxClusterBytes
    change { member in
      let allowed = Cluster.weight(member) - excess
      while Cluster.weight(member) > allowed {
        let most = max(member.devices.count, member.segments.count, member.traits.count)
        guard most > 0 else { return }
        if member.devices.count == most {
          member.devices.keepNewest(most - 1) { (Stamp($0.lastSeen, []), $0.device.value) }
        } else if member.segments.count == most {
          member.segments.keepNewest(most - 1) { ($0.stamp, $0.segment) }
        } else {
          member.traits.keepNewest(most - 1) { ($0.stamp, $0.name) }
        }
      }
    }
  }
}

extension KeyedList {
  /// Leaves the newest; of two equally old ones that with the smaller name goes.
  mutating func keepNewest(_ most: Int, by age: (Element) -> (stamp: Stamp, name: [UInt8])) {
    guard count > most else { return }
    let newest = elements.sorted { left, right in
      let (one, other) = (age(left), age(right))
      return one.stamp == other.stamp
        ? other.name.lexicographicallyPrecedes(one.name) : one.stamp > other.stamp
    }
    let kept = Set(newest.prefix(most))
    removeAll { !kept.contains($0) }
  }
}
