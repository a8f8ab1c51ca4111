import Identity
import JourneyModel
import Testing

/// Erasure of a person, one situation after the other.
@Suite struct ErasureTests {
  private let gwen = email("gwen")
  private let mobile = phone(1)
  private let crm = external("1")

  private func values(_ identifiers: Identifier...) -> [String] {
    identifiers.map { text($0.value) }.sorted()
  }

  private func erase(_ through: Int64) -> Command.Operation { .erase(through: time(through)) }

  @Test func allOfThePersonGoes() {
    var driver = LaneDriver()
    driver.say([gwen, mobile], at: 10, traits: [Trait(bytes("givenName"), bytes("Gwen"), stamp(10))])
    driver.say([email("other")], at: 10)
    driver.run()
    let id = driver.contact(mobile)?.id
    driver.command(erase(100), of: mobile, at: 50)
    driver.run()
    #expect(driver.people == [values(email("other"))])
    #expect(driver.problems == [])
    for identifier in [gwen, mobile] {
      let register = driver.register(identifier)
      #expect(register?.stub == Erasure(identifier.key, at: time(100), generation: 1))
      #expect(register?.evidence == nil)
      #expect(register?.resolution == nil)
    }
    #expect(id.map { driver.lanes.view[$0] == nil } == true)
    #expect(id.flatMap { driver.lanes.aliases[$0]?.alias?.node } == nil)
  }

  @Test(arguments: [(99, false), (100, false), (101, true)])
  func theSameAddressReturns(_ at: Int64, _ isSomebody: Bool) {
    var driver = LaneDriver()
    driver.say([gwen], at: 10)
    driver.run()
    driver.command(erase(100), of: gwen, at: 50)
    driver.run()
    driver.say([gwen], at: at)
    driver.run()
    #expect(driver.people == (isSomebody ? [values(gwen)] : []))
    #expect(driver.lanes.refusals.map(\.reason) == (isSomebody ? [] : [.erased]))
    #expect(driver.contact(gwen)?.id == (isSomebody ? ContactID(of: gwen, generation: 1) : nil))
    #expect(driver.problems == [])
  }

  /// Of somebody who is back already: nothing of it stands, as nothing would once the register was read
  /// again.
  @Test(arguments: [99, 100, 101] as [Int64])
  func segmentsFromBeforeAnErasureAreRefused(_ at: Int64) {
    var driver = LaneDriver()
    driver.say([gwen], at: 10)
    driver.run()
    driver.command(erase(100), of: gwen, at: 50)
    driver.run()
    driver.say([gwen], at: 110)
    driver.run()
    driver.command(.segments([.init(bytes("vip"), isAssigned: true)]), of: gwen, at: at)
    driver.run()
    #expect(driver.contact(gwen)?.segments.count == (at > 100 ? 1 : 0))
    #expect(driver.lanes.refusals.map(\.reason) == (at > 100 ? [] : [.erased]))
    #expect(driver.problems == [])
  }

  /// A root that has met an erasure of which the identifier's own register has not heard yet.
  private func root() -> (register: Register, rules: RegisterRules) {
    let rules = RegisterRules(limits: IdentityLimits(), identifiers: IdentifierRules()) { _ in 0 }
    var member = Member(gwen, at: time(110), generation: 1)
    member.segments.insert(
      SegmentAssignment(bytes("vip"), isAssigned: true, expires: nil, stamp(105, "k")))
    let cluster = Cluster(
      members: [member], erasures: [Erasure(gwen.key, at: time(100), generation: 1)])
    return (Register(NodeRef(IdentifierKey(high: 0, low: 1), lane: 0), cluster: cluster), rules)
  }

  private func isReadBack(_ cluster: Cluster) -> Bool {
    cluster
      == Cluster(
        members: cluster.members, assertions: cluster.assertions, shared: cluster.shared,
        erasures: cluster.erasures, requests: cluster.requests)
  }

  @Test(arguments: [99, 100, 101] as [Int64])
  func aRootRefusesSegmentsFromBeforeAnErasure(_ at: Int64) {
    var (register, rules) = root()
    let command = Command(
      .segments([.init(bytes("press"), isAssigned: true)]), of: .identifier(rules.node(of: gwen)), stamp(at))
    let output = register.receive(.command(command), rules)
    #expect(register.cluster.members.elements.map(\.segments.count) == [at > 100 ? 2 : 1])
    #expect(output.refusals.map(\.reason) == (at > 100 ? [] : [.erased]))
    #expect(isReadBack(register.cluster))
  }

  @Test(arguments: [99, 100, 101] as [Int64])
  func aRootGrantsNothingFromBeforeAnErasure(_ at: Int64) throws {
    var (register, rules) = root()
    let assignment = try #require(register.cluster.members.elements.first?.segments.elements.first).id
    let request = GrantRequest(
      rules.node(of: gwen), map: bytes("m"), assignment: assignment, asker: stamp(at, "s"),
      replyTo: rules.node(of: cookie("c-1")))
    let output = register.receive(.grantAsked(request), rules)
    let answers = output.messages.compactMap { sent in
      if case .grantAnswered(let answer) = sent.message { answer.isGranted } else { nil }
    }
    #expect(answers == [at > 100])
    #expect(register.cluster.members.elements.map(\.grants.count) == [at > 100 ? 1 : 0])
    #expect(isReadBack(register.cluster))
  }

  /// Somebody was erased, came back and is erased again, and only now a cluster comes that knows who was
  /// there before the first time: readers must forget both.
  @Test func bothIdsGoOfWhoWasErasedTwice() {
    let rules = RegisterRules(limits: IdentityLimits(), identifiers: IdentifierRules()) { _ in 0 }
    func member(_ at: Int64, _ generation: Int) -> Member {
      var member = Member(gwen, at: time(at), generation: generation)
      member.isPublished = true
      return member
    }
    let back = Cluster(
      members: [member(150, 1)], erasures: [Erasure(gwen.key, at: time(100), generation: 1)])
    var root = Register(rules.node(of: gwen), cluster: back)
    let before = Cluster(
      members: [member(10, 0)], requests: [ErasureRequest(gwen.key, at: time(200))])
    let output = root.receive(.adopt(before, revision: 5), rules)
    #expect(Set(output.removed.map(\.id)) == Set([0, 1].map { ContactID(of: gwen, generation: $0) }))
    #expect(root.cluster.members.isEmpty && output.contacts.isEmpty)
  }

  @Test func whileItsClusterMoves() {
    // As long as it takes, and stopped after each number of deliveries.
    for deliveries in 0..<24 {
      var driver = LaneDriver(seed: UInt64(deliveries))
      driver.say([gwen, mobile], at: 10)
      driver.say([crm, email("work")], at: 11)
      driver.run()
      driver.say([mobile, crm], at: 12)
      driver.run(most: deliveries)
      driver.command(erase(100), of: gwen, at: 50)
      driver.run()
      // Where the two had not met yet, the other person stays. What joined them is gone.
      let rest = driver.people
      #expect(rest == [] || rest == [values(crm, email("work"))], "after \(deliveries)")
      #expect(driver.register(mobile)?.stub?.time == time(100))
      #expect(driver.problems == [], "after \(deliveries)")
    }
  }

  @Test func anAssertionIsUnderWay() {
    var driver = LaneDriver()
    driver.say([gwen], at: 10)
    driver.say([crm], at: 10)
    driver.run()
    driver.command(erase(100), of: gwen, at: 50)
    driver.run()
    // From a lane that was down: to the other's register it is news.
    driver.say([gwen, crm], at: 90)
    driver.run()
    #expect(driver.people == [values(crm)])
    #expect(driver.contact(crm)?.suggestions == [])
    #expect(driver.problems == [])
  }

  @Test func byTheIDOfAContactThatWasMerged() throws {
    var driver = LaneDriver()
    driver.say([gwen], at: 10)
    driver.say([mobile], at: 20)
    driver.run()
    let later = try #require(driver.contact(mobile)?.id)
    driver.say([gwen, mobile], at: 30)
    driver.run()
    #expect(driver.contact(mobile)?.id != later)
    driver.command(erase(100), of: later, at: 50)
    driver.run()
    #expect(driver.people == [])
    #expect(driver.lanes.view == [:])
    // Again: there is nobody of that id.
    driver.command(erase(200), of: later, at: 150)
    driver.run()
    #expect(driver.lanes.refusals.map(\.reason) == [.unknownContact])
    #expect(driver.problems == [])
  }

  @Test func aSharedDeviceIsDetachedOnly() {
    var driver = LaneDriver()
    driver.say([gwen], at: 10)
    driver.say([crm], at: 10)
    driver.run()
    let device = cookie("kiosk")
    for owner in [gwen, crm] {
      var member = Member(owner, at: time(11))
      member.devices.insert(
        DeviceUse(device, revision: 1, lastSeen: time(11), intervals: [.init(from: time(5), to: nil)]))
      driver.lanes.send(.note(Cluster(members: [member])), to: driver.node(owner))
    }
    driver.run()
    driver.command(erase(100), of: gwen, at: 50)
    driver.run()
    #expect(driver.people == [values(crm)])
    #expect(driver.contact(crm)?.devices.map(\.device) == [device])
    let toDevice = driver.lanes.told.filter { $0.to == driver.node(device) }
    #expect(toDevice.count == 1)
    guard case .forget(let told) = toDevice.first?.message else {
      Issue.record("the device was told nothing")
      return
    }
    #expect(told.key == gwen.key)
    var timeline = WeakTimeline(
      entries: [
        .init(stamp(5), driver.node(gwen)), .init(stamp(7), driver.node(crm)),
        .init(stamp(101), driver.node(gwen)),
      ], isShared: false, lastSeen: time(101))
    let isRemoved = timeline.remove(told.key, through: told.time)
    #expect(isRemoved)
    #expect(timeline.entries.map(\.stamp) == [stamp(7), stamp(101)])
  }

  @Test func twice() {
    var driver = LaneDriver()
    driver.say([gwen, mobile], at: 10)
    driver.run()
    driver.command(erase(100), of: gwen, at: 50)
    driver.command(erase(100), of: gwen, at: 50)
    driver.command(erase(90), of: gwen, at: 51)
    driver.run()
    #expect(driver.register(gwen)?.stub == Erasure(gwen.key, at: time(100), generation: 1))
    // Nobody came in between: the later one counts all the same, as something may be under way.
    driver.command(erase(200), of: gwen, at: 150)
    driver.run()
    #expect(driver.register(gwen)?.stub == Erasure(gwen.key, at: time(200), generation: 2))
    #expect(driver.register(mobile)?.stub?.time == time(100))
    driver.say([gwen], at: 200)
    driver.say([gwen], at: 201)
    driver.run()
    #expect(driver.people == [values(gwen)])
    #expect(driver.contact(gwen)?.id == ContactID(of: gwen, generation: 2))
    #expect(driver.problems == [])
  }

  @Test func ofSomebodyNobodyKnows() {
    var driver = LaneDriver()
    driver.command(erase(100), of: gwen, at: 50)
    driver.run()
    driver.say([gwen, mobile], at: 60)
    driver.run()
    #expect(driver.people == [values(mobile)])
    #expect(driver.lanes.refusals.map(\.reason) == [.erased])
    #expect(driver.problems == [])
  }

  @Test func aRequestWaitsForAClusterThatIsUnderWay() {
    // At a root that does not have the identifier yet, as messages of other pairs of lanes were faster.
    let rules = LaneDriver().lanes.rules
    let (small, large) = gwen.key < mobile.key ? (gwen, mobile) : (mobile, gwen)
    var root = Register(rules.node(of: small))
    _ = root.receive(.claim(Claim(small, .observed, stamp(5))), rules)
    let erase = Command(erase(100), of: .identifier(rules.node(of: large)), stamp(50))
    let early = root.receive(.command(erase), rules)
    #expect(!early.messages.contains { if case .forget = $0.message { true } else { false } })
    #expect(root.cluster.requests.count == 1)
    let moved = cluster([large, crm], [link(large, crm, .authenticated)])
    let output = root.receive(.adopt(moved, revision: 3), rules)
    let forgotten = output.messages.compactMap { envelope -> IdentifierKey? in
      if case .forget(let told) = envelope.message { told.key } else { nil }
    }
    #expect(Set(forgotten) == [large.key, crm.key])
    #expect(root.cluster.members.elements.map(\.identifier) == [small])
    #expect(root.cluster.requests.isEmpty)
  }

  @Test(arguments: [(-1, true), (0, false), (1, false)])
  func theStubIsKeptForItsTime(_ offset: Int64, _ isKept: Bool) {
    var driver = LaneDriver()
    driver.say([gwen], at: 10)
    driver.run()
    driver.command(erase(100), of: gwen, at: 50)
    driver.run()
    let end = 100 + driver.limits.erasureMemory.milliseconds
    let register = driver.register(gwen)
    #expect(register?.due(driver.lanes.rules) == time(end))
    driver.tick(at: end + offset)
    #expect((driver.register(gwen)?.stub != nil) == isKept)
    #expect((driver.register(gwen)?.cluster.isEmpty) == !isKept)
    driver.say([gwen], at: 90)
    driver.run()
    #expect(driver.people.isEmpty == isKept)
  }

  @Test func aHubIsOneNoMoreIfItsPeopleAreGone() {
    var limits = IdentityLimits()
    limits.maxPartners = 2
    var driver = LaneDriver(limits)
    for number in 1...3 { driver.say([gwen, phone(number)], .observed, at: Int64(number)) }
    driver.run()
    #expect(driver.register(gwen)?.isShared == true)
    driver.command(erase(100), of: gwen, at: 50)
    driver.run()
    #expect(driver.register(gwen)?.isShared == false)
    driver.say([gwen, phone(1)], .observed, at: 101)
    driver.run()
    #expect(driver.people.contains(values(gwen, phone(1))))
    #expect(driver.problems == [])
  }

  @Test(arguments: [399, 400, 401])
  func aClusterRemembersFourHundred(_ count: Int) {
    var cluster = Cluster()
    for number in 0..<count { cluster.erase([phone(number).key], at: time(Int64(number) + 1)) }
    let evicted = cluster.bound(by: IdentityLimits())
    #expect(evicted.isEmpty)
    #expect(cluster.erasures.count == min(count, 400))
    #expect((cluster.erasure(of: phone(0).key) == nil) == (count > 400))
    #expect(cluster.erasure(of: phone(count - 1).key) != nil)
  }
}
