import Identity
import JourneyModel

/// Contacts by the rules as they are written, from the facts one by one: no cluster, no groups with numbers,
/// no counters. Slow, and made to be read.
struct ObviousContacts {
  let facts: [Fact]
  let limits: IdentityLimits

  private var erasedAt: [IdentifierKey: (time: EventTime, generation: Int)] {
    var result: [IdentifierKey: (time: EventTime, generation: Int)] = [:]
    for case .erased(let erasure) in facts {
      let known = result[erasure.key]
      result[erasure.key] = (
        max(known?.time ?? erasure.time, erasure.time),
        max(known?.generation ?? erasure.generation, erasure.generation)
      )
    }
    return result
  }

  private struct Known {
    var evidence: [Member]
    var erased: (time: EventTime, generation: Int)?

    var identifier: Identifier { evidence[0].identifier }
    var newest: [Member] {
      let generation = max(evidence.map(\.generation).max() ?? 0, erased?.generation ?? 0)
      return evidence.filter { $0.generation == generation }
    }
    var generation: Int { max(evidence.map(\.generation).max() ?? 0, erased?.generation ?? 0) }
    var created: Int64 {
      if let oldest = newest.map(\.last.milliseconds).min() { return oldest }
      return (erased?.time.milliseconds ?? 0) + 1
    }
    var last: Int64 { evidence.map(\.last.milliseconds).max() ?? 0 }
    var strength: EvidenceStrength { newest.map(\.strength).max() ?? .observed }
    var isPublished: Bool { newest.contains { $0.isPublished } }
    var contact: String {
      text(ContactID(of: identifier, generation: generation).text)
    }
  }

  /// Identifiers of one contact each.
  func groups() -> [Set<IdentifierKey>] {
    let (known, said, shared) = content()
    return group(Array(known.values), Array(said), shared).0
  }

  /// What is left of the facts.
  private func content() -> ([IdentifierKey: Known], Set<Assertion>, Set<IdentifierKey>) {
    let erased = erasedAt
    func isGone(_ key: IdentifierKey, _ time: EventTime) -> Bool {
      erased[key].map { time <= $0.time } ?? false
    }
    var known: [IdentifierKey: Known] = [:]
    for case .birth(let member) in facts where !isGone(member.key, member.last) {
      known[member.key, default: Known(evidence: [], erased: erased[member.key])].evidence.append(member)
    }
    var said = Set<Assertion>()
    for case .said(let assertion) in facts
    where !isGone(assertion.pair.one, assertion.stamp.time)
      && !isGone(assertion.pair.other, assertion.stamp.time)
    {
      said.insert(assertion)
    }
    var shared = Set<IdentifierKey>()
    for case .shared(let mark) in facts where !isGone(mark.key, mark.time) { shared.insert(mark.key) }
    return (known, said, shared)
  }

  /// Each contact in words, sorted.
  func contacts() -> [String] {
    let (known, said, shared) = content()
    let (groups, refused, curated) = group(Array(known.values), Array(said), shared)
    return groups.map { group in
      describe(
        group.compactMap { known[$0] },
        groups.filter { $0 != group }.map { ($0, head($0.compactMap { known[$0] }).contact) },
        refused.filter { group.contains($0.0.pair.one) || group.contains($0.0.pair.other) },
        said.filter { group.contains($0.pair.one) && group.contains($0.pair.other) },
        curated: curated.contains { group.contains($0.one) })
    }.sorted()
  }

  private func verdict(_ pair: IdentifierPair, _ said: [Assertion]) -> Bool? {
    let decisions = said.filter { $0.pair == pair && $0.strength == .curated }
    guard let newest = decisions.map(\.stamp).max() else { return nil }
    return !decisions.contains { $0.stamp == newest && !$0.isPositive }
  }

  private func group(_ known: [Known], _ said: [Assertion], _ shared: Set<IdentifierKey>)
    -> ([Set<IdentifierKey>], [(Assertion, String)], [IdentifierPair])
  {
    var groups = known.map { Set([$0.identifier.key]) }
    var refused: [(Assertion, String)] = []
    var curated: [IdentifierPair] = []
    let all = Dictionary(uniqueKeysWithValues: known.map { ($0.identifier.key, $0.identifier) })
    let links = said.filter {
      $0.isPositive && verdict($0.pair, said) != false && all[$0.pair.one] != nil
        && all[$0.pair.other] != nil
    }.sorted { left, right in
      if left.strength != right.strength { return left.strength.rawValue > right.strength.rawValue }
      if left.stamp.time != right.stamp.time { return left.stamp.time < right.stamp.time }
      if left.stamp.id != right.stamp.id { return text(left.stamp.id) < text(right.stamp.id) }
      return (left.pair.one, left.pair.other) < (right.pair.one, right.pair.other)
    }
    for link in links {
      let isCurated = link.strength == .curated
      if !isCurated, shared.contains(link.pair.one) || shared.contains(link.pair.other) {
        refused.append((link, "shared"))
        continue
      }
      guard let one = groups.first(where: { $0.contains(link.pair.one) }),
        let other = groups.first(where: { $0.contains(link.pair.other) })
      else { continue }
      if one == other {
        if isCurated { curated.append(link.pair) }
        continue
      }
      let reason = reason(
        one.compactMap { all[$0] }, other.compactMap { all[$0] }, link, said)
      if let reason {
        refused.append((link, reason))
      } else {
        groups.removeAll { $0 == one || $0 == other }
        groups.append(one.union(other))
        if isCurated { curated.append(link.pair) }
      }
    }
    return (groups, refused, curated)
  }

  private func kind(_ identifier: Identifier) -> String {
    switch identifier.type {
    case .externalID, .social: identifier.type.name + " of " + text(identifier.source)
    default: identifier.type.name
    }
  }

  private func reason(_ one: [Identifier], _ other: [Identifier], _ link: Assertion, _ said: [Assertion])
    -> String?
  {
    for left in one {
      for right in other where verdict(pair(left, right), said) == false { return "cannot" }
    }
    if one.count + other.count > limits.maxIdentifiers { return "full" }
    if link.strength == .curated { return nil }
    let together = one + other
    for identifier in together {
      let same = together.filter { kind($0) == kind(identifier) }
      // Made too large by this: a decision may have made it so before.
      let isOneSided =
        one.allSatisfy { kind($0) != kind(identifier) } || other.allSatisfy { kind($0) != kind(identifier) }
      if !isOneSided, same.count > limits.most(of: identifier.type) { return "limits" }
    }
    let common = Set(one.map { kind($0) }).intersection(other.map { kind($0) })
    if link.strength == .observed, one.count > 1, other.count > 1, !common.isEmpty { return "conflict" }
    return nil
  }

  private func head(_ group: [Known]) -> Known {
    group.sorted { left, right in
      let (one, other) = (left.identifier.type != .contact, right.identifier.type != .contact)
      if one != other { return other }
      return (left.created, left.identifier.key) < (right.created, right.identifier.key)
    }[0]
  }

  private func describe(
    _ group: [Known], _ others: [(Set<IdentifierKey>, String)], _ refused: [(Assertion, String)],
    _ said: Set<Assertion>, curated: Bool
  ) -> String {
    let keys = Set(group.map(\.identifier.key))
    let canonical = head(group)
    let devices = devices(group)
    let inside = said.filter { link in
      link.isPositive && !refused.contains { $0.0 == link } && verdict(link.pair, Array(said)) != false
    }
    let strength = max(
      group.map(\.strength).max() ?? .observed, inside.map(\.strength).max() ?? .observed)
    let type =
      curated || group.contains { $0.identifier.type == .contact }
      ? "Curated" : group.count > 1 || devices.count > 1 || strength > .observed ? "Identified" : "Ephemeral"
    var suggestions: [String] = []
    var told = Set<IdentifierPair>()
    let newestFirst = refused.sorted { left, right in
      let (one, other) = (left.0, right.0)
      if one.stamp != other.stamp { return one.stamp > other.stamp }
      if one.strength != other.strength { return one.strength > other.strength }
      return one.pair < other.pair
    }
    for (link, reason) in newestFirst {
      guard reason != "shared", told.insert(link.pair).inserted else { continue }
      let far = keys.contains(link.pair.one) ? link.pair.other : link.pair.one
      guard !keys.contains(far), suggestions.count < limits.maxSuggestions,
        let other = others.first(where: { $0.0.contains(far) })
      else { continue }
      suggestions.append("\(reason):\(other.1)")
    }
    let values = group.map { text($0.identifier.value) }
    let (oldest, newest) = (group.map(\.created).min() ?? 0, group.map(\.last).max() ?? 0)
    let earlier = group.filter(\.isPublished).map(\.contact)
    let parts: [String] = [
      canonical.contact, type, values.sorted().joined(separator: ","), "\(oldest)-\(newest)", "\(strength)",
      "called " + name(group), "gets " + segments(group).joined(separator: ","),
      "on " + devices.joined(separator: ","), "was " + earlier.sorted().joined(separator: ","),
      "maybe " + suggestions.joined(separator: ","),
    ]
    return parts.joined(separator: " | ")
  }

  private func name(_ group: [Known]) -> String {
    let traits = group.flatMap { known in
      known.evidence.flatMap(\.traits.elements)
    }
    func newest(_ name: String) -> String? {
      traits.filter { text($0.name) == name }.sorted { left, right in
        left.stamp == right.stamp ? text(left.value) < text(right.value) : left.stamp < right.stamp
      }.last.map { text($0.value) }
    }
    return newest("displayName")
      ?? [newest("givenName"), newest("familyName")].compactMap(\.self).joined(separator: " ")
  }

  private func segments(_ group: [Known]) -> [String] {
    var newest: [String: (Stamp, Bool)] = [:]
    for segment in group.flatMap({ $0.evidence.flatMap(\.segments.elements) }) {
      let name = text(segment.segment)
      guard let known = newest[name] else {
        newest[name] = (segment.stamp, segment.isAssigned)
        continue
      }
      if segment.stamp > known.0 || segment.stamp == known.0 && !segment.isAssigned {
        newest[name] = (segment.stamp, segment.isAssigned)
      }
    }
    return newest.filter { $0.value.1 }.keys.sorted()
  }

  private func devices(_ group: [Known]) -> [String] {
    var seen = Set<String>()
    for known in group {
      let uses = known.evidence.flatMap(\.devices.elements)
      for device in Set(uses.map(\.device)) {
        let newest = uses.filter { $0.device == device }.max { $0.lastSeen < $1.lastSeen }
        if let newest, !newest.intervals.isEmpty { seen.insert(text(device.value)) }
      }
    }
    return seen.sorted()
  }
}

extension Contact {
  /// In the words of `ObviousContacts`.
  func description(_ cluster: Cluster) -> String {
    let values = identifiers.compactMap { cluster.member($0)?.identifier.value }
    let given = segments.map { text($0.segment) }
    let used = devices.map { text($0.device.value) }
    let earlier = mergeSet.map { text($0.text) }
    let maybe = suggestions.map { suggestion in suggestion.reason.name + ":" + text(suggestion.other.text) }
    let parts: [String] = [
      text(id.text), type.name, values.map(text).sorted().joined(separator: ","),
      "\(created.milliseconds)-\(last.milliseconds)", "\(strength)", "called " + text(name ?? []),
      "gets " + given.joined(separator: ","), "on " + used.sorted().joined(separator: ","),
      "was " + earlier.joined(separator: ","), "maybe " + maybe.joined(separator: ","),
    ]
    return parts.joined(separator: " | ")
  }
}
