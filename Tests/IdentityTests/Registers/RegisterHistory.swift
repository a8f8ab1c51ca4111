import Identity
import JourneyModel
import SeededGenerator

/// A random history as lanes would see it: events and decisions that name identifiers.
struct RegisterHistory {
  var claims: [Claim] = []
  var rules: RegisterRules

  init(_ random: inout SeededGenerator, lanes: Int32) {
    var limits = IdentityLimits()
    limits.maxPartners = Int(random.pick(3...6))
    limits.emails = Int(random.pick(1...4))
    limits.maxIdentifiers = Int(random.pick(4...12))
    limits.maxSuggestions = 1_000
    limits.activityStep = EventTime.Span(milliseconds: 0)
    rules = RegisterRules(limits: limits, identifiers: IdentifierRules()) { value in
      LaneNumber(value.reduce(7) { ($0 &* 31 &+ Int32($1)) & 0x7fff_ffff } % lanes)
    }
    let pool = Fact.pool.shuffled(using: &random).prefix(Int(random.pick(2...14))) + [email("info")]
    let hub = pool.first
    for number in 0..<random.pick(2...24) {
      var named = [random.pick(Array(pool))]
      if random.chance(25), let hub { named.append(hub) }
      while random.chance(55), named.count < 4 { named.append(random.pick(Array(pool))) }
      let stamp = stamp(random.pick(1...60), "e\(number)")
      let strength: EvidenceStrength =
        random.chance(15) ? .curated : random.pick([.observed, .observed, .authenticated, .channel])
      let isSeparating = strength == .curated && random.chance(50)
      var traits: [Trait] = []
      if random.chance(40) {
        traits = [Trait(bytes("givenName"), bytes(random.pick(["Ann", "Bob", "Gwen"])), stamp)]
      }
      var unique: [Identifier] = []
      for identifier in named where !unique.contains(identifier) { unique.append(identifier) }
      if strength == .curated { unique = Array(unique.prefix(2)) }
      for identifier in unique {
        claims.append(
          Claim(
            identifier, strength, stamp, partners: unique.filter { $0 != identifier },
            isSeparating: isSeparating, traits: identifier == unique[0] ? traits : []))
      }
    }
  }

  /// What the history says, as facts; who is shared follows from all of it.
  var facts: [Fact] {
    var facts: [Fact] = []
    var partners: [IdentifierKey: Set<IdentifierKey>] = [:]
    for claim in claims {
      var member = Member(claim.identifier, at: claim.stamp.time, claim.strength)
      for trait in claim.traits { member.traits.insert(trait) }
      facts.append(.birth(member))
      if rules.identifiers.isRole(claim.identifier) {
        facts.append(.shared(SharedMark(claim.identifier.key, at: claim.stamp.time)))
      }
      for partner in claim.partners {
        let pair = pair(claim.identifier, partner)
        facts.append(
          .said(
            claim.isSeparating
              ? Assertion(separation: pair, claim.stamp) : Assertion(link: pair, claim.strength, claim.stamp))
        )
        if claim.strength != .curated { partners[claim.identifier.key, default: []].insert(partner.key) }
      }
    }
    for (key, others) in partners where others.count > rules.limits.maxPartners {
      facts.append(.shared(SharedMark(key, at: time(60))))
    }
    return facts
  }
}
