import Identity
import JourneyModel
import SeededGenerator
import Testing
import WireFormat

/// Forms of registers and of what they tell each other.
@Suite struct RegisterFormTests {
  private let parts = IdentityFormTests()

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func node(_ random: inout SeededGenerator) -> NodeRef {
    NodeRef(
      IdentifierKey(
        high: random.pick([0, 1, .max, random.next()]), low: random.pick([0, .max, random.next()])),
      lane: LaneNumber(Int32(random.pick([0, 1, 15, Int64(Int32.max)]))))
  }

  private func version(_ random: inout SeededGenerator) -> RootVersion {
    RootVersion(root: node(&random), revision: Int(random.pick([0, 1, 1 << 40])))
  }

  private func contact(_ random: inout SeededGenerator) -> ContactID {
    ContactID(text: [UInt8](repeating: 0x63, count: Int(random.pick([1, 36, 255]))))
  }

  private func strong(_ random: inout SeededGenerator) -> Identifier {
    parts.random(&random, random.pick([.email, .phone, .externalID, .contact, .social]))
  }

  private func many<Value>(
    _ random: inout SeededGenerator, _ make: (inout SeededGenerator) -> Value
  ) -> [Value] {
    (0..<random.pick(0...3)).map { _ in make(&random) }
  }

  private func segment(_ random: inout SeededGenerator) -> SegmentAssignment {
    SegmentAssignment(
      bytes(random.pick(["s", "t"])), isAssigned: random.chance(50),
      expires: random.chance(50) ? parts.time(&random) : nil, parts.stamp(&random))
  }

  private func trait(_ random: inout SeededGenerator) -> Identity.Trait {
    Trait(bytes("givenName"), bytes(random.pick(["", "Gwen"])), parts.stamp(&random))
  }

  private func answer(_ random: inout SeededGenerator) -> Resolution.Answer {
    Resolution.Answer(
      contact: contact(&random), type: random.pick([.ephemeral, .identified, .curated]),
      name: random.chance(50) ? bytes("Gwen") : nil, segments: many(&random, segment),
      isOverfull: random.chance(20))
  }

  private func resolution(_ random: inout SeededGenerator) -> Resolution {
    let found = version(&random)
    return Resolution(root: found.root, revision: found.revision, answer: answer(&random))
  }

  private func claim(_ random: inout SeededGenerator) -> Claim {
    let strength = random.pick(EvidenceStrength.allCases)
    return Claim(
      strong(&random), strength, parts.stamp(&random), partners: many(&random, strong),
      isSeparating: strength == .curated && random.chance(50), traits: many(&random, trait),
      segments: many(&random, segment), watcher: random.chance(50) ? node(&random) : nil)
  }

  private func operation(_ random: inout SeededGenerator) -> Command.Operation {
    switch random.pick(1...10) {
    case 1: .put(many(&random, trait))
    case 2: .claim(strong(&random))
    case 3: .release(strong(&random))
    case 4: .separate(strong(&random))
    case 5: .merge(rest: many(&random, contact), found: many(&random, node))
    case 6: .reunite(many(&random, node))
    case 7: .verify
    case 8:
      .segments(
        many(&random) { random in
          Command.SegmentChange(
            bytes("gold"), isAssigned: random.chance(50),
            expires: random.chance(50) ? parts.time(&random) : nil)
        })
    case 9: .link(node(&random))
    default: .erase(through: parts.time(&random))
    }
  }

  private func assertion(_ random: inout SeededGenerator) -> Assertion {
    guard let pair = IdentifierPair(IdentifierKey(high: 1, low: random.next()), .none) else {
      preconditionFailure("one key")
    }
    return random.chance(30)
      ? Assertion(separation: pair, parts.stamp(&random))
      : Assertion(link: pair, random.pick(EvidenceStrength.allCases), parts.stamp(&random))
  }

  private func message(_ number: Int64, _ random: inout SeededGenerator) -> RegisterMessage {
    switch number {
    case 1: .claim(claim(&random))
    case 2: .union(with: node(&random), assertion(&random))
    case 3: .adopt(parts.cluster(&random), revision: Int(random.pick([0, 7, 1 << 50])))
    case 4: .note(parts.cluster(&random))
    case 5: .resolve(resolution(&random))
    case 6: .resolved(node(&random).key, answer(&random))
    case 7: .alias(Alias(contact(&random), random.chance(70) ? node(&random) : nil, version(&random)))
    case 8:
      .command(
        Command(
          operation(&random),
          of: random.chance(50) ? .contact(contact(&random)) : .identifier(node(&random)),
          parts.stamp(&random)))
    case 9:
      .forget(
        Forgetting(
          node(&random).key, random.pick([.erased, .expired, .unwatched]), through: parts.time(&random),
          generation: Int(random.pick(0...9)), version(&random)))
    case 10:
      .grantAsked(
        GrantRequest(
          node(&random), map: bytes("map"), assignment: bytes("a"), asker: parts.stamp(&random),
          replyTo: node(&random)))
    case 11:
      .grantAnswered(
        GrantAnswer(
          map: bytes("map"), assignment: bytes("a"), asker: parts.stamp(&random),
          isGranted: random.chance(50)))
    default:
      .linked(
        random.chance(30)
          ? SessionLink(parts.stamp(&random), nil)
          : SessionLink(
            parts.stamp(&random), strong(&random), answer: random.chance(70) ? answer(&random) : nil))
    }
  }

  private func register(_ random: inout SeededGenerator) -> Register {
    let identifier = strong(&random)
    let node = NodeRef(identifier.key, lane: LaneNumber(Int32(random.pick(0...15))))
    let isRoot = random.chance(50)
    var register = Register(node, cluster: isRoot ? parts.cluster(&random) : Cluster())
    if !isRoot { register.parent = NodeRef(.none, lane: 3) }
    register.revision = Int(random.pick([0, 1 << 40]))
    register.formedUnder = random.chance(50) ? random.next() : nil
    if random.chance(60) { register.evidence = Member(identifier, at: parts.time(&random), .channel) }
    register.partners = Set(many(&random) { self.node(&$0).key }).sorted()
    if random.chance(30) { register.sharedSince = parts.time(&random) }
    if random.chance(30) { register.stub = Erasure(node.key, at: parts.time(&random), generation: 2) }
    if random.chance(30) { register.forgotten = version(&random) }
    if random.chance(60) { register.resolution = resolution(&random) }
    register.watchers = many(&random) { self.node(&$0) }
    register.rate = ClaimRate(minute: random.pick(0...1_000), count: Int(random.pick(0...120)))
    return register
  }

  private func lane(_ payload: RegisterPayload) -> LaneMessage {
    LaneMessage(
      payload, from: .init(lane: 3, sequence: 4, index: 5), at: EventTime(milliseconds: 6), hops: 1)
  }

  @Test(arguments: [(-1, true), (0, false), (1, false)])
  func aParentIsSmallerThanItsChild(_ distance: Int, _ isRead: Bool) throws {
    let own = IdentifierKey(high: 7, low: 7)
    var register = Register(NodeRef(own, lane: 1))
    register.parent = NodeRef(
      IdentifierKey(high: 7, low: UInt64(7 + distance)), lane: 2)
    let form = register.encoded()
    if isRead {
      #expect(try Register(form: form) == register)
    } else {
      #expect(throws: CodecError.self) { try Register(form: form) }
    }
  }

  @Test func whatWasWrittenIsRead() throws {
    for seed in 0..<UInt64(1_500) {
      var random = SeededGenerator(seed: seed)
      let register = register(&random)
      let form = register.encoded()
      #expect(try Register(form: form) == register, "seed \(seed)")
      #expect(try Register(form: form).encoded() == form, "seed \(seed)")
      let alias = AliasRegister(
        contact(&random), Alias(ContactID(text: bytes("c")), node(&random), version(&random)))
      #expect(try AliasRegister(form: alias.encoded()).alias == alias.alias)
      for number in Int64(1)...12 {
        let payload = RegisterPayload(.init(to: node(&random), message(number, &random)))
        let read = try LaneMessage(decoding: lane(payload).encoded()).read(RegisterPayload.self)
        #expect(read == payload, "seed \(seed), message \(number)")
        #expect(read.envelope(in: 9).to == NodeRef(payload.key, lane: 9))
      }
    }
  }

  @Test func damagedBytesGiveAnErrorOrAnotherValueAndNeverATrap() {
    var (errors, values) = (0, 0)
    let rules = RegisterRules(limits: IdentityLimits(), identifiers: IdentifierRules()) { _ in 0 }
    for seed in 0..<UInt64(2_000) {
      var random = SeededGenerator(seed: seed)
      for number in Int64(0)...12 {
        var form: [UInt8]
        if number == 0 {
          form = register(&random).encoded()
        } else {
          form = message(number, &random).encoded()
        }
        switch random.pick(0...3) {
        case 0: form.removeLast(Int(random.pick(1...Int64(form.count))))
        case 1: form.insert(UInt8(random.pick(0...255)), at: Int(random.pick(0...Int64(form.count))))
        default:
          for _ in 0..<random.pick(1...4) {
            form[Int(random.pick(0...Int64(form.count - 1)))] = UInt8(random.pick(0...255))
          }
        }
        // What can be read must be safe to work with.
        if number == 0, var register = try? Register(form: form) {
          values += 1
          _ = register.tick(at: EventTime(milliseconds: 1_000), rules)
          _ = register.receive(.note(parts.cluster(&random)), rules)
        } else if number > 0, let message = try? RegisterMessage(form: form) {
          values += 1
          var register = Register(node(&random))
          _ = register.receive(message, rules)
          _ = register.receive(.note(parts.cluster(&random)), rules)
        } else {
          errors += 1
        }
      }
    }
    #expect(errors > 8_000)
    #expect(values > 1_000)
  }

  @Test func everyShorterFormIsAnError() {
    var random = SeededGenerator(seed: 5)
    for number in Int64(1)...12 {
      let form = message(number, &random).encoded()
      for count in form.indices {
        #expect(throws: CodecError.self) { try RegisterMessage(form: Array(form.prefix(count))) }
      }
      #expect(throws: CodecError.self) { try RegisterMessage(form: form + [0]) }
    }
    let form = register(&random).encoded()
    for count in form.indices {
      #expect(throws: CodecError.self) { try Register(form: Array(form.prefix(count))) }
    }
  }

  @Test func anotherVersionIsAnError() throws {
    var random = SeededGenerator(seed: 5)
    let payload = RegisterPayload(.init(to: node(&random), message(5, &random)))
    for version: UInt8 in [0, 2, 255] {
      var register = register(&random).encoded()
      register[0] = version
      #expect(throws: CodecError.self) { try Register(form: register) }
      var message = lane(payload)
      message.payloadVersion = version
      #expect(throws: CodecError.self) { try message.read(RegisterPayload.self) }
    }
    var unknown = message(5, &random).encoded()
    for number: UInt8 in [0, 12, 255] {
      unknown[1] = number
      #expect(throws: CodecError.self) { try RegisterMessage(form: unknown) }
    }
  }

  @Test(arguments: [(-1, true), (0, true), (1, false)])
  func aMessageHasItsBytes(_ offset: Int, _ isRead: Bool) throws {
    let one = Identifier(type: .email, value: bytes("a@x"))
    var random = SeededGenerator(seed: 5)
    func payload(_ filling: Int) -> RegisterPayload {
      var member = Member(one, at: EventTime(milliseconds: 1))
      member.traits.insert(
        Trait(bytes("t"), [UInt8](repeating: 0x61, count: filling), Stamp(EventTime(milliseconds: 1), [])))
      return RegisterPayload(.init(to: node(&random), .adopt(Cluster(members: [member]), revision: 1)))
    }
    let empty = lane(payload(60_000)).payload.count - 60_000
    let message = lane(payload(RegisterPayload.mostBytes - empty + offset))
    #expect(message.payload.count == RegisterPayload.mostBytes + offset)
    #expect(((try? message.read(RegisterPayload.self)) != nil) == isRead)
  }

  @Test(arguments: [(-1, false), (0, false), (1, true)])
  func whatIsSentIsWithinTheBytes(_ offset: Int, _ isCut: Bool) throws {
    // A cluster at its bound, and the assertion that links it away.
    let all = (0..<30).map {
      Identifier(type: .externalID, value: bytes("id"), source: bytes("source-\($0)"))
    }
    .sorted { $0.key < $1.key }
    let members = all.dropFirst().enumerated().map {
      Member($0.element, at: EventTime(milliseconds: Int64($0.offset)))
    }
    let stamp = Stamp(EventTime(milliseconds: 50), bytes("e"))
    guard let pair = IdentifierPair(all[0].key, all[1].key) else { return }
    var limits = IdentityLimits()
    limits.maxClusterBytes = Cluster(members: members).weight + 52 + stamp.id.count - offset
    let rules = RegisterRules(limits: limits, identifiers: IdentifierRules()) { _ in 0 }
    var root = Register(rules.node(of: all[1]), cluster: Cluster(members: members))
    let output = root.receive(
      .union(with: rules.node(of: all[0]), Assertion(link: pair, .observed, stamp)), rules)
    let sent = output.messages.compactMap { envelope -> Cluster? in
      if case .adopt(let cluster, _) = envelope.message { cluster } else { nil }
    }
    #expect(sent.count == 1)
    #expect(sent.first?.members.count == (isCut ? 28 : 29))
    #expect((sent.first?.weight ?? .max) <= limits.maxClusterBytes)
    #expect((sent.first?.encoded().count ?? .max) <= limits.maxClusterBytes)
    #expect(output.contacts.count == (isCut ? 1 : 0))
  }
}
