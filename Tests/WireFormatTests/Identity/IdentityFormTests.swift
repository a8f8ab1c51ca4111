import Identity
import JourneyModel
import SeededGenerator
import Testing
import WireFormat

/// Forms of identity: what was written is read, what is damaged gives an error.
@Suite struct IdentityFormTests {
  func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  func random(_ random: inout SeededGenerator, _ type: IdentifierType) -> Identifier {
    Identifier(
      type: type, value: bytes("value-\(random.pick(0...30))"),
      source: type.isPerSource ? bytes(random.pick(["", "crm", "shop"])) : [])
  }

  func time(_ random: inout SeededGenerator) -> EventTime {
    EventTime(milliseconds: random.pick([0, EventTime.latest.milliseconds, random.pick(1...100)]))
  }

  func stamp(_ random: inout SeededGenerator) -> Stamp {
    Stamp(time(&random), [UInt8](repeating: 0x61, count: Int(random.pick([0, 1, 36, 255]))))
  }

  func member(_ random: inout SeededGenerator) -> Member {
    var member = Member(
      self.random(&random, random.pick([.email, .phone, .externalID, .contact, .social])), at: time(&random),
      random.pick(EvidenceStrength.allCases), generation: Int(random.pick(0...3)))
    if random.chance(20) { member.created = nil }
    member.isPublished = random.chance(50)
    for _ in 0..<random.pick(0...3) {
      member.traits.insert(
        Trait(bytes(random.pick(["a", "b", "c"])), bytes(random.pick(["", "x"])), stamp(&random)))
      member.segments.insert(
        SegmentAssignment(
          bytes(random.pick(["s", "t"])), isAssigned: random.chance(50),
          expires: random.chance(50) ? time(&random) : nil, stamp(&random)))
      member.devices.insert(
        DeviceUse(
          self.random(&random, random.pick([.cookie, .guest, .appInstallation])),
          revision: Int(random.pick(0...9)),
          lastSeen: time(&random),
          intervals: (0..<random.pick(0...2)).map { _ in
            DeviceUse.Interval(
              from: random.chance(50) ? time(&random) : nil, to: random.chance(50) ? time(&random) : nil)
          }))
    }
    return member
  }

  func cluster(_ random: inout SeededGenerator) -> Cluster {
    let members = (0..<random.pick(0...8)).map { _ in member(&random) }
    var assertions: [Assertion] = []
    for _ in 0..<random.pick(0...10) where !members.isEmpty {
      guard let pair = IdentifierPair(random.pick(members).key, random.pick(members).key) else { continue }
      assertions.append(
        random.chance(20)
          ? Assertion(separation: pair, stamp(&random))
          : Assertion(link: pair, random.pick(EvidenceStrength.allCases), stamp(&random)))
    }
    return Cluster(
      members: members, assertions: assertions,
      shared: members.filter { _ in random.chance(10) }.map { SharedMark($0.key, at: time(&random)) },
      erasures: members.filter { _ in random.chance(10) }.map {
        Erasure($0.key, at: time(&random), generation: Int(random.pick(1...3)))
      })
  }

  func timeline(_ random: inout SeededGenerator) -> WeakTimeline {
    let entries = (0..<random.pick(0...12)).map { _ in
      WeakTimeline.Entry(
        stamp(&random),
        NodeRef(
          self.random(&random, .email).key, lane: LaneNumber(Int32(random.pick([0, 1, Int64(Int32.max)])))))
    }
    return WeakTimeline(
      entries: entries, isShared: random.chance(10), lastSeen: random.chance(80) ? time(&random) : nil)
  }

  @Test func whatWasWrittenIsRead() throws {
    var erased = 0
    for seed in 0..<UInt64(2_000) {
      var random = SeededGenerator(seed: seed)
      let cluster = cluster(&random)
      let form = cluster.encoded()
      let read = try Cluster(form: form)
      #expect(read == cluster, "seed \(seed)")
      #expect(read.encoded() == form, "seed \(seed)")
      #expect(form.count <= cluster.weight, "seed \(seed)")
      erased += cluster.erasures.count
      let timeline = timeline(&random)
      #expect(try WeakTimeline(form: timeline.encoded()) == timeline, "seed \(seed)")
      for member in cluster.members.elements {
        #expect(try Identifier(form: member.identifier.encoded()) == member.identifier)
        #expect(try Member(form: member.encoded()) == member)
      }
      for assertion in cluster.assertions.elements {
        #expect(try Assertion(form: assertion.encoded()) == assertion)
      }
    }
    #expect(erased > 100)
  }

  @Test func damagedBytesGiveAnErrorOrAnotherValueAndNeverATrap() {
    var errors = 0
    for seed in 0..<UInt64(3_000) {
      var random = SeededGenerator(seed: seed)
      let forms = [
        cluster(&random).encoded(), timeline(&random).encoded(), member(&random).encoded(),
        self.random(&random, .externalID).encoded(),
      ]
      for form in forms {
        var damaged = form
        switch random.pick(0...3) {
        case 0: damaged.removeLast(Int(random.pick(1...Int64(form.count))))
        case 1: damaged.insert(UInt8(random.pick(0...255)), at: Int(random.pick(0...Int64(form.count))))
        default:
          for _ in 0..<random.pick(1...4) {
            damaged[Int(random.pick(0...Int64(form.count - 1)))] = UInt8(random.pick(0...255))
          }
        }
        errors += [
          (try? Cluster(form: damaged)).map { use($0) } == nil,
          (try? WeakTimeline(form: damaged)).map { use($0) } == nil,
          (try? Member(form: damaged)).map { use(Cluster(members: [$0])) } == nil,
          (try? Identifier(form: damaged)) == nil, (try? Assertion(form: damaged)) == nil,
        ].count { $0 }
      }
    }
    #expect(errors > 30_000)
  }

  /// What was read must be safe to work with, damaged or not.
  private func use(_ cluster: Cluster) {
    var bounded = cluster
    _ = bounded.bound(by: IdentityLimits())
    bounded.erase(bounded.members.elements.prefix(1).map(\.key), at: EventTime(milliseconds: 50))
    _ = bounded.contacts(IdentityLimits())
  }

  private func use(_ timeline: WeakTimeline) {
    var timeline = timeline
    timeline.insert(
      WeakTimeline.Entry(
        Stamp(EventTime(milliseconds: 7), []), NodeRef(IdentifierKey(high: 1, low: 1), lane: 0)),
      horizon: EventTime(milliseconds: 5), IdentityLimits())
    _ = timeline.runs
    _ = timeline.owner(at: EventTime(milliseconds: 9))
  }

  @Test func everyShorterFormIsAnError() {
    var random = SeededGenerator(seed: 5)
    let form = cluster(&random).encoded()
    for count in form.indices {
      #expect(throws: CodecError.self) { try Cluster(form: Array(form.prefix(count))) }
    }
    #expect(throws: CodecError.self) { try Cluster(form: form + [0]) }
  }

  @Test func anotherVersionIsAnError() {
    for version: UInt8 in [0, 2, 255] {
      var form = Cluster().encoded()
      form[0] = version
      #expect(throws: CodecError.self) { try Cluster(form: form) }
    }
  }

  @Test func formsAreThoseOfVersionOne() {
    let one = Identifier(type: .email, value: bytes("a@x"))
    #expect(one.encoded() == [1, 1, 3, 0x61, 0x40, 0x78, 0])
    #expect(Cluster().encoded() == [1, 0, 0, 0, 0, 0])
    #expect(WeakTimeline().encoded() == [1, 0, 0, 0])
    guard let pair = IdentifierPair(IdentifierKey(high: 1, low: 2), IdentifierKey(high: 1, low: 3)) else {
      return
    }
    let assertion = Assertion(separation: pair, Stamp(EventTime(milliseconds: 258), bytes("e")))
    #expect(
      assertion.encoded() == [1] + [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]
        + [1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0] + [0x83] + [2, 1, 0, 0, 0, 0, 0, 0] + [1, 0x65])
  }

  @Test func identifiersHaveTheirBounds() {
    func form(_ type: UInt8, _ count: Int, _ source: Int, _ byte: UInt8 = 0x61) -> [UInt8] {
      var writer = BinaryWriter()
      writer.byte(1)
      writer.byte(type)
      writer.text(all: [UInt8](repeating: byte, count: count))
      writer.text(all: [UInt8](repeating: byte, count: source))
      return writer.bytes
    }
    for (type, count, source, isRead) in [
      (3, 0, 0, false), (3, 1, 0, true), (3, 254, 255, true), (3, 255, 255, true), (3, 256, 0, false),
      (3, 255, 256, false), (1, 5, 1, false), (0, 5, 0, false), (6, 5, 0, false), (16, 5, 0, true),
      (19, 5, 0, false),
    ] as [(UInt8, Int, Int, Bool)] {
      #expect(((try? Identifier(form: form(type, count, source))) != nil) == isRead)
    }
    #expect(throws: CodecError.self) { try Identifier(form: form(1, 5, 0, 0)) }
  }
}
