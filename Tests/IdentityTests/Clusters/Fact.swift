import Identity
import JourneyModel
import SeededGenerator

/// One thing that is said in a random history: what lanes would tell a root, one by one.
enum Fact {
  case birth(Member)
  case said(Assertion)
  case shared(SharedMark)
  case erased(Erasure)

  /// A cluster that knows nothing else.
  var cluster: Cluster {
    switch self {
    case .birth(let member): Cluster(members: [member])
    case .said(let assertion): Cluster(members: [], assertions: [assertion])
    case .shared(let mark): Cluster(members: [], shared: [mark])
    case .erased(let erasure): Cluster(members: [], erasures: [erasure])
    }
  }

  static let pool: [Identifier] =
    (0..<6).map { email("p\($0)") } + (0..<5).map { phone($0) } + [
      external("1"), external("2"), external("3"), external("1", "shop"), external("9", "shop"),
      Identifier(type: .contact, value: bytes("contact-1")),
      Identifier(type: .contact, value: bytes("contact-2")),
      Identifier(type: .social, value: bytes("gwen"), source: bytes("line")),
    ]

  static let devices = (0..<4).map { cookie("visitor-\($0)") }

  /// A history of a few identifiers: evidence, links of every strength, separations, shared ones, erasures.
  /// After an erasure its identifier's evidence is of the next generation; some was under way.
  static func history(_ random: inout SeededGenerator) -> [Fact] {
    let used = Array(pool.shuffled(using: &random).prefix(Int(random.pick(1...10))))
    var facts: [Fact] = []
    var erased: [IdentifierKey: Erasure] = [:]
    if random.chance(25) {
      for identifier in used where random.chance(25) {
        let erasure = Erasure(identifier.key, at: time(random.pick(10...30)), generation: 1)
        erased[identifier.key] = erasure
        facts.append(.erased(erasure))
      }
    }
    for identifier in used {
      for _ in 0..<random.pick(1...3) {
        facts.append(.birth(evidence(of: identifier, erased[identifier.key], &random)))
      }
      if random.chance(5) {
        facts.append(.shared(SharedMark(identifier.key, at: time(random.pick(1...40)))))
      }
    }
    guard used.count > 1 else { return facts }
    for number in 0..<random.pick(0...14) {
      let (one, other) = (random.pick(used), random.pick(used))
      guard let pair = IdentifierPair(one.key, other.key) else { continue }
      // Few times and ids, so that ties are common.
      let stamp = stamp(random.pick(1...40), "e\(random.chance(30) ? 0 : number)")
      if random.chance(15) {
        facts.append(.said(Assertion(separation: pair, stamp)))
      } else {
        let strengths = EvidenceStrength.allCases + [.observed, .observed, .authenticated]
        facts.append(.said(Assertion(link: pair, random.pick(strengths), stamp)))
      }
    }
    return facts
  }

  private static func evidence(
    of identifier: Identifier, _ erasure: Erasure?, _ random: inout SeededGenerator
  ) -> Member {
    var at = time(random.pick(1...40))
    var generation = 0
    if let erasure, at > erasure.time, random.chance(70) { generation = erasure.generation }
    if random.chance(5) { at = erasure.map { $0.time } ?? at }
    if let erasure, at <= erasure.time { generation = 0 }
    var member = Member(identifier, at: at, random.chance(80) ? .observed : .channel, generation: generation)
    if random.chance(50) {
      member.traits.insert(
        Trait(
          bytes(random.pick(["givenName", "familyName", "displayName"])),
          bytes(random.pick(["Gwen", "Brown", "Ann"])), stamp(at.milliseconds, random.pick(["e0", "e1"]))))
    }
    if random.chance(30) {
      member.segments.insert(
        SegmentAssignment(
          bytes(random.pick(["gold", "vip"])), isAssigned: random.chance(70), expires: nil,
          stamp(at.milliseconds, random.pick(["c0", "c1"]))))
    }
    if random.chance(30) {
      // A register reports once at a time, so the time says what.
      let since = at.milliseconds % 2 == 0 ? nil : time(at.milliseconds - 1)
      member.devices.insert(
        DeviceUse(
          random.pick(devices), revision: Int(at.milliseconds), lastSeen: at,
          intervals: at.milliseconds % 5 == 0 ? [] : [DeviceUse.Interval(from: since, to: nil)]))
    }
    member.isPublished = random.chance(20)
    return member
  }
}
