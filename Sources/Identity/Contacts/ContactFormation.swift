internal import JourneyModel

extension Cluster {
  /// The contacts: a function of the content alone, whatever the order in which it came together.
  ///
  /// Links are looked at from the strongest to the weakest, of equals the oldest first. Each joins the groups
  /// of its two ends, unless something speaks against it.
  ///
  /// - Parameter isExplained: whether to say what became of each assertion.
  package func contacts(_ limits: IdentityLimits, isExplained: Bool = true) -> ContactPartition {
    contacts(limits, isExplained: isExplained, KnownContactIDs())
  }

  /// - Parameter known: ids that need not be derived again.
  func contacts(
    _ limits: IdentityLimits, isExplained: Bool, _ known: KnownContactIDs
  ) -> ContactPartition {
    if assertions.isEmpty {
      // Every register begins so.
      if members.isEmpty { return ContactPartition(contacts: [], decisions: []) }
      // Nearly everybody is known by one identifier: nothing is to be joined.
      if members.count == 1 {
        let created = [created(members.elements[0])]
        let contact = ContactFormation.contact([0], members.elements, created, limits, known)
        return ContactPartition(contacts: [contact], decisions: [])
      }
    }
    var formation = ContactFormation(self, limits, known)
    formation.join()
    return formation.partition(isExplained: isExplained)
  }
}

/// Contacts in the making. Members are numbers here: their places in the cluster. All is in flat arrays, as
/// this runs with every change of a cluster.
struct ContactFormation {
  let limits: IdentityLimits
  let known: KnownContactIDs
  let members: [Member]
  let assertions: [Assertion]
  let created: [EventTime]
  /// The members' keys, ascending.
  private let keys: [IdentifierKey]
  private var isShared: [Bool]
  /// What decides about a pair: of the curated statements the one that prevails. Mostly there are none.
  private var verdicts: [IdentifierPair: Assertion] = [:]
  /// Pairs that must stay apart.
  private var apart: [(one: Int, other: Int, pair: IdentifierPair)] = []

  /// The group of each member, named by one of it.
  private(set) var group: [Int]
  /// How many a group has; 0 of one that is part of another now.
  private(set) var sizes: [Int]
  /// From each member to another of its group, in a ring.
  private var next: [Int]
  /// The type, or type and source, that a limit counts by, in numbers.
  private var slots: [(type: IdentifierType, source: [UInt8])] = []
  /// How many of each slot a group has: one row a group.
  private var counts: [Int32]
  /// What became of each assertion.
  private(set) var outcomes: [LinkDecision.Outcome] = []

  init(_ cluster: Cluster, _ limits: IdentityLimits, _ known: KnownContactIDs) {
    self.limits = limits
    self.known = known
    members = cluster.members.elements
    assertions = cluster.assertions.elements
    created = members.map { cluster.created($0) }
    keys = members.map(\.key)
    group = Array(members.indices)
    next = group
    sizes = [Int](repeating: 1, count: members.count)
    isShared = [Bool](repeating: false, count: members.count)
    counts = []
    var slotOf: [Int] = []
    slotOf.reserveCapacity(members.count)
    for member in members { slotOf.append(slot(of: member.identifier)) }
    counts = [Int32](repeating: 0, count: members.count * slots.count)
    for (place, slot) in slotOf.enumerated() { counts[place * slots.count + slot] = 1 }
    for mark in cluster.shared.elements {
      if let place = place(of: mark.key) { isShared[place] = true }
    }
    // Those that count first are curated.
    for assertion in assertions.prefix(while: { $0.strength == .curated }) {
      if let known = verdicts[assertion.pair], !assertion.prevails(over: known) { continue }
      verdicts[assertion.pair] = assertion
    }
    guard !verdicts.isEmpty else { return }
    for assertion in assertions where !assertion.isPositive && verdicts[assertion.pair] == assertion {
      guard let one = place(of: assertion.pair.one), let other = place(of: assertion.pair.other) else {
        continue
      }
      apart.append((one, other, assertion.pair))
    }
  }

  private mutating func slot(of identifier: Identifier) -> Int {
    let isPerSource = identifier.type.isPerSource
    for (number, slot) in slots.enumerated() where slot.type == identifier.type {
      if !isPerSource || slot.source == identifier.source { return number }
    }
    slots.append((identifier.type, isPerSource ? identifier.source : []))
    return slots.count - 1
  }

  /// Looks at all assertions, which are in their order already.
  mutating func join() {
    outcomes.reserveCapacity(assertions.count)
    for number in assertions.indices { outcomes.append(decide(assertions[number])) }
  }

  private mutating func decide(_ assertion: Assertion) -> LinkDecision.Outcome {
    let pair = assertion.pair
    let verdict = verdicts.isEmpty ? nil : verdicts[pair]
    guard assertion.isPositive else { return verdict == assertion ? .separates : .outdated }
    guard let one = place(of: pair.one), let other = place(of: pair.other) else { return .unknownMember }
    if let verdict, !verdict.isPositive { return .separated }
    if assertion.strength != .curated, isShared[one] || isShared[other] {
      return .refused(.shared(isShared[one] ? pair.one : pair.other))
    }
    let (left, right) = (group[one], group[other])
    guard left != right else { return .together }
    if let reason = refusal(left, right, assertion.strength) { return .refused(reason) }
    unite(left, right)
    return .joined
  }

  private func refusal(_ left: Int, _ right: Int, _ strength: EvidenceStrength) -> RefusalReason? {
    for (one, other, pair) in apart {
      let (first, second) = (group[one], group[other])
      if first == left && second == right || first == right && second == left { return .cannot(pair) }
    }
    // Of everything: what one change of a contact costs is bounded by it.
    guard sizes[left] + sizes[right] <= limits.maxIdentifiers else { return .full }
    guard strength != .curated else { return nil }
    // In the order of slots, so that the reason is always the same one.
    let (own, others) = (left * slots.count, right * slots.count)
    var common: Int?
    for slot in slots.indices where counts[own + slot] > 0 && counts[others + slot] > 0 {
      if Int(counts[own + slot] + counts[others + slot]) > limits.most(of: slots[slot].type) {
        return .limits(slots[slot].type)
      }
      common = common ?? slot
    }
    if strength == .observed, sizes[left] > 1, sizes[right] > 1, let common {
      return .conflict(slots[common].type)
    }
    return nil
  }

  private mutating func unite(_ left: Int, _ right: Int) {
    let (kept, gone) = sizes[left] >= sizes[right] ? (left, right) : (right, left)
    var member = gone
    repeat {
      group[member] = kept
      member = next[member]
    } while member != gone
    // Two rings become one where one step of each is exchanged.
    next.swapAt(kept, gone)
    sizes[kept] += sizes[gone]
    sizes[gone] = 0
    for slot in slots.indices { counts[kept * slots.count + slot] += counts[gone * slots.count + slot] }
  }

  /// Where an identifier is among the members.
  private func place(of key: IdentifierKey) -> Int? {
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < keys.count && keys[low] == key ? low : nil
  }

  /// The group of an identifier, where it is a member.
  func group(of key: IdentifierKey) -> Int? { place(of: key).map { group[$0] } }
}
