import Identity
internal import JourneyModel
import Testing

/// Why identifiers are one person, as a root can say.
@Suite struct ContactExplanationTests {
  /// Ada by an address and a number; somebody else typed her address; an agent kept a second number apart.
  private func register(_ more: [Assertion] = []) -> Register {
    let root = Register(NodeRef(email("a").key, lane: 3))
    let known = cluster(
      [email("a"), phone(1), email("b"), phone(2), phone(3)],
      [
        link(email("a"), phone(1), .authenticated, at: 2, id: "joins"),
        link(email("b"), phone(2), .authenticated, at: 3, id: "others"),
        link(email("a"), phone(2), at: 4, id: "typed"),
        link(email("a"), phone(1), at: 5, id: "again"),
        link(email("a"), phone(3), .channel, at: 6, id: "called"),
        separation(email("a"), phone(3), at: 7, id: "agent"),
      ] + more, shared: [])
    return Register(root.node, cluster: known)
  }

  private func outcomes(_ explanation: ContactExplanation) -> [String: LinkDecision.Outcome] {
    Dictionary(
      explanation.links.map { (text($0.decision.assertion.stamp.id), $0.decision.outcome) },
      uniquingKeysWith: { first, _ in first })
  }

  @Test func eachStatementIsThereWithWhatBecameOfIt() throws {
    let explanation = try #require(
      ContactExplanation(of: phone(1).key, in: register(), IdentityLimits()))
    #expect(explanation.members.map(\.identifier) == [email("a"), phone(1)])
    #expect(explanation.contact.canonical == email("a").key && explanation.otherContacts == 2)
    let outcomes = outcomes(explanation)
    #expect(outcomes.keys.sorted() == ["again", "agent", "called", "joins", "typed"])
    #expect(outcomes["joins"] == .joined && outcomes["again"] == .together)
    #expect(outcomes["agent"] == .separates && outcomes["called"] == .separated)
    guard case .refused(.conflict)? = outcomes["typed"] else {
      Issue.record("\(outcomes)")
      return
    }
    let typed = try #require(explanation.links.first { text($0.decision.assertion.stamp.id) == "typed" })
    #expect(typed.own == email("a") && typed.other == phone(2))
    #expect(typed.otherContact == ContactID(of: email("b"), generation: 0))
    #expect(explanation.links.first { text($0.decision.assertion.stamp.id) == "joins" }?.otherContact == nil)
    // In the order in which they count.
    #expect(
      explanation.links.map(\.decision.assertion.strength) == [
        .curated, .channel, .authenticated, .observed, .observed,
      ])
    #expect(explanation.root.lane == 3)
  }

  @Test func ofWhomNothingIsKnownThereIsNone() {
    #expect(ContactExplanation(of: email("z").key, in: register(), IdentityLimits()) == nil)
    var linked = Register(NodeRef(phone(1).key, lane: 0))
    linked.parent = NodeRef(email("a").key, lane: 1)
    #expect(ContactExplanation(of: phone(1).key, in: linked, IdentityLimits()) == nil)
  }

  @Test func grantsAreThereWithTheirSegments() throws {
    var driver = LaneDriver()
    driver.say([email("a"), phone(1)], at: 1)
    driver.run()
    let given = ["press", "vip"].map { Command.SegmentChange(bytes($0), isAssigned: true) }
    driver.command(.segments(given), of: phone(1), at: 10)
    driver.run()
    let root = try #require(driver.lanes.registers.values.first { !$0.cluster.isEmpty })
    let before = try #require(ContactExplanation(of: email("a").key, in: root, IdentityLimits()))
    #expect(before.grants.isEmpty && before.contact.segments.count == 2)
    for (number, assignment) in before.contact.segments.map(\.id).enumerated() {
      driver.lanes.send(
        .grantAsked(
          GrantRequest(
            driver.node(email("a")), map: bytes("m"), assignment: assignment,
            asker: stamp(50 + Int64(number), "s"), replyTo: driver.node(cookie("s")))),
        to: driver.node(email("a")))
    }
    driver.run()
    driver.command(.segments([.init(bytes("press"), isAssigned: false)]), of: phone(1), at: 60)
    driver.run()
    let after = try #require(driver.lanes.registers[root.node.key])
    let explanation = try #require(ContactExplanation(of: phone(1).key, in: after, IdentityLimits()))
    #expect(explanation.grants.map { explanation.segment(of: $0)?.segment } == [nil, bytes("vip")])
  }
}
