import Identity
import JourneyModel
import Testing

/// What somebody decides, from the contact's id to the root.
@Suite struct CommandTests {
  private let all = [email("a"), phone(1), external("1"), email("b"), phone(2)]

  private func values(_ identifiers: Identifier...) -> [String] {
    identifiers.map { text($0.value) }.sorted()
  }

  private func ids(_ count: Int) -> [ContactID] { (0..<count).map { ContactID(text: bytes("c\($0)")) } }

  /// A driver in which each is a contact of its own, and their ids.
  private func apart(_ identifiers: [Identifier], seed: UInt64 = 7) -> (LaneDriver, [ContactID]) {
    var driver = LaneDriver(seed: seed)
    for (number, identifier) in identifiers.enumerated() { driver.say([identifier], at: Int64(number) + 1) }
    driver.run()
    return (driver, identifiers.map { ContactID(of: $0, generation: 0) })
  }

  @Test(arguments: [(0, false), (1, false), (2, true), (25, true), (26, false)])
  func oneCommandMergesTwoToTwentyFive(_ count: Int, _ isCommand: Bool) {
    #expect(((try? Command.merge(ids(count), stamp(1), IdentityLimits())) != nil) == isCommand)
  }

  @Test func oneContactTwiceIsNoMerge() {
    #expect(throws: CommandProblem.count(1, expected: 2...25)) {
      try Command.merge(
        [ContactID(text: bytes("c")), ContactID(text: bytes("c"))], stamp(1), IdentityLimits())
    }
  }

  @Test func twentyFiveBecomeOne() throws {
    let many = (0..<25).map { external("id", "s\($0)") }
    var (driver, ids) = apart(many)
    try driver.merge(ids, at: 50)
    driver.run()
    #expect(driver.people.count == 1)
    #expect(driver.contact(many[24])?.type == .curated)
    #expect(driver.contact(many[24])?.mergeSet == ids.sorted())
    #expect(driver.problems == [])
  }

  @Test func oneUnknownContactAndNothingIsDone() throws {
    var (driver, ids) = apart(Array(all.prefix(2)))
    let nobody = ContactID(text: bytes("nobody"))
    try driver.merge(ids + [nobody], at: 50)
    driver.run()
    #expect(driver.people.count == 2)
    #expect(driver.lanes.refusals.map(\.item) == [nobody.text])
  }

  @Test func atOnceInThreeLanes() throws {
    for seed in 0..<UInt64(20) {
      var (driver, ids) = apart(Array(all.prefix(3)), seed: seed)
      try driver.merge([ids[0], ids[1]], at: 50)
      try driver.merge([ids[1], ids[2]], at: 50)
      driver.run()
      #expect(driver.people == [values(all[0], all[1], all[2])])
      #expect(driver.contact(all[2])?.id == ids[0])
      #expect(driver.problems == [], "seed \(seed)")
    }
  }

  @Test func ringsChainsAndStars() throws {
    let sorted = all.sorted { $0.key < $1.key }
    let places = Array(0..<5)
    let chain = places.dropLast().map { [$0, $0 + 1] }
    for steps in [
      chain + [[4, 0]], chain, chain.reversed(), chain.map { $0.reversed() },
      places.dropFirst().map { [0, $0] },
      places.dropLast().map { [4, $0] },
    ] {
      for isOneByOne in [true, false] {
        var (driver, ids) = apart(sorted)
        for (number, step) in steps.enumerated() {
          try driver.merge(step.map { ids[$0] }, at: 50 + Int64(number))
          if isOneByOne { driver.run() }
        }
        driver.run()
        #expect(driver.people.count == 1)
        #expect(driver.contact(sorted[4])?.id == ids[0])
        #expect(driver.problems == [])
      }
    }
  }

  @Test func mergeSeparateMerge() throws {
    var (driver, ids) = apart(Array(all.prefix(2)))
    for (round, expected) in [1, 2, 1, 2].enumerated() {
      let at = Int64(100 + round)
      if expected == 1 {
        try driver.merge([ids[0], ids[1]], at: at)
      } else {
        driver.command(.separate(all[1]), of: all[0], at: at)
      }
      driver.run()
      #expect(driver.people.count == expected)
      #expect(driver.problems == [])
    }
  }

  @Test func whatWasReleasedIsKeptApartFromAllUntilItIsClaimed() throws {
    for back in 0..<3 {
      var (driver, ids) = apart(Array(all.prefix(3)))
      try driver.merge([ids[0], ids[1]], at: 50)
      driver.say([all[1], all[2]], at: 51)
      driver.say([all[0], all[2]], at: 52)
      driver.run()
      #expect(driver.people.count == 1)
      // Of the canonical: each side goes on by itself.
      driver.command(.release(all[0]), of: all[1], at: 60)
      driver.run()
      #expect(driver.people == [values(all[1], all[2]), values(all[0])].sorted { $0[0] < $1[0] })
      #expect(driver.contact(all[0])?.id == ids[0])
      #expect(driver.contact(all[2])?.id == ids[1])
      switch back {
      case 0: driver.command(.claim(all[0]), of: all[2], at: 70)
      case 1: try driver.merge([ids[0], ids[1]], at: 70)
      default: driver.command(.claim(all[0]), of: ids[2], at: 70)
      }
      driver.run()
      #expect(driver.people.count == 1, "\(back)")
      #expect(driver.problems == [])
    }
  }

  @Test func onlyItsOwnIsReleased() {
    var (driver, _) = apart(Array(all.prefix(2)))
    driver.command(.release(all[1]), of: all[0], at: 60)
    driver.run()
    #expect(driver.lanes.refusals.map(\.reason) == [.notOfContact])
  }

  @Test func anIdentifierOfNobodyIsClaimed() {
    var (driver, ids) = apart([all[0]])
    driver.command(.claim(all[1]), of: ids[0], at: 60)
    driver.run()
    #expect(driver.people == [values(all[0], all[1])])
    driver.command(.verify, of: ids[0], at: 61)
    driver.run()
    #expect(driver.contact(all[0])?.strength == .curated)
    #expect(driver.problems == [])
  }

  @Test func twoOfAnAddressBookAreNotJoinedByTyping() throws {
    let books = ["one", "two"].map { Identifier(type: .contact, value: bytes($0)) }
    var driver = LaneDriver()
    for (number, book) in books.enumerated() {
      for claim in Command.put([book, phone(number)], [], stamp(Int64(number) + 1, "p\(number)")) {
        driver.lanes.say(claim, &driver.random)
      }
    }
    driver.run()
    driver.say([phone(0), phone(1)], .channel, at: 10)
    driver.run()
    #expect(driver.people.count == 2)
    #expect(driver.contact(phone(0))?.suggestions.map(\.other) == [ContactID(text: bytes("two"))])
    try driver.merge(books.map { ContactID(text: $0.value) }, at: 20)
    driver.run()
    #expect(driver.people.count == 1)
    #expect(driver.problems == [])
  }

  @Test func anAddressBooksEntryForAnAddressThatExists() {
    var (driver, ids) = apart([all[0]])
    let book = Identifier(type: .contact, value: bytes("crm-7"))
    let name = Trait(bytes("displayName"), bytes("Gwen Brown"), stamp(60))
    for claim in Command.put([book, all[0]], [name], stamp(60)) { driver.lanes.say(claim, &driver.random) }
    driver.run()
    #expect(driver.contact(all[0])?.id == ContactID(text: bytes("crm-7")))
    #expect(driver.contact(all[0])?.name == bytes("Gwen Brown"))
    #expect(driver.lanes.view[ids[0]] == .merged(into: ContactID(text: bytes("crm-7"))))
    driver.command(
      .put([Trait(bytes("displayName"), bytes("G. Brown"), stamp(61))]), of: ids[0], at: 61)
    driver.run()
    #expect(driver.contact(all[0])?.name == bytes("G. Brown"))
    #expect(driver.problems == [])
  }

  @Test func publishedAndMergedTwiceLeadsToTheEndInOneStep() throws {
    var (driver, ids) = apart([all[2], all[1], all[0]])
    try driver.merge([ids[1], ids[2]], at: 50)
    driver.run()
    #expect(driver.lanes.view[ids[2]] == .merged(into: ids[1]))
    try driver.merge([ids[0], ids[1]], at: 51)
    driver.run()
    #expect(driver.lanes.view[ids[2]] == .merged(into: ids[0]))
    #expect(driver.lanes.view[ids[1]] == .merged(into: ids[0]))
    #expect(driver.problems == [])
  }

  @Test func lateEvidenceMakesAnotherTheOldest() {
    var driver = LaneDriver()
    driver.say([all[0], all[1]], at: 10)
    driver.say([all[0]], at: 5)
    driver.run()
    #expect(driver.contact(all[1])?.id == ContactID(of: all[0], generation: 0))
    driver.say([all[1]], at: 3)
    driver.run()
    #expect(driver.contact(all[0])?.id == ContactID(of: all[1], generation: 0))
    #expect(
      driver.lanes.view[ContactID(of: all[0], generation: 0)]
        == .merged(into: ContactID(of: all[1], generation: 0)))
    #expect(driver.problems == [])
  }

  @Test func aStricterLimitTakesEffectWithTheNextEvent() {
    let rules = LaneDriver().lanes.rules
    let sorted = [email("x"), email("y"), phone(1)].sorted { $0.key < $1.key }
    var root = Register(rules.node(of: sorted[0]))
    let whole = cluster(
      sorted, [link(sorted[0], sorted[1], .channel), link(sorted[0], sorted[2], .channel)])
    _ = root.receive(.adopt(whole, revision: 1), rules)
    var strict = rules
    strict.limits.emails = 1
    // As after a restart: what follows from the cluster is computed anew.
    var restored = Register(root.node, cluster: root.cluster)
    (restored.revision, restored.formedUnder) = (root.revision, root.formedUnder)
    for var register in [root, restored] {
      let output = register.receive(.note(Cluster(members: [Member(sorted[1], at: time(9))])), strict)
      let told = output.messages.filter { if case .resolve = $0.message { true } else { false } }
      #expect(told.count == 3)
      #expect(output.contacts.count == 2)
    }
  }

  @Test(arguments: [(0, false), (1, true), (99, true), (100, true), (101, false)])
  func aCommandHasAHundredSegments(_ count: Int, _ isCommand: Bool) {
    let command = try? Command.segments(
      of: .contact(ids(1)[0]), assign: (0..<count).map { (bytes("s\($0)"), 1) }, unassign: [], stamp(1),
      IdentityLimits())
    #expect((command != nil) == isCommand)
  }

  @Test(arguments: [(0, false), (1, true), (36_525, true), (36_526, false)])
  func anAssignmentHasItsDays(_ days: Int, _ isCommand: Bool) {
    let command = try? Command.segments(
      of: .contact(ids(1)[0]), assign: [(bytes("s"), days)], unassign: [], stamp(1), IdentityLimits())
    #expect((command != nil) == isCommand)
  }

  @Test func aContactHasAHundredSegments() throws {
    var (driver, _) = apart(Array(all.prefix(1)))
    func assign(_ names: [String], _ unassign: [String], at: Int64) throws -> Command {
      try Command.segments(
        of: .identifier(driver.node(all[0])), assign: names.map { (bytes($0), nil) },
        unassign: unassign.map(bytes), stamp(at), driver.limits)
    }
    driver.lanes.send(try assign((0..<99).map { "s\($0)" }, [], at: 50))
    driver.run()
    driver.lanes.send(try assign(["x", "y", "s0"], [], at: 51))
    driver.run()
    #expect(driver.contact(all[0])?.segments.count == 100)
    #expect(driver.lanes.refusals == [Refusal(bytes("e"), .tooManySegments, item: bytes("y"))])
    driver.lanes.send(try assign([], ["x"], at: 52))
    driver.run()
    driver.lanes.send(try assign(["y"], [], at: 53))
    driver.run()
    #expect(driver.contact(all[0])?.segments.contains { text($0.segment) == "y" } == true)
    #expect(driver.register(all[0])?.resolution?.answer.segments.count == 100)
    #expect(driver.problems == [])
  }

  @Test(arguments: [(-1, true), (0, false), (1, false)])
  func anAssignmentEnds(_ offset: Int64, _ isAssigned: Bool) throws {
    var (driver, _) = apart(Array(all.prefix(1)))
    driver.lanes.send(
      try Command.segments(
        of: .identifier(driver.node(all[0])), assign: [(bytes("gold"), 1)], unassign: [], stamp(50),
        driver.limits))
    driver.run()
    let end: Int64 = 50 + 86_400_000
    let register = driver.register(all[0])
    #expect(register?.due(driver.lanes.rules) == time(end))
    driver.tick(at: end + offset)
    #expect((driver.contact(all[0])?.segments.isEmpty == false) == isAssigned)
    #expect((driver.register(all[0])?.resolution?.answer.segments.isEmpty == false) == isAssigned)
    #expect(driver.problems == [])
  }
}
