internal import JourneyModel

extension Cluster {
  /// The contacts: a function of the content alone, whatever the order in which it came together.
  ///
  /// Links are looked at from the strongest to the weakest, of equals the oldest first. Each joins the groups
  /// of its two ends, unless something speaks against it.
  package func contacts(_ limits: IdentityLimits) -> ContactPartition {
    var formation = ContactFormation(self, limits)
    formation.join()
    return formation.partition()
  }
}

/// Contacts in the making. Members are numbers here: their places in the cluster.
struct ContactFormation {
  /// How many a group has of a type, or of a source's.
  struct Slot: Hashable {
    let type: IdentifierType
    let source: [UInt8]
  }

  let limits: IdentityLimits
  let members: [Member]
  private let assertions: [Assertion]
  private let shared: [SharedMark]
  let created: [EventTime]
  private let places: [IdentifierKey: Int]
  /// What decides about a pair: of the curated statements the one that prevails.
  private var verdicts: [IdentifierPair: Assertion] = [:]
  /// Pairs that must stay apart.
  private var apart: [(one: Int, other: Int, pair: IdentifierPair)] = []

  /// The group of each member, named by one of it.
  private(set) var group: [Int]
  private(set) var groupMembers: [[Int]]
  private var slotOf: [Int] = []
  private var slots: [Slot] = []
  /// How many of each slot a group has.
  private var counts: [[Int: Int]]
  private(set) var decisions: [LinkDecision] = []

  init(_ cluster: Cluster, _ limits: IdentityLimits) {
    self.limits = limits
    members = cluster.members.elements
    assertions = cluster.assertions.elements
    shared = cluster.shared.elements
    created = members.map { cluster.created($0) }
    var places: [IdentifierKey: Int] = [:]
    places.reserveCapacity(members.count)
    for (place, member) in members.enumerated() { places[member.key] = place }
    self.places = places
    group = Array(members.indices)
    groupMembers = members.indices.map { [$0] }
    var numbers: [Slot: Int] = [:]
    for member in members {
      let source = member.identifier.type.isPerSource ? member.identifier.source : []
      let slot = Slot(type: member.identifier.type, source: source)
      if let known = numbers[slot] {
        slotOf.append(known)
      } else {
        numbers[slot] = slots.count
        slotOf.append(slots.count)
        slots.append(slot)
      }
    }
    counts = slotOf.map { [$0: 1] }
    for assertion in assertions where assertion.strength == .curated {
      if let known = verdicts[assertion.pair], !assertion.prevails(over: known) { continue }
      verdicts[assertion.pair] = assertion
    }
    for assertion in assertions where !assertion.isPositive && verdicts[assertion.pair] == assertion {
      guard let one = places[assertion.pair.one], let other = places[assertion.pair.other] else { continue }
      apart.append((one, other, assertion.pair))
    }
  }

  /// Looks at all assertions, which are in their order already.
  mutating func join() {
    decisions.reserveCapacity(assertions.count)
    for assertion in assertions { decisions.append(LinkDecision(assertion, decide(assertion))) }
  }

  private mutating func decide(_ assertion: Assertion) -> LinkDecision.Outcome {
    let pair = assertion.pair
    let verdict = verdicts[pair]
    guard assertion.isPositive else { return verdict == assertion ? .separates : .outdated }
    guard let one = places[pair.one], let other = places[pair.other] else { return .unknownMember }
    if verdict?.isPositive == false { return .separated }
    let isCurated = assertion.strength == .curated
    if !isCurated, let mark = mark(pair) { return .refused(.shared(mark)) }
    let (left, right) = (group[one], group[other])
    guard left != right else { return .together }
    if let reason = refusal(left, right, assertion.strength) { return .refused(reason) }
    unite(left, right)
    return .joined
  }

  /// The shared end of a pair.
  private func mark(_ pair: IdentifierPair) -> IdentifierKey? {
    shared.first { pair.contains($0.key) }?.key
  }

  private func refusal(_ left: Int, _ right: Int, _ strength: EvidenceStrength) -> RefusalReason? {
    for (one, other, pair) in apart {
      let (first, second) = (group[one], group[other])
      if first == left && second == right || first == right && second == left { return .cannot(pair) }
    }
    // Of everything: what one change of a contact costs is bounded by it.
    guard groupMembers[left].count + groupMembers[right].count <= limits.maxIdentifiers else { return .full }
    guard strength != .curated else { return nil }
    // In the order of slots, so that the reason is always the same one.
    let common = counts[left].keys.filter { counts[right][$0] != nil }.sorted()
    for slot in common
    where (counts[left][slot] ?? 0) + (counts[right][slot] ?? 0) > limits.most(of: slots[slot].type) {
      return .limits(slots[slot].type)
    }
    if strength == .observed, groupMembers[left].count > 1, groupMembers[right].count > 1,
      let slot = common.first
    {
      return .conflict(slots[slot].type)
    }
    return nil
  }

  private mutating func unite(_ left: Int, _ right: Int) {
    let (kept, gone) = groupMembers[left].count >= groupMembers[right].count ? (left, right) : (right, left)
    for member in groupMembers[gone] { group[member] = kept }
    groupMembers[kept].append(contentsOf: groupMembers[gone])
    groupMembers[gone] = []
    for (slot, count) in counts[gone] { counts[kept][slot, default: 0] += count }
    counts[gone] = [:]
  }

  /// The group of an identifier, where it is a member.
  func group(of key: IdentifierKey) -> Int? { places[key].map { group[$0] } }
}
