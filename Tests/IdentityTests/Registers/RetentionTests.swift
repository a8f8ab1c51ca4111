import Identity
import JourneyModel
import Testing

/// What becomes of contacts of which nothing is heard.
@Suite struct RetentionTests {
  private let day: Int64 = 86_400_000

  @Test(arguments: [(-1, true), (0, false), (1, false)])
  func aContactEnds(_ offset: Int64, _ isKept: Bool) throws {
    var driver = LaneDriver()
    driver.say([email("a"), phone(1)], at: 10)
    driver.run()
    let id = try #require(driver.contact(email("a"))?.id)
    // Sixty days after what may be a week newer than what the root was told.
    let end = 10 + 67 * day
    driver.tick(at: end + offset)
    #expect(driver.people.isEmpty != isKept)
    #expect((driver.lanes.view[id] != nil) == isKept)
    #expect((driver.lanes.aliases[id]?.alias?.node != nil) == isKept)
    for identifier in [email("a"), phone(1)] {
      #expect((driver.register(identifier)?.evidence != nil) == isKept)
      #expect((driver.register(identifier)?.resolution != nil) == isKept)
      #expect(driver.register(identifier)?.stub == nil)
    }
    #expect(driver.problems == [])
    // Whoever comes back is the same, and starts anew.
    driver.say([phone(1)], at: end + 5)
    driver.run()
    #expect(driver.contact(phone(1))?.id == (isKept ? id : ContactID(of: phone(1), generation: 0)))
    #expect(driver.problems == [])
  }

  @Test func activityOfLessThanAStepIsNotToldAndStillCounts() {
    var driver = LaneDriver()
    driver.say([email("a")], at: 10)
    driver.run()
    driver.say([email("a")], at: 10 + 6 * day)
    driver.run()
    #expect(driver.contact(email("a"))?.last == time(10))
    // Sixty days after the last of it.
    driver.tick(at: 10 + 66 * day)
    #expect(driver.people.count == 1)
  }

  @Test func whatSomebodyDecidedStays() throws {
    var driver = LaneDriver()
    driver.say([email("a")], at: 10)
    driver.say([phone(1)], at: 10)
    driver.run()
    try driver.merge([email("a"), phone(1)].map { ContactID(of: $0, generation: 0) }, at: 11)
    driver.run()
    let register = driver.register(
      min(email("a").key, phone(1).key) == email("a").key ? email("a") : phone(1))
    #expect(register?.due(driver.lanes.rules) == nil)
    driver.tick(at: 1_000 * day)
    #expect(driver.people.count == 1)
  }

  @Test func newerEvidenceThanTheRootsBringsItBack() {
    let rules = LaneDriver().lanes.rules
    var register = Register(rules.node(of: email("a")))
    _ = register.receive(.claim(Claim(email("a"), .observed, stamp(10))), rules)
    let device = NodeRef(cookie("c").key, lane: 0)
    _ = register.receive(.claim(Claim(email("a"), .observed, stamp(10 + 8 * day), watcher: device)), rules)
    register.parent = NodeRef(.none, lane: 0)
    let version = RootVersion(root: NodeRef(.none, lane: 0), revision: 9)
    let told = Forgetting(email("a").key, .expired, through: time(10), generation: 0, version)
    let output = register.receive(.forget(told), rules)
    #expect(register.evidence?.last == time(10 + 8 * day))
    // Who watches keeps what it has: an answer comes anew.
    #expect(register.watchers == [device])
    #expect(output.messages.map(\.to) == [NodeRef(.none, lane: 0)])
    guard case .note(let news) = output.messages.first?.message else {
      Issue.record("the root was not told")
      return
    }
    #expect(news.members.elements.map(\.last) == [time(10 + 8 * day)])
  }

  /// Who watches is told until when evidence can have come that was no news; then nobody is told any more.
  @Test func whoWatchesLetsGo() {
    let rules = LaneDriver().lanes.rules
    var register = Register(rules.node(of: email("a")))
    let device = NodeRef(cookie("c").key, lane: 0)
    _ = register.receive(.claim(Claim(email("a"), .observed, stamp(10), watcher: device)), rules)
    let version = RootVersion(root: register.node, revision: 9)
    let told = Forgetting(email("a").key, .expired, through: time(10), generation: 0, version)
    let output = register.receive(.forget(told), rules)
    #expect(register.evidence == nil)
    #expect(register.watchers == [])
    #expect(output.messages.map(\.to) == [device])
    guard case .forget(let passed) = output.messages.first?.message else {
      Issue.record("the device was not told")
      return
    }
    #expect(passed.cause == .expired)
    #expect(passed.time == time(10) + rules.limits.activityStep)
  }

  /// A device's report of who is gone brings nobody back.
  @Test(arguments: [false, true])
  func aDevicesReportMakesNobody(isKnown: Bool) {
    let rules = LaneDriver().lanes.rules
    var register = Register(rules.node(of: email("a")))
    if isKnown { _ = register.receive(.claim(Claim(email("a"), .observed, stamp(10))), rules) }
    let before = register
    var member = Member(email("a"), at: time(10))
    member.devices.insert(
      DeviceUse(cookie("c"), revision: 1, lastSeen: time(10), intervals: [.init(from: nil, to: nil)]))
    let output = register.receive(.note(Cluster(member)), rules)
    #expect((register != before) == isKnown)
    #expect(output.contacts.isEmpty != isKnown)
  }
}
