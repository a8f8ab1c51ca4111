import Identity
import JourneyModel
import Testing

/// What becomes of identifiers that something names together: one situation after the other.
@Suite struct ContactTests {
  private let limits = IdentityLimits()

  private func groups(_ cluster: Cluster, _ limits: IdentityLimits = IdentityLimits()) -> [[String]] {
    cluster.contacts(limits).contacts.map { contact in
      contact.identifiers.compactMap { cluster.member($0).map { text($0.identifier.value) } }.sorted()
    }.sorted { $0.joined() < $1.joined() }
  }

  private func reasons(_ cluster: Cluster, _ limits: IdentityLimits = IdentityLimits()) -> [String] {
    cluster.contacts(limits).decisions.compactMap { decision in
      guard case .refused(let reason) = decision.outcome else { return nil }
      return reason.name
    }
  }

  @Test func anAddressAloneIsEphemeral() {
    let contacts = cluster([email("a")], []).contacts(limits).contacts
    #expect(contacts.map(\.type) == [.ephemeral])
    #expect(contacts[0].id == ContactID(of: email("a"), generation: 0))
  }

  @Test func twoIdentifiersAreIdentified() {
    let contacts = cluster([email("a"), phone(1)], [link(email("a"), phone(1))]).contacts(limits).contacts
    #expect(contacts.map(\.type) == [.identified])
    #expect(contacts[0].canonical == email("a").key)
  }

  @Test func oneSureIdentifierIsIdentified() {
    let caller = Cluster(members: [Member(phone(1), at: time(1), .channel)])
    #expect(caller.contacts(limits).contacts.map(\.type) == [.identified])
  }

  @Test func twoDevicesAreIdentified() {
    var member = Member(email("a"), at: time(1))
    func seen(_ device: String) -> DeviceUse {
      DeviceUse(
        cookie(device), revision: 1, lastSeen: time(1), intervals: [DeviceUse.Interval(from: nil, to: nil)])
    }
    member.devices.insert(seen("one"))
    #expect(Cluster(members: [member]).contacts(limits).contacts[0].type == .ephemeral)
    member.devices.insert(seen("two"))
    #expect(Cluster(members: [member]).contacts(limits).contacts[0].type == .identified)
  }

  @Test func theOldestIsCanonicalAndAnAddressBooksContactBeforeIt() {
    let book = Identifier(type: .contact, value: bytes("crm-7"))
    let late = cluster(
      [email("a"), phone(1), book], [link(email("a"), phone(1)), link(phone(1), book, .authenticated)])
    let contacts = late.contacts(limits).contacts
    #expect(contacts.count == 1)
    #expect(contacts[0].canonical == book.key)
    #expect(text(contacts[0].id.text) == "crm-7")
    #expect(contacts[0].type == .curated)
  }

  @Test func lateEvidenceMakesAnotherTheOldest() {
    var both = Cluster(
      members: [Member(email("a"), at: time(10)), Member(phone(1), at: time(20))],
      assertions: [link(email("a"), phone(1))])
    #expect(both.contacts(limits).contacts[0].canonical == email("a").key)
    both.merge(Cluster(members: [Member(phone(1), at: time(9))]))
    #expect(both.contacts(limits).contacts[0].canonical == phone(1).key)
  }

  @Test func mergeSeparateMerge() {
    let (a, b) = (email("a"), email("b"))
    var said = [link(a, b, .curated, at: 1)]
    #expect(groups(cluster([a, b], said)).count == 1)
    said.append(separation(a, b, at: 2))
    #expect(groups(cluster([a, b], said)).count == 2)
    said.append(link(a, b, .curated, at: 3))
    #expect(groups(cluster([a, b], said)).count == 1)
    #expect(cluster([a, b], said).contacts(limits).contacts[0].type == .curated)
  }

  @Test func atOneStampSeparationPrevails() {
    let (a, b) = (email("a"), email("b"))
    for id in ["a", "c"] {
      let said = [link(a, b, .curated, at: 2, id: "b"), separation(a, b, at: 2, id: id)]
      #expect(groups(cluster([a, b], said)).count == (id == "a" ? 1 : 2))
    }
    #expect(
      groups(cluster([a, b], [link(a, b, .curated, at: 2, id: "b"), separation(a, b, at: 2, id: "b")])).count
        == 2)
  }

  @Test func separationOfTheCanonicalGivesEachItsOwn() {
    let (a, b, c) = (email("a"), phone(1), external("1"))
    var members = [a, b, c].enumerated().map { Member($1, at: time(Int64($0) + 1)) }
    members[0].traits.insert(Trait(bytes("givenName"), bytes("Ann"), stamp(1)))
    members[1].traits.insert(Trait(bytes("givenName"), bytes("Bob"), stamp(2)))
    for place in members.indices { members[place].isPublished = true }
    var all = Cluster(members: members, assertions: [link(a, b), link(b, c)])
    #expect(all.contacts(limits).contacts.map(\.name) == [bytes("Bob")])
    #expect(all.contacts(limits).contacts[0].mergeSet.count == 3)
    all.add(separation(a, b, at: 5))
    let split = all.contacts(limits)
    #expect(split.contact(of: a.key)?.name == bytes("Ann"))
    #expect(split.contact(of: c.key)?.name == bytes("Bob"))
    #expect(split.contact(of: c.key)?.canonical == b.key)
    #expect(split.contact(of: a.key)?.mergeSet == [ContactID(of: a, generation: 0)])
    #expect(split.contact(of: a.key)?.suggestions == [])
  }

  @Test func aSeparationHoldsAcrossGroups() {
    let (a, b, c) = (email("a"), phone(1), external("1"))
    let said = [link(a, b), link(b, c), separation(a, c, at: 9)]
    #expect(groups(cluster([a, b, c], said)).count == 2)
    #expect(reasons(cluster([a, b, c], said)) == ["cannot"])
    let suggestion = cluster([a, b, c], said).contacts(limits).contact(of: c.key)?.suggestions
    #expect(suggestion?.map(\.reason.name) == ["cannot"])
    #expect(suggestion?.first?.other == ContactID(of: a, generation: 0))
  }

  @Test func evenADecisionDoesNotGoThroughASeparation() {
    let (a, b, c) = (email("a"), phone(1), external("1"))
    let said = [link(a, b), separation(a, c, at: 9), link(b, c, .curated, at: 10)]
    // The decision is looked at first; the typed link is the one that is refused.
    #expect(groups(cluster([a, b, c], said)) == [["+15550100001", "1"], ["a@example.com"]])
  }

  @Test(arguments: [
    (IdentifierType.email, 5), (.phone, 5), (.externalID, 1), (.social, 5), (.contact, 1),
  ])
  func typesHaveTheirLimits(_ type: IdentifierType, _ most: Int) {
    for count in [most - 1, most, most + 1] where count > 0 {
      let all = (0..<count).map { Identifier(type: type, value: bytes("+155501000\($0 + 10)")) }
      let hub = type == .email ? phone(1) : email("hub")
      let said = all.map { link(hub, $0, .authenticated) }
      #expect(groups(cluster([hub] + all, said)).count == 1 + max(0, count - most))
      #expect(reasons(cluster([hub] + all, said)) == (count > most ? ["limits"] : []))
      let decided = all.map { link(hub, $0, .curated) }
      #expect(groups(cluster([hub] + all, decided)).count == 1)
    }
  }

  @Test func eachSourceHasItsOwnLimit() {
    let said = [link(email("a"), external("1", "x")), link(email("a"), external("2", "y"))]
    #expect(groups(cluster([email("a"), external("1", "x"), external("2", "y")], said)).count == 1)
    let same = [link(email("a"), external("1", "x")), link(email("a"), external("2", "x"))]
    #expect(groups(cluster([email("a"), external("1", "x"), external("2", "x")], same)).count == 2)
  }

  @Test func twoContactsOfAnAddressBookNeedADecision() {
    let (one, two) = (
      Identifier(type: .contact, value: bytes("crm-1")), Identifier(type: .contact, value: bytes("crm-2"))
    )
    let typed = [link(email("a"), one), link(email("a"), two)]
    #expect(groups(cluster([email("a"), one, two], typed)).count == 2)
    let decided = typed + [link(one, two, .curated)]
    #expect(groups(cluster([email("a"), one, two], decided)).count == 1)
  }

  @Test(arguments: [(49, 1), (50, 1), (51, 2)])
  func aContactHasFiftyIdentifiers(_ count: Int, _ expected: Int) {
    let all = (0..<count).map { external("id", "source-\($0)") }
    for strength in [EvidenceStrength.authenticated, .curated] {
      let chain = (1..<count).map { link(all[$0 - 1], all[$0], strength, at: Int64($0)) }
      #expect(groups(cluster(all, chain)).count == expected)
      #expect(reasons(cluster(all, chain)) == (expected > 1 ? ["full"] : []))
    }
  }

  @Test func aTypedAddressJoinsNoTwoPersons() {
    // Two people, each with a number and an address; somebody types the other's number.
    let all = [email("a"), phone(1), email("b"), phone(2)]
    let known = [link(email("a"), phone(1), .channel), link(email("b"), phone(2), .channel)]
    let typed = cluster(all, known + [link(email("a"), phone(2), .observed, at: 9)])
    #expect(groups(typed).count == 2)
    #expect(reasons(typed) == ["conflict"])
    // Whoever has signed in may.
    #expect(groups(cluster(all, known + [link(email("a"), phone(2), .authenticated, at: 9)])).count == 1)
    // An address that nobody else has may be added by typing.
    #expect(
      groups(cluster([email("a"), phone(1), email("c")], [known[0], link(phone(1), email("c"))])).count == 1)
  }

  @Test func complementaryPersonsMayBeJoinedByTyping() {
    let all = [email("a"), external("1", "x"), phone(1), external("2", "y")]
    let said = [
      link(all[0], all[1], .authenticated), link(all[2], all[3], .authenticated), link(all[0], all[2]),
    ]
    #expect(groups(cluster(all, said)).count == 1)
  }

  @Test func aSharedIdentifierJoinsNothing() {
    let all = [email("info"), phone(1), phone(2)]
    let said = [link(all[0], all[1]), link(all[0], all[2], .channel)]
    let shared = cluster(all, said, shared: [all[0]])
    #expect(groups(shared).count == 3)
    #expect(reasons(shared) == ["shared", "shared"])
    // It would suggest everybody behind it to each other.
    #expect(shared.contacts(limits).contacts.allSatisfy { $0.suggestions.isEmpty })
    #expect(groups(cluster(all, said + [link(all[0], all[1], .curated)], shared: [all[0]])).count == 2)
  }

  @Test func aRingAndAChainAndAStarAreOnePerson() {
    let all = [email("a"), phone(1), external("1"), email("b"), phone(2)]
    let ring = all.indices.map { link(all[$0], all[($0 + 1) % 5], .authenticated) }
    let star = all.dropFirst().map { link(all[0], $0, .authenticated) }
    for said in [ring, Array(ring.dropLast()), star] {
      #expect(groups(cluster(all, said)).count == 1)
      #expect(groups(cluster(all.reversed(), said.reversed())).count == 1)
    }
  }

  @Test func aStricterLimitRepairs() {
    let all = [phone(1), email("a"), email("b"), email("c")]
    let together = cluster(all, all.dropFirst().map { link(all[0], $0, .authenticated) })
    #expect(groups(together).count == 1)
    var strict = IdentityLimits()
    strict.emails = 2
    #expect(groups(together, strict).count == 2)
  }

  @Test(arguments: [9, 10, 11])
  func theNewestSuggestionsAreShown(_ count: Int) {
    let all = (0..<count).map { external("\($0)", "x") }
    let said = all.enumerated().map { link(external("me", "x"), $1, .authenticated, at: Int64($0)) }
    let partition = cluster([external("me", "x")] + all, said).contacts(limits)
    let suggestions = partition.contact(of: external("me", "x").key)?.suggestions ?? []
    #expect(suggestions.count == min(count, 10))
    #expect(suggestions.first?.assertion.stamp.time == time(Int64(count - 1)))
  }

  @Test(arguments: [49, 50, 51])
  func theNewestDevicesAreShown(_ count: Int) {
    var member = Member(email("a"), at: time(1))
    for number in 0..<count {
      member.devices.insert(
        DeviceUse(
          cookie("\(number)"), revision: 1, lastSeen: time(Int64(number)),
          intervals: [DeviceUse.Interval(from: nil, to: nil)]))
    }
    let contact = Cluster(members: [member]).contacts(limits).contacts[0]
    #expect(contact.devices.count == min(50, count))
    #expect(contact.devicesLeftOut == max(0, count - 50))
    #expect(contact.devices.first?.device == cookie("\(count - 1)"))
  }

  @Test func eachAssertionIsExplained() {
    let (a, b, c) = (email("a"), phone(1), external("1"))
    let said = [
      link(a, b, .curated, at: 1), separation(a, b, at: 2), link(a, b, at: 3), link(b, c, at: 4),
      link(b, c, at: 5), link(a, email("elsewhere"), at: 6), separation(a, c, at: 1),
      link(a, c, .curated, at: 2),
    ]
    let outcomes = cluster([a, b, c], said).contacts(limits).decisions.map(\.outcome)
    let counted = Dictionary(grouping: outcomes) { "\($0)".prefix(7) }.mapValues(\.count)
    #expect(
      counted == ["separat": 3, "outdate": 1, "joined": 1, "refused": 2, "unknown": 1])
  }
}
