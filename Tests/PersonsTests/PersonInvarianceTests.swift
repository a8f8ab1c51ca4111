import Foundation
import JourneyModel
import Persons
import Sessionizer
import Testing

/// The same people come out, however many lanes there are, whenever messages are delivered, and whether or
/// not values were away.
@Suite struct PersonInvarianceTests {
  private static let histories = Int(ProcessInfo.processInfo.environment["PERSON_HISTORIES"] ?? "") ?? 40

  private func play(_ history: PersonHistory, lanes: Int32, isTight: Bool = false, seed: UInt64) throws
    -> PersonScene
  {
    let scene = try PersonScene(lanes: lanes, isTight: isTight)
    var state = seed | 1
    func below(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(truncatingIfNeeded: (state >> 11) % UInt64(bound))
    }
    for event in history.events {
      try scene.publish(event.stream, event.json)
      // Messages stay under way for a while, and lanes take turns.
      if below(3) == 0 { try scene.settle { $0[below($0.count)] } }
    }
    try scene.settle { $0[below($0.count)] }
    return scene
  }

  @Test func lanesOrdersAndMemoryMakeNoDifference() throws {
    var merged = 0
    var refused = 0
    var loads = 0
    for seed in 1...UInt64(Self.histories) {
      let history = PersonHistory(seed: seed, events: 60)
      let one = try play(history, lanes: 1, seed: seed)
      #expect(one.messages == 0, "one lane has nobody to tell")
      for lanes in [2, 4, 8, 16] as [Int32] {
        let isTight = (Int(seed) + Int(lanes)).isMultiple(of: 3)
        let many = try play(history, lanes: lanes, isTight: isTight, seed: seed &* 31 &+ UInt64(lanes))
        #expect(many.wholePeople == one.wholePeople, "seed \(seed), \(lanes) lanes")
        #expect(many.cards == one.cards, "seed \(seed), \(lanes) lanes")
        #expect(Set(many.sessions.keys) == Set(one.sessions.keys))
        loads += many.loads
        judge(many, "seed \(seed), \(lanes) lanes")
      }
      merged += one.contacts.values.count { $0["mergedTo"] != nil }
      refused += one.contacts.values.count { $0["suggestions"] != nil }
      judge(one, "seed \(seed)")
    }
    // What the histories are for has come about.
    #expect(merged > 0 && refused > 0 && loads > 0)
  }

  /// Everybody behind a switchboard's number would be suggested to each other, and which of them, by who
  /// called before it was known to be shared.
  @Test(arguments: [20, 21, 23]) func whatIsSharedSuggestsNobodyInAnyNumberOfLanes(_ people: Int) throws {
    var before: [String]?
    for lanes in [1, 4, 8, 16] as [Int32] {
      let scene = try PersonScene(lanes: lanes)
      for number in 1...people {
        try scene.publish(
          .web,
          #"{"id":"e\#(number)","eventName":"page_viewed","createdDate":"\#(PersonHistory.time(number * 60))","#
            + #""customerId":"c\#(number)","customerIdType":"cookie","#
            + #""traits":{"cellPhone":"+1 555 0100","userId":"u\#(number)"}}"#)
        if number.isMultiple(of: 5) { try scene.settle() }
      }
      try scene.settle()
      let names = scene.contacts.values.filter { $0["mergedTo"] == nil }
      // A second id of one source is refused by its limit, as long as the number is not shared.
      #expect(names.contains { $0["suggestions"] != nil } == (people <= 20))
      #expect(names.count == (people <= 20 ? people : people + 1))
      #expect(before == nil || before == scene.wholePeople, "\(lanes) lanes")
      before = scene.wholePeople
    }
  }

  /// A cookie is what a producer says it is. Whatever an event may have in its customer's id, the lanes can
  /// tell each other of it, and read it back.
  @Test func aDeviceMayHaveAnyNameThatACustomerMayHave() throws {
    var before: [String]?
    for lanes in [1, 2, 8] as [Int32] {
      let scene = try PersonScene(lanes: lanes, isTight: true)
      for byte in Array(1...31) + [127] {
        let escaped = "\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        for (number, traits) in [#"{"email":"p\#(byte)@example.com"}"#, "{}"].enumerated() {
          try scene.publish(
            .web,
            #"{"id":"e\#(byte)-\#(number)","eventName":"page_viewed","createdDate":"\#(PersonHistory.time(byte))","#
              + #""customerId":"a\#(escaped)b","customerIdType":"cookie","traits":\#(traits)}"#)
        }
        try scene.settle()
      }
      #expect(scene.people.count == 32 && scene.sessions.count == 32)
      #expect(scene.sessions.values.allSatisfy { scene.contact(of: $0) != nil })
      #expect(scene.contacts.values.allSatisfy { ($0["devices"] as? [Any])?.count == 1 })
      #expect(before == nil || before == scene.wholePeople, "\(lanes) lanes")
      before = scene.wholePeople
    }
  }

  /// What must hold of any history at rest.
  private func judge(_ scene: PersonScene, _ name: String) {
    var owner: [String: String] = [:]
    for (id, contact) in scene.contacts {
      if let into = contact["mergedTo"] as? String {
        let target = scene.contacts[into]
        #expect(target != nil && target?["mergedTo"] == nil, "\(name): \(id) leads to \(into) in one step")
        continue
      }
      for identifier in contact["identifiers"] as? [[String: Any]] ?? [] {
        let key = "\(identifier["type"] ?? "") \(identifier["value"] ?? "")"
        #expect(owner[key] == nil, "\(name): \(key) is of two contacts")
        owner[key] = id
      }
    }
    for session in scene.sessions.values {
      guard let id = scene.contact(of: session) else { continue }
      #expect(
        scene.contacts[id] != nil && scene.contacts[id]?["mergedTo"] == nil, "\(name): a card names \(id)")
    }
    var newest: [String: Int] = [:]
    for record in scene.published {
      guard let value = record.value,
        let object = try? JSONSerialization.jsonObject(with: Data(value)) as? [String: Any],
        let revision = object["revision"] as? Int
      else { continue }
      #expect(revision >= newest[record.key] ?? 0, "\(name): revisions of \(record.key) fall")
      newest[record.key] = revision
    }
  }

  @Test func sessionsAreWhatTheyAreWithoutPersons() throws {
    for seed in 1...10 as ClosedRange<UInt64> {
      let history = PersonHistory(seed: seed, events: 80)
      let with = try PersonScene(lanes: 4)
      let without = try PersonScene(lanes: 4, findsPersons: false)
      for event in history.events {
        for scene in [with, without] { try scene.publish(event.stream, event.json) }
      }
      try with.settle()
      #expect(without.contacts.isEmpty && without.messages == 0)
      #expect(Set(without.storedKinds().keys).isSubset(of: [.session, .customerMemory, .endedConversation]))
      func plain(_ sessions: [String: [String: Any]]) -> NSDictionary {
        sessions.mapValues { session in
          var session = session
          for name in ["externalContact", "verification", "contactRevision"] { session[name] = nil }
          var card = session["card"] as? [String: Any]
          card?["customer"] = nil
          session["card"] = card
          return session
        } as NSDictionary
      }
      #expect(plain(with.sessions) == plain(without.sessions), "seed \(seed)")
    }
  }
}
