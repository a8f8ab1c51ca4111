internal import JourneyModel

/// Groups become contacts.
extension ContactFormation {
  func partition(isExplained: Bool) -> ContactPartition {
    var contacts: [Contact] = []
    var contactOf = [Int](repeating: -1, count: members.count)
    var places: [[Int]] = []
    for member in members.indices {
      let group = group[member]
      if contactOf[group] < 0 {
        contactOf[group] = places.count
        places.append([])
        places[contactOf[group]].reserveCapacity(sizes[group])
      }
      places[contactOf[group]].append(member)
    }
    contacts.reserveCapacity(places.count)
    for places in places {
      contacts.append(ContactFormation.contact(places, members, created, limits, known))
    }
    addLinks(to: &contacts, contactOf)
    contacts.sort { $0.canonical < $1.canonical }
    let decisions = isExplained ? zip(assertions, outcomes).map { LinkDecision($0, $1) } : []
    return ContactPartition(contacts: contacts, decisions: decisions)
  }

  /// What follows from the members alone.
  ///
  /// - Parameter places: ascending, and so by key.
  static func contact(
    _ places: [Int], _ members: [Member], _ created: [EventTime], _ limits: IdentityLimits,
    _ known: KnownContactIDs
  ) -> Contact {
    let canonical = places.min { left, right in
      let (one, other) = (members[left].identifier.type, members[right].identifier.type)
      if (one == .contact) != (other == .contact) { return one == .contact }
      return created[left] == created[right] ? left < right : created[left] < created[right]
    }
    // There is no group of nobody.
    let head = canonical ?? 0
    var traits = KeyedList<Trait>()
    var segments = KeyedList<SegmentAssignment>()
    for place in places {
      traits.merge(members[place].traits)
      segments.merge(members[place].segments)
    }
    segments.removeAll { !$0.isAssigned }
    segments.keepNewest(limits.maxSegments) { ($0.stamp, $0.segment) }
    let devices = devices(places, members)
    let strength = places.reduce(EvidenceStrength.observed) { max($0, members[$1].strength) }
    let isCurated = members[head].identifier.type == .contact
    let id = known.id(of: members[head])
    let isIdentified = places.count > 1 || devices.count > 1 || strength > .observed
    return Contact(
      id: id, canonical: members[head].key,
      type: isCurated ? .curated : isIdentified ? .identified : .ephemeral,
      identifiers: places.map { members[$0].key },
      created: places.reduce(created[head]) { min($0, created[$1]) },
      last: places.reduce(members[head].last) { max($0, members[$1].last) }, strength: strength,
      traits: traits.elements, segments: segments.elements,
      devices: devices.count > limits.maxDevices ? Array(devices.prefix(limits.maxDevices)) : devices,
      devicesLeftOut: max(0, devices.count - limits.maxDevices),
      mergeSet: places.filter { members[$0].isPublished }.map { $0 == head ? id : known.id(of: members[$0]) }
        .sorted(),
      suggestions: [])
  }

  /// The devices of a group's members, newest first. One that two members name was a person's whenever it was
  /// one of theirs.
  private static func devices(_ places: [Int], _ members: [Member]) -> [DeviceUse] {
    func precedes(_ left: DeviceUse, _ right: DeviceUse) -> Bool {
      left.lastSeen == right.lastSeen
        ? left.device.key < right.device.key : left.lastSeen > right.lastSeen
    }
    if places.count == 1 {
      return members[places[0]].devices.elements.filter { !$0.intervals.isEmpty }.sorted(by: precedes)
    }
    var uses: [IdentifierKey: DeviceUse] = [:]
    for place in places {
      for use in members[place].devices.elements where !use.intervals.isEmpty {
        if var known = uses[use.device.key] {
          known.revision = max(known.revision, use.revision)
          known.lastSeen = max(known.lastSeen, use.lastSeen)
          known.intervals = DeviceUse.united(known.intervals + use.intervals)
          uses[use.device.key] = known
        } else {
          uses[use.device.key] = use
        }
      }
    }
    return uses.values.sorted(by: precedes)
  }

  /// What follows from links: how sure it is, and whom they might have joined.
  private func addLinks(to contacts: inout [Contact], _ contactOf: [Int]) {
    // Newest first: of a pair's refusals the newest is shown. What several people use suggests nobody: it
    // would suggest all of them to each other, and a shared identifier's register tells of no link that comes
    // after it knew, so whom it suggested would depend on who came first.
    var refused: [(one: Int, other: Int, Assertion, RefusalReason)] = []
    for (number, outcome) in outcomes.enumerated() {
      let assertion = assertions[number]
      switch outcome {
      case .joined, .together:
        guard let one = group(of: assertion.pair.one) else { continue }
        let contact = contactOf[one]
        contacts[contact].strength = max(contacts[contact].strength, assertion.strength)
        if assertion.strength == .curated { contacts[contact].type = .curated }
      case .refused(let reason) where !reason.isShared:
        let pair = assertion.pair
        guard let one = group(of: pair.one), let other = group(of: pair.other), one != other else { continue }
        refused.append((contactOf[one], contactOf[other], assertion, reason))
      default: continue
      }
    }
    guard !refused.isEmpty else { return }
    refused.sort { left, right in
      left.2.stamp == right.2.stamp ? Assertion.precedes(left.2, right.2) : left.2.stamp > right.2.stamp
    }
    var told = Set<IdentifierPair>()
    for (one, other, assertion, reason) in refused where told.insert(assertion.pair).inserted {
      for (contact, counterpart) in [(one, other), (other, one)]
      where contacts[contact].suggestions.count < limits.maxSuggestions {
        contacts[contact].suggestions.append(
          ContactSuggestion(assertion, reason, other: contacts[counterpart].id))
      }
    }
  }
}

extension DeviceUse {
  /// Intervals without overlap, ascending.
  static func united(_ intervals: [Interval]) -> [Interval] {
    let sorted = intervals.sorted { left, right in
      guard let other = right.from else { return false }
      return left.from.map { $0 < other } ?? true
    }
    var result: [Interval] = []
    for interval in sorted {
      guard let last = result.last else {
        result.append(interval)
        continue
      }
      let from = interval.from ?? EventTime(milliseconds: .min)
      if let end = last.to, from > end {
        result.append(interval)
      } else if let end = last.to {
        result[result.count - 1].to = interval.to.map { max($0, end) }
      }
    }
    return result
  }
}
