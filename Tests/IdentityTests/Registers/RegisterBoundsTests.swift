import Identity
import JourneyModel
import Testing

/// What registers do at their bounds, and what devices tell them.
@Suite struct RegisterBoundsTests {
  @Test(arguments: [(119, 119), (120, 120), (121, 120)])
  func anIdentifierIsClaimedSoOftenAMinute(_ count: Int, _ accepted: Int) {
    let rules = LaneDriver().lanes.rules
    var register = Register(rules.node(of: email("a")))
    var refused = 0
    func claim(_ at: Int64, _ number: Int, _ strength: EvidenceStrength = .observed) {
      let output = register.receive(
        .claim(
          Claim(
            email("a"), strength, stamp(at, "e\(number)"),
            watcher: NodeRef(cookie("\(number)").key, lane: 0))), rules)
      #expect(output.refusals.allSatisfy { $0.reason == .tooFrequent })
      refused += output.refusals.count
      // Nobody holds what was passed over.
      let isLeft = output.messages.contains { if case .forget = $0.message { true } else { false } }
      #expect(isLeft == !output.refusals.isEmpty)
    }
    for number in 0..<count { claim(59_999, number) }
    #expect(register.watchers.count == accepted)
    #expect(refused == count - accepted)
    // Decisions are none of a bot's.
    claim(59_999, 500, .curated)
    // In the next minute there is room, and what is late counts there.
    claim(60_000, 501)
    claim(59_999, 502)
    #expect(refused == count - accepted)
    #expect(register.rate == ClaimRate(minute: 1, count: 2))
  }

  @Test func devicesAreAttachedAndSwitched() {
    var driver = LaneDriver()
    driver.say([email("a"), phone(1)], at: 10)
    driver.say([email("b")], at: 10)
    driver.run()
    let device = cookie("c")
    func note(_ owner: Identifier, revision: Int, at: Int64, _ intervals: [DeviceUse.Interval]) {
      var member = Member(owner, at: time(at))
      member.devices.insert(
        DeviceUse(device, revision: revision, lastSeen: time(at), intervals: intervals))
      driver.lanes.send(.note(Cluster(members: [member])), to: driver.node(owner))
    }
    note(phone(1), revision: 1, at: 20, [.init(from: nil, to: nil)])
    driver.run()
    #expect(driver.contact(email("a"))?.devices.map(\.device) == [device])
    #expect(driver.contact(email("a"))?.last == time(20))
    // Somebody else signs in on it; the reports may arrive in any order.
    note(email("b"), revision: 2, at: 30, [.init(from: time(30), to: nil)])
    note(phone(1), revision: 2, at: 30, [.init(from: nil, to: time(30))])
    note(phone(1), revision: 1, at: 20, [.init(from: nil, to: nil)])
    driver.run()
    #expect(driver.contact(email("a"))?.devices.map(\.intervals) == [[.init(from: nil, to: time(30))]])
    #expect(driver.contact(email("b"))?.devices.map(\.intervals) == [[.init(from: time(30), to: nil)]])
    #expect(driver.people.count == 2)
    // It was never theirs, as earlier evidence shows.
    note(email("b"), revision: 3, at: 40, [])
    driver.run()
    #expect(driver.contact(email("b"))?.devices == [])
    #expect(driver.problems == [])
  }

  @Test(arguments: [(9, false), (10, false), (11, true)])
  func whoeverFindsNoRoomStandsAlone(_ count: Int, _ isOverfull: Bool) throws {
    var limits = IdentityLimits()
    limits.maxClusterIdentifiers = 10
    var driver = LaneDriver(limits)
    let all = (0..<count).map { external("id", "source-\($0)") }
    for (number, identifier) in all.enumerated() { driver.say([identifier], at: Int64(number) + 1) }
    for other in all.dropFirst() {
      driver.say([all[0], other], at: 50)
      driver.run()
    }
    let newest = all[count - 1]
    #expect(driver.contact(all[0])?.identifiers.count == min(count, 10))
    let answer = try #require(driver.register(newest)?.resolution?.answer)
    #expect(answer.isOverfull == isOverfull)
    guard isOverfull else {
      #expect(driver.problems == [])
      return
    }
    // Readers and whoever asks find it under its own id.
    let id = ContactID(of: newest, generation: 0)
    #expect(answer.contact == id)
    guard case .contact(let contact) = driver.lanes.view[id] else {
      Issue.record("readers do not see it")
      return
    }
    #expect(contact.identifiers == [newest.key])
    #expect(driver.lanes.aliases[id]?.alias?.node == driver.node(newest))
    // It joins nothing any more, and can be erased.
    driver.say([newest, phone(1)], .channel, at: 60)
    driver.run()
    #expect(driver.contact(phone(1))?.identifiers == [phone(1).key])
    driver.command(.erase(through: time(100)), of: newest, at: 70)
    driver.run()
    #expect(driver.lanes.view[id] == nil)
    #expect(driver.register(newest)?.evidence == nil)
    #expect(driver.register(newest)?.stub?.generation == 1)
    #expect(driver.lanes.problems == [])
  }

  @Test func aDescendingChainOfTwoHundredComesToRest() {
    let all = (0..<200).map { external("id", "source-\($0)") }.sorted { $0.key > $1.key }
    var limits = IdentityLimits()
    limits.maxIdentifiers = 200
    var driver = LaneDriver(limits, lanes: 8)
    for place in all.indices.dropFirst() { driver.say([all[place - 1], all[place]], at: Int64(place)) }
    driver.run()
    #expect(driver.people.count == 1)
    #expect(driver.lanes.links == 199)
    #expect(driver.problems == [])
  }
}
