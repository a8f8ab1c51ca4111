import Identity
import SeededGenerator
import Testing

/// What is told of contacts that become others.
@Suite struct ContactChangeTests {
  /// Two who are known by an address and a number each.
  private func two(_ limits: IdentityLimits = IdentityLimits()) -> LaneDriver {
    var driver = LaneDriver(limits)
    driver.say([email("a")], at: 1)
    driver.run()
    driver.say([phone(1)], at: 2)
    driver.run()
    return driver
  }

  private func id(_ identifier: Identifier) -> ContactID { ContactID(of: identifier, generation: 0) }

  @Test func aContactThatIsBornIsNoChange() {
    #expect(two().lanes.changes.isEmpty)
  }

  @Test func aMergeIsToldOnceWithItsCause() {
    var driver = two()
    driver.say([email("a"), phone(1)], at: 3)
    driver.run()
    #expect(driver.lanes.changes == [.merged(id(phone(1)), into: id(email("a")), because: [bytes("e3")])])
    // It is said again, and one more is said: nothing has changed.
    driver.say([email("a"), phone(1)], at: 4)
    driver.run()
    #expect(driver.lanes.changes.count == 1)
  }

  @Test func whoIsFoundToBeOlderTakesOver() {
    var driver = two()
    driver.say([email("a"), phone(1)], at: 3)
    driver.run()
    driver.say([phone(1)], at: 0)
    driver.run()
    #expect(driver.lanes.changes.last == .merged(id(email("a")), into: id(phone(1)), because: []))
  }

  @Test func aSeparationIsTold() {
    var driver = two()
    driver.say([email("a"), phone(1)], at: 3)
    driver.run()
    driver.command(.separate(phone(1)), of: email("a"), at: 4)
    driver.run()
    #expect(
      driver.lanes.changes.last == .separated(id(phone(1)), from: id(email("a")), because: [bytes("c4")]))
    driver.command(.reunite([driver.node(email("a")), driver.node(phone(1))]), of: email("a"), at: 5)
    driver.run()
    #expect(driver.lanes.changes.count == 3)
    #expect(driver.lanes.changes.last == .merged(id(phone(1)), into: id(email("a")), because: [bytes("c5")]))
  }

  @Test func aSuggestionIsToldOnce() {
    var driver = LaneDriver()
    driver.say([email("a"), phone(1)], at: 1)
    driver.run()
    driver.say([email("b"), phone(2)], at: 2)
    driver.run()
    let before = driver.lanes.changes.count
    driver.say([email("a"), phone(2)], .observed, at: 3)
    driver.run()
    driver.say([email("a"), phone(2)], .observed, at: 4)
    driver.run()
    let told = driver.lanes.changes.dropFirst(before)
    #expect(told.count == 1)
    guard case .suggested(let one, let other, .conflict, let because)? = told.first else {
      Issue.record("nothing is suggested")
      return
    }
    #expect(one != other && because == [bytes("e3")])
  }

  @Test func erasureIsNoMerge() {
    var driver = two()
    driver.say([email("a"), phone(1)], at: 3)
    driver.run()
    let before = driver.lanes.changes
    driver.command(.erase(through: time(100)), of: email("a"), at: 60)
    driver.run()
    driver.say([email("a")], at: 101)
    driver.run()
    #expect(driver.lanes.changes == before)
  }

  /// She is back before anybody has asked for her erasure, or before the root has heard of it.
  @Test func whoIsBackAlreadyIsNotWhoWasErased() {
    var driver = two()
    driver.say([email("a"), phone(1)], at: 3)
    driver.run()
    let before = driver.lanes.changes
    let trait = Trait(bytes("givenName"), bytes("Ada"), stamp(101, "back"))
    driver.say([email("a")], at: 101, traits: [trait])
    driver.run()
    driver.command(.erase(through: time(100)), of: email("a"), at: 60)
    driver.run()
    #expect(driver.contact(email("a"))?.id == ContactID(of: email("a"), generation: 1))
    #expect(driver.lanes.changes == before)
  }

  @Test func whoHasNoRoomIsMergedIntoNobody() {
    var limits = IdentityLimits()
    limits.maxClusterIdentifiers = 2
    var driver = two(limits)
    driver.say([email("a"), phone(1)], at: 3)
    driver.run()
    // Decisions stay: the address, which was there first, goes.
    driver.command(.claim(external("1")), of: phone(1), at: 4)
    driver.run()
    #expect(driver.contact(email("a")) == nil && driver.contact(phone(1))?.identifiers.count == 2)
    let told = driver.lanes.changes
    var (isSeparated, isMerged) = (false, false)
    for change in told {
      switch change {
      case .separated(id(phone(1)), id(email("a")), _): isSeparated = true
      case .merged(id(email("a")), _, _): isMerged = true
      default: break
      }
    }
    #expect(isSeparated && !isMerged)
  }

  /// Of every id that leads elsewhere in the end readers have been told, and of none that never did.
  @Test func eachMergeIsToldWhateverTheOrder() {
    var merged = 0
    for seed in 1...UInt64(200) {
      var random = SeededGenerator(seed: seed)
      var driver = LaneDriver(lanes: Int32(random.pick(1...8)), seed: seed)
      let all = [email("a"), phone(1), external("1"), email("b"), phone(2), email("c")]
      for step in 0..<10 {
        if random.pick(0...4) == 0 {
          driver.command(.separate(random.pick(all)), of: random.pick(all), at: Int64(step) + 1)
        } else {
          driver.say(
            [random.pick(all), random.pick(all)], random.pick(0...1) == 0 ? .observed : .authenticated,
            at: Int64(step) + 1)
        }
        driver.run(most: Int(random.pick(0...8)))
      }
      driver.run()
      var told: Set<ContactID> = []
      for case .merged(let id, _, _) in driver.lanes.changes { told.insert(id) }
      for (id, seen) in driver.lanes.view {
        guard case .merged = seen else { continue }
        merged += 1
        #expect(told.contains(id), "seed \(seed)")
      }
    }
    #expect(merged > 100)
  }
}
