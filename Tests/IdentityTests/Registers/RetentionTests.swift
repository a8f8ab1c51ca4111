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
    _ = register.receive(.claim(Claim(email("a"), .observed, stamp(10 + 8 * day))), rules)
    register.parent = NodeRef(.none, lane: 0)
    let version = RootVersion(root: NodeRef(.none, lane: 0), revision: 9)
    let told = Forgetting(email("a").key, .expired, through: time(10), generation: 0, version)
    let output = register.receive(.forget(told), rules)
    #expect(register.evidence?.last == time(10 + 8 * day))
    #expect(output.messages.map(\.to) == [NodeRef(.none, lane: 0)])
    guard case .note(let news) = output.messages.first?.message else {
      Issue.record("the root was not told")
      return
    }
    #expect(news.members.elements.map(\.last) == [time(10 + 8 * day)])
  }
}
