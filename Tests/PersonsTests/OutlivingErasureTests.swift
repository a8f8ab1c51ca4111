import Foundation
import JourneyModel
import JourneyRules
import Processor
import Sessionizer
import Testing
import WireFormat

@testable import Persons

/// What is kept of somebody's sessions when they are long forgotten goes with the erasure: that a call is
/// over, and what waits for her to come back.
@Suite struct OutlivingErasureTests {
  /// Lanes under a map that waits for the next session of whoever was there.
  private func scene(_ lanes: Int32, isTight: Bool) throws -> PersonScene {
    let scene = try PersonScene(lanes: lanes, isTight: isTight) {
      $0.sessions.conversationRetention = .minutes(1)
      $0.sessions.allowedLateness = .minutes(1)
    }
    func condition(_ name: String, _ stream: String, _ type: String) -> String {
      """
      {"key":"eventName","values":["\(name)"],"operator":"equal","streamType":"\(stream)","sessionType":"\(type)"}
      """
    }
    let maps = [condition("page_viewed", "Web", "web"), condition("delivered", "Custom", "delivery")]
    let entities = maps.enumerated().map { number, condition in
      """
      {"kind":"actionMap","id":"m\(number)","displayName":"M","triggerWithEventConditions":[\(condition)],
      "activation":{"type":"on-next-session"},
      "action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"f"}}}}
      """
    }
    let text =
      "{\"entities\":[\(entities.joined(separator: ",")),"
      + "{\"kind\":\"sessionType\",\"id\":\"delivery\",\"timeoutInSeconds\":60}]}"
    let check = DefinitionCheck([
      DefinitionDocument(file: "maps", value: try DefinitionJSON.read(Array(text.utf8)))
    ])
    scene.definitions = CompiledBundle(try #require(check.bundle, "\(check.findings)"))
    return scene
  }

  private func view(_ id: String, _ customer: String, _ at: String, _ traits: String = "") -> String {
    """
    {"id":"\(id)","eventName":"page_viewed","createdDate":"2026-01-05T\(at)Z","customerId":"\(customer)",
     "customerIdType":"cookie"\(traits.isEmpty ? "" : ",\"traits\":{\(traits)}")}
    """
  }

  private func delivery(_ id: String, _ customer: String, _ at: String) -> String {
    """
    {"id":"\(id)","eventName":"delivered","createdDate":"2026-01-05T\(at)Z","sessionType":"delivery",
     "customerId":"\(customer)","customerIdType":"email","externalId":"\(id)"}
    """
  }

  /// A step of a call in the flat form, whose session has the number in its key.
  private func call(_ id: String, _ number: String, _ name: String, _ at: String) -> String {
    """
    {"id":"\(id)-\(name)","eventName":"\(name)","createdDate":"2026-01-05T\(at)Z","customerId":"\(number)",
     "customerIdType":"phone","conversation":{"id":"\(id)"},"channels":[{"type":"Voice"}],
     "originatingDirection":"Inbound"}
    """
  }

  private func holds(
    _ scene: PersonScene, _ text: String, where isMeant: (StoredValue) -> Bool = { _ in true }
  ) throws -> Bool {
    var found = false
    let sought = Array(text.utf8)
    try scene.forEachValue { value in
      guard isMeant(value) else { return }
      let bytes = StateCodec.encoded(value)
      for start in 0...max(0, bytes.count - sought.count) where bytes[start...].starts(with: sought) {
        found = true
      }
    }
    return found
  }

  @Test(arguments: [1, 2, 4, 16] as [Int32], [false, true])
  func whatOutlivesHerSessionsIsGone(lanes: Int32, isTight: Bool) throws {
    let scene = try scene(lanes, isTight: isTight)
    try scene.publish(
      .web, view("e1", "cookie-ada", "09:00:00", #""email":"ada@example.com","cellPhone":"+15550100""#))
    try scene.publish(.web, view("e2", "cookie-bob", "09:00:00", #""email":"bob@example.com""#))
    for (call, number) in [("call-ada", "+15550100"), ("call-bob", "+15550200")] {
      try scene.publish(.conversation, self.call(call, number, "started", "09:01:00"))
      try scene.publish(.conversation, self.call(call, number, "ended", "09:02:00"))
    }
    try scene.publish(.custom, delivery("d1", "ada@example.com", "09:03:00"))
    try scene.publish(.custom, delivery("d2", "bob@example.com", "09:03:00"))
    try scene.settle()
    // Hours later others come to every lane: nothing of those sessions is held.
    for number in 0..<100 {
      try scene.publish(.web, view("w\(number)", "other-\(number)", "18:00:00"))
      try scene.publish(.conversation, call("call-\(number)", "other-\(number)", "started", "18:00:00"))
      try scene.publish(.custom, delivery("c\(number)", "other-\(number)", "18:00:00"))
    }
    try scene.settle()
    let hers = ["cookie-ada", "ada@example.com", "+15550100", "call-ada"]
    let before = scene.storedKinds()
    #expect(before[.endedConversation] == 2)
    for text in hers {
      #expect(try !holds(scene, text) { $0.session != nil }, "\(text)")
      #expect(try holds(scene, text), "\(text)")
    }
    try scene.command(
      #"{"id":"k1","createdDate":"2026-01-05T18:10:00Z","operation":"erase","#
        + #""identifier":{"type":"phone","value":"+15550100"}}"#, to: LaneNumber(lanes - 1))
    try scene.settle()
    #expect(scene.people == ["-: +15550200 | ", "-: bob@example.com | cookie-bob"])
    for text in hers { #expect(try !holds(scene, text), "\(text)") }
    // And nothing of his.
    let kinds = scene.storedKinds()
    #expect(kinds[.endedConversation] == 1)
    #expect(kinds[.customerMemory] == (before[.customerMemory] ?? 0) - 2)
    for text in ["cookie-bob", "bob@example.com", "+15550200", "call-bob"] {
      #expect(try holds(scene, text), "\(text)")
    }
  }

  /// A device that so many use is nobody's: what waits there for its next visit stays when those are erased
  /// who were named on it.
  @Test(arguments: [(1, false), (8, false), (9, true)])
  func whatWaitsOnASharedDeviceStays(owners: Int, stays: Bool) throws {
    let scene = try scene(2, isTight: false)
    for owner in 1...owners {
      try scene.publish(
        .web, view("e\(owner)", "kiosk", "0\(owner):00:00", #""email":"p\#(owner)@example.com""#))
    }
    try scene.settle()
    for number in 0..<100 { try scene.publish(.web, view("w\(number)", "other-\(number)", "18:00:00")) }
    try scene.settle()
    #expect(try holds(scene, "kiosk") { $0.kind == .customerMemory })
    for owner in 1...owners {
      try scene.command(
        #"{"id":"k\#(owner)","createdDate":"2026-01-05T18:10:00Z","operation":"erase","#
          + #""identifier":{"type":"email","value":"p\#(owner)@example.com"}}"#)
      try scene.settle()
    }
    #expect(scene.people == [])
    #expect(try !holds(scene, "@example.com"))
    #expect(try holds(scene, "kiosk") { $0.kind == .customerMemory } == stays)
  }
}
