import Identity
import JourneyModel
import SeededGenerator
import Testing

/// Permission to act once on an assignment, however many ask.
@Suite struct GrantTests {
  private func ask(
    _ identifier: Identifier, _ asker: String, _ driver: inout LaneDriver, map: String = "m",
    assignment: String, at time: Int64 = 50
  ) {
    let request = GrantRequest(
      driver.node(identifier), map: bytes(map), assignment: bytes(assignment), asker: stamp(time, asker),
      replyTo: driver.node(cookie(asker)))
    driver.lanes.send(
      .grantAsked(request), to: driver.node(identifier), from: LaneNumber(Int32(asker.count % 3)))
  }

  /// Gives somebody a segment.
  ///
  /// - Returns: the assignment.
  private func give(
    _ segment: String = "vip", to identifier: Identifier, _ driver: inout LaneDriver
  ) -> String {
    driver.command(.segments([.init(bytes(segment), isAssigned: true)]), of: identifier, at: 10)
    driver.run()
    let held = driver.contact(identifier)?.segments.first { $0.segment == bytes(segment) }
    return held.map { text($0.id) } ?? ""
  }

  private func answers(_ driver: LaneDriver) -> [String: [Bool]] {
    var result: [String: [Bool]] = [:]
    for case .grantAnswered(let answer) in driver.lanes.told.map(\.message) {
      result[text(answer.asker.id), default: []].append(answer.isGranted)
    }
    return result
  }

  @Test func theFirstWhoAsksGetsIt() {
    var driver = LaneDriver()
    driver.say([email("a"), phone(1)], at: 1)
    driver.run()
    let vip = give(to: phone(1), &driver)
    let press = give("press", to: email("a"), &driver)
    ask(email("a"), "one", &driver, assignment: vip)
    driver.run()
    ask(phone(1), "two", &driver, assignment: vip)
    ask(phone(1), "one", &driver, assignment: vip)
    ask(phone(1), "three", &driver, assignment: press)
    ask(phone(1), "four", &driver, map: "n", assignment: vip)
    driver.run()
    #expect(answers(driver) == ["one": [true, true], "two": [false], "three": [true], "four": [true]])
  }

  @Test func nobodyGetsItOfNobody() {
    var driver = LaneDriver()
    ask(email("a"), "one", &driver, assignment: "vip-1")
    driver.run()
    #expect(answers(driver) == ["one": [false]])
  }

  /// The session has not heard yet that it is over.
  @Test func whatIsNoLongerGivenIsNotGranted() {
    var driver = LaneDriver()
    driver.say([email("a")], at: 1)
    driver.run()
    let first = give(to: email("a"), &driver)
    driver.command(.segments([.init(bytes("vip"), isAssigned: true)]), of: email("a"), at: 20)
    driver.run()
    ask(email("a"), "one", &driver, assignment: first)
    driver.run()
    driver.command(.segments([.init(bytes("vip"), isAssigned: false)]), of: email("a"), at: 30)
    driver.run()
    ask(email("a"), "two", &driver, assignment: first)
    driver.run()
    #expect(answers(driver) == ["one": [false], "two": [false]])
  }

  /// The contact falls apart while somebody asks who was of it: those with whom the assignment stays may act,
  /// and nobody else.
  @Test(arguments: [true, false]) func whoHasLeftTheAssignmentIsRefused(asksFirst: Bool) {
    var driver = LaneDriver()
    driver.say([email("a"), phone(1)], at: 1)
    driver.run()
    let assignment = give(to: phone(1), &driver)
    driver.command(.release(email("a")), of: phone(1), at: 20)
    driver.run()
    let askers = [(email("a"), "left"), (phone(1), "stays")]
    for (identifier, asker) in asksFirst ? askers : askers.reversed() {
      ask(identifier, asker, &driver, assignment: assignment)
      driver.run()
    }
    #expect(answers(driver) == ["left": [false], "stays": [true]])
  }

  @Test(arguments: [99, 100, 101])
  func anIdentifierHasAHundred(_ count: Int) {
    var driver = LaneDriver()
    driver.say([email("a")], at: 1)
    driver.run()
    let assignment = give(to: email("a"), &driver)
    for number in 0..<count {
      ask(email("a"), "asker \(number)", &driver, map: "m\(number)", assignment: assignment)
      driver.run()
    }
    #expect(answers(driver).values.count { $0 == [true] } == min(count, 100))
    // Nobody is told, and somebody sees it: it is counted.
    #expect(driver.lanes.refusals.count { $0.reason == .tooManyGrants } == max(0, count - 100))
  }

  /// Of an assignment that does not stand any more, once it is so old that no command that gave it is read
  /// again. Of one that stands, never.
  @Test(arguments: [-1, 0, 1], [true, false])
  func whatCannotBeAskedForAgainMakesRoom(_ step: Int64, stands: Bool) {
    var driver = LaneDriver()
    driver.say([email("a")], at: 1)
    driver.run()
    let old = give(to: email("a"), &driver)
    for number in 0..<100 {
      ask(email("a"), "asker \(number)", &driver, map: "m\(number)", assignment: old)
      driver.run()
    }
    if !stands { driver.command(.segments([.init(bytes("vip"), isAssigned: false)]), of: email("a"), at: 20) }
    driver.run()
    let new = give("press", to: email("a"), &driver)
    let memory = IdentityLimits().erasureMemory.milliseconds
    ask(email("a"), "late", &driver, assignment: new, at: 50 + memory + step)
    driver.run()
    #expect(answers(driver)["late"] == [!stands && step >= 0])
    // What was granted is not granted again.
    ask(email("a"), "again", &driver, map: "m1", assignment: old, at: 51 + memory)
    driver.run()
    #expect(answers(driver)["again"] == [false])
  }

  /// Asked for after the erasure's time, and given before the erasure was known: it goes with its assignment.
  @Test(arguments: [9, 10, 11]) func aGrantIsErasedWithItsAssignment(_ time: Int64) {
    var member = Member(email("a"), at: EventTime(milliseconds: 1))
    member.last = EventTime(milliseconds: 60)
    member.segments.insert(
      SegmentAssignment(bytes("vip"), isAssigned: true, expires: nil, stamp(10, "k")))
    let assignment = member.segments.elements[0].id
    let isGranted = member.grant(
      Grant(map: bytes("m"), assignment: assignment, holder: stamp(50, "s")), IdentityLimits())
    #expect(isGranted)
    var cluster = Cluster(members: [member])
    cluster.erase([email("a").key], at: EventTime(milliseconds: time))
    let rest = cluster.member(email("a").key)
    #expect(rest?.segments.count == (time < 10 ? 1 : 0))
    #expect(rest?.grants.count == (time < 10 ? 1 : 0))
  }

  @Test func onceHoweverItsClusterMoves() {
    var granted = 0
    for seed in 0..<UInt64(300) {
      var random = SeededGenerator(seed: seed)
      var driver = LaneDriver(lanes: Int32(random.pick(1...8)), seed: seed)
      let all = [email("a"), phone(1), external("1"), email("b"), phone(2)]
      // They are one from the start, and then their cluster goes from root to root.
      let first = all.shuffled(using: &random).prefix(2)
      driver.say(Array(first), at: 1)
      driver.run()
      let assignment = give(to: random.pick(Array(first)), &driver)
      for step in 0..<6 {
        driver.say([random.pick(all), random.pick(Array(first))], at: Int64(step) + 2)
        driver.run(most: Int(random.pick(0...6)))
        ask(random.pick(Array(first)), "asker \(step)", &driver, assignment: assignment)
        driver.run(most: Int(random.pick(0...6)))
      }
      driver.run()
      let given = answers(driver).values.flatMap(\.self)
      #expect(given.count == 6)
      #expect(given.count { $0 } == 1, "seed \(seed)")
      granted += given.count { $0 }
    }
    #expect(granted == 300)
  }

  @Test func itGoesWithThePerson() {
    var driver = LaneDriver()
    driver.say([email("a")], at: 1)
    driver.run()
    let assignment = give(to: email("a"), &driver)
    ask(email("a"), "one", &driver, assignment: assignment)
    driver.run()
    #expect(answers(driver) == ["one": [true]])
    driver.command(.erase(through: time(100)), of: email("a"), at: 60)
    driver.run()
    driver.say([email("a")], at: 101)
    driver.run()
    #expect(driver.lanes.contacts.first?.cluster.members.elements.first?.grants.isEmpty == true)
  }

  @Test func itStaysWithTheAssignment() {
    var driver = LaneDriver()
    driver.say([email("a"), phone(1)], at: 1)
    driver.run()
    let assignment = give(to: phone(1), &driver)
    ask(email("a"), "one", &driver, assignment: assignment)
    driver.run()
    // The address that it was asked of is somebody else's from now on; the assignment stays.
    driver.command(.release(email("a")), of: phone(1), at: 20)
    driver.run()
    ask(phone(1), "two", &driver, assignment: assignment)
    driver.run()
    #expect(answers(driver) == ["one": [true], "two": [false]])
  }

  @Test func assignmentsHaveNamesOfTheirOwn() {
    func assignment(_ segment: String, at milliseconds: Int64, by id: String) -> SegmentAssignment {
      SegmentAssignment(bytes(segment), isAssigned: true, expires: nil, stamp(milliseconds, id))
    }
    let all = [
      assignment("vip", at: 1, by: "k"), assignment("vip", at: 2, by: "k"), assignment("vip", at: 1, by: "l"),
      assignment("press", at: 1, by: "k"), assignment("vip1", at: 1, by: "k"),
    ]
    #expect(Set(all.map(\.id)).count == all.count)
    #expect(all.allSatisfy { $0.id.count == 36 })
    var ending = assignment("vip", at: 1, by: "k")
    ending.expires = time(10)
    // What it is does not depend on when it ends.
    #expect(ending.id == all[0].id)
    #expect([9, 10, 11].map { ending.stands(at: time($0)) } == [true, false, false])
    ending.isAssigned = false
    #expect(!ending.stands(at: time(9)))
  }
}
