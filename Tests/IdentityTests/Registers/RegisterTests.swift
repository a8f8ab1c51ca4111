import Identity
import JourneyModel
import Testing

/// One register, message by message.
@Suite struct RegisterTests {
  private let rules = RegisterRules(limits: IdentityLimits(), identifiers: IdentifierRules()) { value in
    LaneNumber(Int32(value.count % 4))
  }

  /// Two identifiers, the one with the smaller key first.
  private var two: (small: Identifier, large: Identifier) {
    email("a").key < phone(1).key ? (email("a"), phone(1)) : (phone(1), email("a"))
  }

  private func register(_ identifier: Identifier) -> Register { Register(rules.node(of: identifier)) }

  @Test func theLargerOneGivesItsClusterToTheSmaller() {
    let (small, large) = two
    var register = register(large)
    let output = register.receive(.claim(Claim(large, .observed, stamp(1), partners: [small])), rules)
    #expect(register.parent == rules.node(of: small))
    #expect(register.cluster.isEmpty)
    let adopted = output.messages.compactMap { envelope -> Cluster? in
      guard case .adopt(let cluster, _) = envelope.message else { return nil }
      #expect(envelope.to == rules.node(of: small))
      return cluster
    }
    #expect(adopted.map { $0.members.elements.map(\.identifier) } == [[large]])
    #expect(adopted.map(\.assertions.count) == [1])
  }

  @Test func theSmallerOneLeavesItToTheLarger() {
    let (small, large) = two
    var register = register(small)
    let output = register.receive(.claim(Claim(small, .observed, stamp(1), partners: [large])), rules)
    #expect(register.isRoot)
    #expect(output.unions == 0)
    #expect(output.contacts.map(\.identifiers) == [[small.key]])
    #expect(output.contacts.map(\.mergeSet) == [[ContactID(of: small, generation: 0)]])
  }

  @Test(arguments: [(19, false), (20, false), (21, true)])
  func moreThanTwentyPartnersShareAnIdentifier(_ count: Int, _ isShared: Bool) {
    var register = register(email("hub"))
    for number in 0..<count {
      _ = register.receive(
        .claim(Claim(email("hub"), .observed, stamp(Int64(number)), partners: [phone(number)])), rules)
    }
    #expect(register.isShared == isShared)
    #expect(register.partners.count == (isShared ? 0 : count))
    // Decisions are no sign of a hub.
    var decided = self.register(email("hub"))
    for number in 0..<count {
      _ = decided.receive(
        .claim(Claim(email("hub"), .curated, stamp(Int64(number)), partners: [phone(number)])), rules)
    }
    #expect(!decided.isShared)
  }

  /// Ids are taken from what was formed before where that is the same; here each is derived anew.
  @Test func idsOfContactsAreThoseOfTheirIdentifiers() {
    let (small, large) = two
    var register = register(small)
    var outputs: [RegisterOutput] = []
    func take(_ message: RegisterMessage) { outputs.append(register.receive(message, rules)) }
    let use = DeviceUse(cookie("c"), revision: 1, lastSeen: time(2), intervals: [.init(from: nil, to: nil)])
    var seen = Member(small, at: time(2))
    seen.devices.insert(use)
    take(.claim(Claim(small, .observed, stamp(1))))
    take(.note(Cluster(seen)))
    take(.union(with: rules.node(of: small), link(small, large)))
    take(.note(Cluster(Member(large, at: time(0)))))
    take(.union(with: rules.node(of: small), link(small, large, .curated, at: 3)))
    take(.note(Cluster(members: [], erasures: [Erasure(large.key, at: time(9), generation: 1)])))
    take(.note(Cluster(Member(large, at: time(20), generation: 1))))
    let generations: [IdentifierKey: [Int]] = [small.key: [0], large.key: [0, 1]]
    var found: Set<ContactID> = []
    for contact in outputs.flatMap(\.contacts) {
      let identifier = contact.canonical == small.key ? small : large
      let ids = (generations[contact.canonical] ?? []).map { ContactID(of: identifier, generation: $0) }
      #expect(ids.contains(contact.id))
      #expect(contact.mergeSet.contains(contact.id))
      found.insert(contact.id)
    }
    #expect(found.count == 3)
    #expect(
      outputs.last?.contacts.first { $0.canonical == large.key }?.id == ContactID(of: large, generation: 1))
  }

  @Test func nobodyIsTheirOwnNews() throws {
    // The watcher knows by itself who that is; with a name, or as another's, it is told.
    let watcher = NodeRef(cookie("c").key, lane: 3)
    var register = register(email("a"))
    func tell(_ traits: [Identity.Trait] = [], at time: Int64) -> [NodeRef] {
      let claim = Claim(email("a"), .observed, stamp(time), traits: traits, watcher: watcher)
      var output = register.receive(.claim(claim), rules)
      for case .resolve(let found) in output.messages.map(\.message) {
        _ = register.receive(.resolve(found), rules)
      }
      output = register.receive(.claim(claim), rules)
      return output.messages.compactMap { envelope in
        if case .resolved = envelope.message { return envelope.to } else { return nil }
      }
    }
    #expect(tell(at: 1) == [])
    #expect(tell([Trait(bytes("givenName"), bytes("Ada"), stamp(2))], at: 2) == [watcher])
    var told = try #require(register.resolution)
    told.revision += 1
    told.answer.contact = ContactID(of: phone(1), generation: 0)
    told.answer.name = nil
    _ = register.receive(.resolve(told), rules)
    #expect(tell(at: 3) == [watcher])
  }

  @Test func whetherARegisterHasChangedIsWhetherItDiffers() {
    var register = register(email("a"))
    for message in [
      RegisterMessage.claim(Claim(email("a"), .observed, stamp(1))),
      .note(Cluster(Member(email("a"), at: time(1)))),
      .note(Cluster(Member(email("a"), at: time(5), .channel))),
      .alias(Alias(ContactID(text: [1]), nil, .init(root: NodeRef(.none, lane: 0), revision: 0))),
      .claim(Claim(email("a"), .observed, stamp(2))),
    ] {
      let before = register
      _ = register.receive(message, rules)
      #expect(register.differs(from: before) == (register != before))
    }
    #expect(!register.differs(from: register))
  }

  @Test func theDigestOfLimitsStays() {
    // It is stored: with another one every cluster is told anew.
    var register = register(email("a"))
    _ = register.receive(.claim(Claim(email("a"), .observed, stamp(1))), rules)
    #expect(register.formedUnder == 0xbfec_9468_3a81_8b02)
  }

  @Test func aRoleIsSharedFromTheStart() {
    var register = register(email("info"))
    _ = register.receive(.claim(Claim(email("info"), .observed, stamp(1), partners: [phone(1)])), rules)
    #expect(register.isShared)
    #expect(register.isRoot)
    #expect(register.cluster.shared.count == 1)
  }

  @Test(arguments: [199, 200, 201])
  func theOldestWatcherGoes(_ count: Int) {
    var register = register(email("a"))
    var told: [NodeRef] = []
    for number in 0..<count {
      let watcher = NodeRef(cookie("\(number)").key, lane: 0)
      let output = register.receive(
        .claim(Claim(email("a"), .observed, stamp(Int64(number) * 1_000), watcher: watcher)), rules)
      for envelope in output.messages { if case .forget = envelope.message { told.append(envelope.to) } }
    }
    #expect(register.watchers.count == min(200, count))
    // It is told no more, so it keeps nothing.
    #expect(told.map(\.key) == (count <= 200 ? [] : [cookie("0").key]))
    #expect((register.watchers.first?.key == cookie("0").key) == (count <= 200))
  }

  @Test func watchersAreToldOfNamesOnce() {
    var register = register(email("a"))
    let watcher = NodeRef(cookie("c").key, lane: 3)
    let named = [Trait(bytes("givenName"), bytes("Gwen"), stamp(2))]
    var queue: [RegisterMessage.Envelope] = [
      RegisterMessage.Envelope(
        to: register.node, .claim(Claim(email("a"), .observed, stamp(1), watcher: watcher))),
      RegisterMessage.Envelope(
        to: register.node, .claim(Claim(email("a"), .observed, stamp(2), traits: named))),
      RegisterMessage.Envelope(
        to: register.node, .claim(Claim(email("a"), .observed, stamp(2), traits: named))),
    ]
    var told: [[UInt8]?] = []
    while !queue.isEmpty {
      let next = queue.removeFirst()
      if case .resolved(_, let answer) = next.message {
        #expect(next.to == watcher)
        told.append(answer.name)
      } else if next.to == register.node {
        queue.append(contentsOf: register.receive(next.message, rules).messages)
      }
    }
    // First that there is a contact, then its name.
    #expect(told == [nil, bytes("Gwen")])
  }

  @Test func anOlderResolutionIsNotAccepted() {
    func found(_ root: UInt64, _ revision: Int) -> Resolution {
      Resolution(
        root: NodeRef(IdentifierKey(high: root, low: 0), lane: 0), revision: revision,
        answer: Resolution.Answer(
          contact: ContactID(text: bytes("\(root)-\(revision)")), type: .identified, name: nil, segments: []))
    }
    for (known, told, isAccepted) in [
      (found(5, 5), found(5, 4), false), (found(5, 5), found(5, 5), false), (found(5, 5), found(5, 6), true),
      (found(5, 5), found(4, 1), true), (found(5, 5), found(6, 9), false),
    ] {
      var register = register(email("a"))
      _ = register.receive(.resolve(known), rules)
      _ = register.receive(.resolve(told), rules)
      #expect((register.resolution == told) == (isAccepted || known == told))
    }
  }

  @Test func repeatedEvidenceIsToldOnce() {
    let (small, large) = two
    var register = register(large)
    let claim = Claim(large, .observed, stamp(1), partners: [small])
    _ = register.receive(.claim(claim), rules)
    let again = register.receive(.claim(claim), rules).messages
    #expect(again.allSatisfy { if case .union = $0.message { true } else { false } })
    var later = claim
    (later.partners, later.stamp) = ([], stamp(7 * 86_400_000))
    let early = register.receive(.claim(later), rules).messages
    #expect(early.isEmpty)
    later.stamp = stamp(7 * 86_400_000 + 1)
    let due = register.receive(.claim(later), rules).messages
    #expect(due.count == 1)
  }
}
