import Identity
import JourneyModel
import SeededGenerator

/// A random history in rounds, at whose end some are erased. What a round says is older than its erasures;
/// some of it comes rounds later.
struct ErasureHistory {
  /// When evidence comes, as against erasures.
  enum Pace: CaseIterable {
    /// Each erasure finds everything at rest, and so does what comes next.
    case quiet
    /// An erasure meets what is under way; what is newer comes when it is over.
    case racing
    /// What is newer comes before it is over, too.
    case overtaking
  }

  var rules: RegisterRules
  var pace: Pace
  /// By the round in which they come.
  var claims: [[Claim]] = []
  /// Who is erased in each round.
  var erased: [[Identifier]] = []

  /// When a round's erasures take effect.
  static func end(_ round: Int) -> EventTime { time(Int64(round) * 1_000 + 500) }

  init(_ random: inout SeededGenerator) {
    let lanes = Int32(random.pick(1...16))
    var limits = IdentityLimits()
    // A hub's register does not know when each partner came: that is tested by itself.
    limits.maxPartners = 1_000
    limits.emails = Int(random.pick(1...4))
    limits.maxIdentifiers = Int(random.pick(4...12))
    limits.maxSuggestions = 1_000
    limits.activityStep = EventTime.Span(milliseconds: 0)
    rules = RegisterRules(limits: limits, identifiers: IdentifierRules()) { value in
      LaneNumber(value.reduce(7) { ($0 &* 31 &+ Int32($1)) & 0x7fff_ffff } % lanes)
    }
    pace = random.pick(Pace.allCases)
    let pool = Array(Fact.pool.shuffled(using: &random).prefix(Int(random.pick(2...10))))
    let rounds = Int(random.pick(2...4))
    claims = Array(repeating: [], count: rounds + 1)
    for round in 0..<rounds {
      for number in 0..<random.pick(1...12) {
        let at = Int64(round) * 1_000 + random.pick(1...60)
        // Some lanes were down for long.
        let due = random.chance(15) ? Int(random.pick(Int64(round)...Int64(rounds))) : round
        claims[due] += ErasureHistory.event(pool, stamp(at, "e\(round)-\(number)"), &random)
      }
      erased.append((0..<random.pick(0...2)).map { _ in random.pick(pool) })
    }
    erased.append([])
  }

  private static func event(_ pool: [Identifier], _ stamp: Stamp, _ random: inout SeededGenerator) -> [Claim]
  {
    var named = [random.pick(pool)]
    while random.chance(50), named.count < 4 { named.append(random.pick(pool)) }
    let strength: EvidenceStrength =
      random.chance(12) ? .curated : random.pick([.observed, .observed, .authenticated, .channel])
    let isSeparating = strength == .curated && random.chance(40)
    var unique: [Identifier] = []
    for identifier in named where !unique.contains(identifier) { unique.append(identifier) }
    if strength == .curated { unique = Array(unique.prefix(2)) }
    let traits =
      random.chance(40)
      ? [Trait(bytes("givenName"), bytes(random.pick(["Ann", "Bob", "Gwen"])), stamp)] : []
    return unique.map { identifier in
      Claim(
        identifier, strength, stamp, partners: unique.filter { $0 != identifier },
        isSeparating: isSeparating, traits: identifier == unique[0] ? traits : [],
        watcher: random.chance(30) ? NodeRef(cookie("w").key, lane: 3) : nil)
    }
  }

  /// What was said in the rounds up to one, and what of it was erased, as facts.
  func facts(through last: Int, _ erasures: [IdentifierKey: [Erasure]]) -> [Fact] {
    var facts: [Fact] = erasures.values.flatMap { $0.map { Fact.erased($0) } }
    for claim in claims[0...last].flatMap(\.self) {
      let key = claim.identifier.key
      let generation = (erasures[key] ?? []).count { $0.time < claim.stamp.time }
      var member = Member(claim.identifier, at: claim.stamp.time, claim.strength, generation: generation)
      for trait in claim.traits { member.traits.insert(trait) }
      facts.append(.birth(member))
      for partner in claim.partners {
        let pair = pair(claim.identifier, partner)
        facts.append(
          .said(
            claim.isSeparating
              ? Assertion(separation: pair, claim.stamp) : Assertion(link: pair, claim.strength, claim.stamp))
        )
      }
    }
    return facts
  }
}
