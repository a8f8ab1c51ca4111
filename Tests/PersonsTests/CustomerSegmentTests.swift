import Foundation
import JourneyModel
import JourneyRules
import Sessionizer
import Testing
import WireFormat

@testable import Persons

/// Action maps that segments trigger which a person was given from outside.
@Suite struct CustomerSegmentTests {
  private let ada = #"{"type":"email","value":"ada@example.com"}"#

  private func view(_ id: String, _ customer: String, _ at: String, _ traits: String = "") -> String {
    """
    {"id":"\(id)","eventName":"page_viewed","createdDate":"2026-01-\(at)Z","customerId":"\(customer)",
     "customerIdType":"cookie"\(traits.isEmpty ? "" : ",\"traits\":{\(traits)}")}
    """
  }

  private func segments(_ id: String, _ at: String, _ members: String) -> String {
    #"{"id":"\#(id)","createdDate":"2026-01-\#(at)Z","operation":"segments","identifier":\#(ada),\#(members)}"#
  }

  private let named = #""email":"ada@example.com""#

  /// Lanes under a map that starts a flow for whoever is in `vip` or `press`.
  private func scene(_ lanes: Int32, isTight: Bool = false, at now: Int64 = 1_767_607_200_000) throws
    -> PersonScene
  {
    let scene = try PersonScene(lanes: lanes, isTight: isTight)
    let outside = ["vip", "press"].map {
      #"{"kind":"segment","id":"\#($0)","displayName":"S","scope":"Customer"},"#
    }
    let text = """
      {"entities":[\(outside.joined()){"kind":"actionMap","id":"welcome","displayName":"W","triggerWithSegments":["vip","press"],
      "activation":{"type":"immediate"},
      "action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"f"}}}}]}
      """
    let document = DefinitionDocument(file: "maps", value: try DefinitionJSON.read(Array(text.utf8)))
    let check = DefinitionCheck([document])
    scene.definitions = CompiledBundle(try #require(check.bundle, "\(check.findings)"))
    scene.now = now
    return scene
  }

  @Test(arguments: [1, 2, 4, 16] as [Int32])
  func aMapActsOnceForEachAssignmentInOneOfAPersonsSessions(lanes: Int32) throws {
    let scene = try scene(lanes)
    try scene.publish(.web, view("e1", "c-1", "05T10:00:00", named))
    try scene.settle()
    try scene.command(
      segments("k1", "05T10:00:10", #""assign":[{"segment":"vip"}]"#), to: LaneNumber(lanes - 1))
    try scene.settle()
    let first = ["qualified welcome by c-1: vip after k1", "offered welcome by c-1: vip after k1"]
    #expect(scene.actions == first)
    // Neither the next event nor another device of hers, nor the same command once more.
    try scene.publish(.web, view("e2", "c-1", "05T10:00:20"))
    try scene.publish(.web, view("e3", "c-2", "05T10:00:30", named))
    try scene.command(segments("k1", "05T10:00:10", #""assign":[{"segment":"vip"}]"#))
    try scene.settle()
    #expect(scene.actions == first)
    // Another assignment is for a session in which the map has not qualified.
    try scene.command(segments("k2", "05T10:00:40", #""assign":[{"segment":"vip"}]"#))
    try scene.settle()
    #expect(
      scene.actions == first + [
        "qualified welcome by c-2: vip after k2", "offered welcome by c-2: vip after k2",
      ])
  }

  @Test(arguments: [1, 4] as [Int32])
  func aSessionThatIsFoundToBeHersLaterIsReached(lanes: Int32) throws {
    let scene = try scene(lanes)
    try scene.command(
      #"{"id":"k0","createdDate":"2026-01-05T10:00:00Z","operation":"put","identifiers":[\#(ada)]}"#)
    try scene.settle()
    try scene.command(segments("k1", "05T10:00:10", #""assign":[{"segment":"press"}]"#))
    try scene.publish(.web, view("e1", "c-1", "05T10:00:20"))
    try scene.settle()
    #expect(scene.actions.isEmpty)
    try scene.publish(.web, view("e2", "c-1", "05T10:00:30", named))
    try scene.settle()
    #expect(scene.actions.first == "qualified welcome by c-1: press after k1")
    #expect(scene.actions.count == 2)
  }

  @Test(arguments: [1, 4] as [Int32])
  func whatWasTakenAwayTriggersNothing(lanes: Int32) throws {
    let scene = try scene(lanes)
    try scene.publish(.web, view("e1", "c-0", "05T09:59:50", named))
    try scene.command(segments("k2", "05T10:00:11", #""unassign":["vip"]"#))
    try scene.settle()
    // Decided before, and arrives later.
    try scene.command(segments("k1", "05T10:00:10", #""assign":[{"segment":"vip"}]"#))
    try scene.settle()
    try scene.publish(.web, view("e2", "c-1", "05T10:00:20", named))
    try scene.settle()
    #expect(scene.actions.isEmpty)
  }

  /// To the millisecond, by the time of the session's event, whether or not the root has noticed.
  @Test(arguments: [1, 4] as [Int32], [-1, 0, 1] as [Int])
  func anAssignmentEnds(lanes: Int32, offset: Int) throws {
    let scene = try scene(lanes, at: 1_767_693_600_000)
    try scene.command(
      #"{"id":"k0","createdDate":"2026-01-05T10:00:00Z","operation":"put","identifiers":[\#(ada)]}"#)
    try scene.command(segments("k1", "05T10:00:00", #""assign":[{"segment":"vip","days":1}]"#))
    try scene.settle()
    let time = ["06T09:59:59.999", "06T10:00:00.000", "06T10:00:00.001"][offset + 1]
    try scene.publish(.web, view("e1", "c-1", time, named))
    try scene.settle()
    #expect(scene.actions.count == (offset < 0 ? 2 : 0))
  }

  /// Of two segments that trigger one map in one session one is used, and the other is left.
  @Test(arguments: [1, 4] as [Int32])
  func aSecondSegmentIsLeftForAnotherSession(lanes: Int32) throws {
    let scene = try scene(lanes)
    try scene.publish(.web, view("e1", "c-1", "05T10:00:00", named))
    try scene.settle()
    try scene.command(
      segments("k1", "05T10:00:10", #""assign":[{"segment":"vip"},{"segment":"press"}]"#))
    try scene.settle()
    #expect(scene.actions.map { $0.hasSuffix("press after k1") } == [true, true])
    try scene.publish(.web, view("e2", "c-1", "05T10:00:20"))
    try scene.settle()
    #expect(scene.actions.count == 2)
    try scene.publish(.web, view("e3", "c-2", "05T10:00:30", named))
    try scene.settle()
    #expect(scene.actions.suffix(2).map { $0.hasSuffix("vip after k1") } == [true, true])
    #expect(scene.actions.count == 4)
  }

  @Test func onceHoweverManyLanesThereAreAndWheneverTheyHear() throws {
    for seed in 1...UInt64(20) {
      for lanes in [1, 2, 4, 8] as [Int32] {
        let scene = try scene(lanes, isTight: seed.isMultiple(of: 3))
        var state = seed &* 31 &+ UInt64(lanes) | 1
        func below(_ bound: Int) -> Int {
          state ^= state << 13
          state ^= state >> 7
          state ^= state << 17
          return Int(truncatingIfNeeded: (state >> 11) % UInt64(bound))
        }
        let assigned = below(8)
        for step in 0..<8 {
          let at = "05T10:00:\(10 + step)"
          try scene.publish(.web, view("e\(step)", "c-\(step)", at, named))
          if step == assigned {
            try scene.command(
              #"{"id":"k0","createdDate":"2026-01-\#(at)Z","operation":"put","identifiers":[\#(ada)]}"#)
            try scene.settle { $0[below($0.count)] }
            try scene.command(segments("k1", at, #""assign":[{"segment":"vip"}]"#))
          }
          if below(3) == 0 { try scene.settle { $0[below($0.count)] } }
        }
        try scene.settle { $0[below($0.count)] }
        let count = scene.actions.count { $0.hasPrefix("qualified") }
        #expect(count == 1, "seed \(seed), \(lanes) lanes")
      }
    }
  }

  @Test func aSessionThatHasAskedIsReadBackAndRefusedByOlderBuilds() throws {
    let scene = try scene(2)
    try scene.publish(.web, view("e1", "c-1", "05T10:00:00", named))
    try scene.settle()
    try scene.command(segments("k1", "05T10:00:10", #""assign":[{"segment":"vip"}]"#))
    try scene.settle()
    var asked = 0
    try scene.forEachValue { value in
      guard let session = value.session else { return }
      let bytes = StateCodec.encoded(value)
      #expect(bytes[0] == 4)
      let again = try #require(try StateCodec.decode(bytes).session)
      #expect(again.person == session.person && again.person?.grants.map(\.state) == [.granted])
      #expect(StateCodec.encoded(again) == bytes)
      for place in bytes.indices {
        var damaged = bytes
        damaged[place] ^= 0x81
        _ = try? StateCodec.decode(damaged)
      }
      asked += session.person?.grants.count ?? 0
      session.person?.grants = []
      #expect(StateCodec.encoded(session)[0] == 2)
    }
    #expect(asked == 1)
  }

  @Test func nobodyAsksWhereNoMapIsTriggered() throws {
    let scene = try scene(2)
    scene.definitions = nil
    try scene.publish(.web, view("e1", "c-1", "05T10:00:00", named))
    try scene.command(segments("k1", "05T10:00:10", #""assign":[{"segment":"vip"}]"#))
    try scene.settle()
    #expect(scene.actions.isEmpty)
    try scene.forEachValue { #expect($0.session?.person?.grants.isEmpty ?? true) }
  }
}
