import Identity
import JourneyModel
import SeededGenerator
import Testing

/// Clusters join like sets, stay within their bounds, and forget.
@Suite struct ClusterTests {
  private let limits = IdentityLimits()

  @Test func mergingIsCommutativeAssociativeAndIdempotent() {
    for seed in 0..<UInt64(randomCases) {
      var random = SeededGenerator(seed: seed)
      let facts = Fact.history(&random).map(\.cluster).shuffled(using: &random)
      var parts = [Cluster(), Cluster(), Cluster()]
      for fact in facts { parts[Int(random.pick(0...2))].merge(fact) }
      func merged(_ clusters: Cluster...) -> Cluster {
        clusters.dropFirst().reduce(clusters[0]) { whole, part in
          var whole = whole
          whole.merge(part)
          return whole
        }
      }
      let (a, b, c) = (parts[0], parts[1], parts[2])
      #expect(merged(a, b) == merged(b, a), "seed \(seed)")
      #expect(merged(merged(a, b), c) == merged(a, merged(b, c)), "seed \(seed)")
      #expect(merged(a, a) == a, "seed \(seed)")
      #expect(merged(merged(a, b), a) == merged(a, b), "seed \(seed)")
    }
  }

  @Test(arguments: [(9, false), (10, false), (11, true)])
  func whatWasSaidAtTheTimeOfErasureGoes(_ at: Int64, _ isLeft: Bool) {
    let (a, b) = (email("a"), phone(1))
    var left = Cluster(members: [Member(a, at: time(5)), Member(b, at: time(5))], assertions: [link(a, b)])
    left.erase([a.key], at: time(10))
    #expect(left.member(a.key) == nil)
    #expect(left.member(b.key) != nil)
    #expect(left.assertions.isEmpty)
    left.merge(
      Cluster(
        members: [Member(a, at: time(at), generation: 1)], assertions: [link(a, b, at: at)],
        shared: [SharedMark(a.key, at: time(at))]))
    #expect((left.member(a.key) != nil) == isLeft)
    #expect(left.assertions.isEmpty != isLeft)
    #expect(left.shared.isEmpty != isLeft)
    if isLeft {
      #expect(left.member(a.key)?.contactID == ContactID(of: a, generation: 1))
      #expect(left.member(a.key)?.contactID != ContactID(of: a, generation: 0))
    }
  }

  @Test func whoComesBackIsSomebodyNew() {
    var cluster = Cluster(members: [Member(email("a"), at: time(5))])
    cluster.publish(email("a").key)
    #expect(cluster.contacts(limits).contacts[0].mergeSet == [ContactID(of: email("a"), generation: 0)])
    // Gathered in a lane that did not know yet.
    var old = Member(email("a"), at: time(5))
    old.merge(Member(email("a"), at: time(40)))
    cluster.erase([email("a").key], at: time(10))
    cluster.merge(Cluster(members: [old]))
    let contact = cluster.contacts(limits).contacts[0]
    #expect(contact.id == ContactID(of: email("a"), generation: 1))
    #expect(contact.mergeSet == [])
    #expect(contact.created == time(11))
    cluster.merge(Cluster(members: [Member(email("a"), at: time(30), generation: 1)]))
    #expect(cluster.contacts(limits).contacts[0].created == time(30))
    cluster.erase([email("a").key], at: time(50))
    #expect(cluster.erasure(of: email("a").key)?.generation == 2)
  }

  @Test func othersAreAsIfTheErasedHadNeverBeen() {
    for seed in 0..<UInt64(randomCases / 4) {
      var random = SeededGenerator(seed: seed)
      let facts = Fact.history(&random)
      var whole = Pieces.merged(facts.map(\.cluster), &random)
      guard let gone = whole.members.elements.first?.key else { continue }
      whole.erase([gone], at: time(1_000))
      let others = facts.filter { fact in
        switch fact {
        case .birth(let member): member.key != gone
        case .said(let assertion): !assertion.pair.contains(gone)
        case .shared(let mark): mark.key != gone
        case .erased(let erasure): erasure.key != gone
        }
      }
      let expected = Pieces.merged(others.map(\.cluster), &random)
      #expect(whole.contacts(limits) == expected.contacts(limits), "seed \(seed)")
    }
  }

  @Test func anErasureIsForgottenWhenNothingOlderCanCome() {
    var cluster = Cluster(members: [Member(email("a"), at: time(5))])
    cluster.erase([email("a").key], at: time(10))
    cluster.forgetErasures(before: time(10))
    #expect(cluster.erasures.count == 1)
    cluster.forgetErasures(before: time(11))
    #expect(cluster.isEmpty)
  }

  @Test(arguments: [199, 200, 201])
  func aClusterHasTwoHundredIdentifiers(_ count: Int) {
    let all = (0..<count).map { external("id", "source-\($0)") }
    var full = cluster(all, (1..<count).map { link(all[$0 - 1], all[$0]) })
    let evicted = full.bound(by: limits)
    #expect(full.members.count == min(200, count))
    #expect(evicted.map(\.identifier) == (count > 200 ? [all[200]] : []))
    #expect(full.assertions.count == min(199, count - 1))
  }

  @Test func curatedOnesStayBeforeOlderOnes() {
    var few = limits
    few.maxClusterIdentifiers = 2
    let book = Identifier(type: .contact, value: bytes("crm-1"))
    var full = cluster(
      [email("old"), phone(1), email("decided"), book],
      [link(email("old"), phone(1)), link(email("decided"), book, .curated)])
    let fullEvicted = full.bound(by: few)
    #expect(fullEvicted.map(\.identifier) == [email("old"), phone(1)])
    #expect(full.assertions.count == 1)
  }

  @Test(arguments: [399, 400, 401])
  func aClusterHasFourHundredAssertions(_ count: Int) {
    // All of different pairs: nothing can be thinned out.
    let all = (0..<30).map { external("id", "source-\($0)") }
    let pairs = all.indices.flatMap { one in (0..<one).map { (one, $0) } }.prefix(count)
    var full = cluster(all, pairs.enumerated().map { link(all[$1.0], all[$1.1], at: Int64($0)) })
    let fullEvicted = full.bound(by: limits)
    #expect(fullEvicted == [])
    #expect(full.assertions.count == min(400, count))
  }

  @Test func repeatedAssertionsAreThinnedOutBeforeOthersGo() {
    for seed in 0..<UInt64(20) {
      var random = SeededGenerator(seed: seed)
      var full = Pieces.merged((0..<3).flatMap { _ in Fact.history(&random) }.map(\.cluster), &random)
      guard let some = full.assertions.elements.first else { continue }
      for number in 0..<500 {
        full.add(Assertion(link: some.pair, .observed, stamp(random.pick(1...90), "x\(number)")))
      }
      let before = full.contacts(limits).contacts
      let fullEvicted = full.bound(by: limits)
      #expect(fullEvicted == [])
      #expect(full.assertions.count <= 400)
      #expect(full.contacts(limits).contacts == before, "seed \(seed)")
    }
  }

  @Test func aClusterHasItsBytes() {
    let all = (0..<30).map { external("id", "source-\($0)") }
    var heavy = cluster(all, (1..<30).map { link(all[$0 - 1], all[$0]) })
    let exact = heavy.weight
    for (most, isCut) in [(exact + 1, false), (exact, false), (exact - 1, true)] {
      var limits = limits
      limits.maxClusterBytes = most
      var copy = heavy
      let copyEvicted = copy.bound(by: limits)
      #expect(copyEvicted.map(\.identifier) == (isCut ? [all[29]] : []))
      #expect(copy.weight <= most)
    }
    // One that is too large by itself loses what is oldest in it.
    var member = Member(all[0], at: time(1))
    for number in 0..<50 {
      member.devices.insert(
        DeviceUse(
          cookie("\(number)"), revision: 1, lastSeen: time(Int64(number)),
          intervals: (0..<100).map { DeviceUse.Interval(from: time(2 * $0), to: time(2 * $0 + 1)) }))
    }
    heavy = Cluster(members: [member])
    let heavyEvicted = heavy.bound(by: limits)
    #expect(heavyEvicted == [])
    #expect(heavy.weight <= limits.maxClusterBytes)
    #expect(heavy.members.elements[0].devices.count > 20)
    #expect(heavy.members.elements[0].devices.elements.contains { $0.device == cookie("49") })
  }

  @Test(arguments: [19, 20, 21])
  func aMemberHasTwentyTraits(_ count: Int) {
    var member = Member(email("a"), at: time(1))
    for number in 0..<count {
      member.traits.insert(Trait(bytes("t\(number)"), bytes("v"), stamp(Int64(number))))
    }
    var bounded = Cluster(members: [member])
    let boundedEvicted = bounded.bound(by: limits)
    #expect(boundedEvicted == [])
    let traits = bounded.members.elements[0].traits.elements
    #expect(traits.count == min(20, count))
    #expect(traits.contains { text($0.name) == "t0" } == (count <= 20))
  }

  @Test(arguments: [(255, true), (256, true), (257, false)])
  func aTraitHas256Bytes(_ count: Int, _ isKept: Bool) {
    var member = Member(email("a"), at: time(1))
    member.traits.insert(Trait(bytes("t"), [UInt8](repeating: 0x61, count: count), stamp(1)))
    var bounded = Cluster(members: [member])
    let boundedEvicted = bounded.bound(by: limits)
    #expect(boundedEvicted == [])
    #expect(bounded.members.elements[0].traits.isEmpty != isKept)
  }

  @Test func theNewestFactIsKept() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
      var member = Member(email("a"), at: time(1))
      let traits = [
        Trait(bytes("n"), bytes("old"), stamp(1)), Trait(bytes("n"), bytes("a"), stamp(2, "x")),
        Trait(bytes("n"), bytes("b"), stamp(2, "x")),
      ]
      let segments = [
        SegmentAssignment(bytes("s"), isAssigned: true, expires: nil, stamp(1)),
        SegmentAssignment(bytes("s"), isAssigned: true, expires: time(9), stamp(2)),
        SegmentAssignment(bytes("s"), isAssigned: false, expires: nil, stamp(2)),
      ]
      for place in order {
        member.traits.insert(traits[place])
        member.segments.insert(segments[place])
      }
      #expect(member.traits.elements.map { text($0.value) } == ["b"])
      #expect(member.segments.elements.map(\.isAssigned) == [false])
    }
  }
}
