import Foundation
import Identity
import JourneyModel
import Sessionizer
import Testing
import WireFormat

@testable import Persons

/// Sessions about which somebody says whose they are.
@Suite struct SessionLinkTests {
  private let ada = #"{"type":"email","value":"ada@example.com"}"#

  private func view(_ id: Int, _ customer: String, _ at: String, _ traits: String = "") -> String {
    """
    {"id":"e\(id)","eventName":"page_viewed","createdDate":"2026-01-05T\(at)Z","customerId":"\(customer)",
     "customerIdType":"cookie"\(traits.isEmpty ? "" : ",\"traits\":{\(traits)}")}
    """
  }

  private func command(_ id: String, _ at: String, _ operation: String, _ members: String) -> String {
    #"{"id":"\#(id)","createdDate":"2026-01-05T\#(at)Z","operation":"\#(operation)",\#(members)}"#
  }

  private let call = """
    {"topicName":"v2.detail.events.conversation.customer.start","eventBody":{"eventTime":"2026-01-05T10:02:00Z",
     "conversationId":"call-1","participantId":"p","sessionId":"s","mediaType":"VOICE","direction":"INBOUND",
     "ani":"tel:+15550199"}}
    """

  /// Ada on a device, a visit that says nothing of anybody, and a call.
  private func scene(_ lanes: Int32, isTight: Bool = false) throws -> PersonScene {
    let scene = try PersonScene(lanes: lanes, isTight: isTight)
    try scene.publish(.web, view(1, "c-1", "10:00:00", #""email":"ada@example.com","givenName":"Ada""#))
    try scene.publish(.web, view(2, "c-2", "10:01:00"))
    try scene.publish(.conversation, call)
    try scene.settle()
    return scene
  }

  private let people = ["-: +15550199 | ", "Ada: ada@example.com | c-1"]

  private func session(_ scene: PersonScene, _ type: String, of customer: String? = nil) throws -> [String:
    Any]
  {
    try #require(
      scene.sessions.values.first { session in
        session["type"] as? String == type
          && (customer == nil || session["customerId"] as? String == customer)
      })
  }

  private func visit(_ scene: PersonScene) throws -> String {
    let id = try session(scene, "web", of: "c-2")["id"] as? String ?? ""
    return #""session":{"id":"\#(id)","type":"web","customerId":"c-2","customerIdType":"cookie"}"#
  }

  private func conversation(_ scene: PersonScene) throws -> String {
    let id = try session(scene, "conversation")["id"] as? String ?? ""
    return #""session":{"id":"\#(id)","conversationId":"call-1"}"#
  }

  private func name(_ session: [String: Any]) -> String? {
    (session["card"] as? [String: Any])?["customer"] as? String
  }

  @Test(arguments: [1, 2, 4, 16] as [Int32], [false, true])
  func aSessionIsHersUntilItIsTakenBack(lanes: Int32, isTight: Bool) throws {
    let scene = try scene(lanes, isTight: isTight)
    #expect(scene.people == people)
    let (visit, conversation) = (try visit(scene), try conversation(scene))
    try scene.command(
      command("k1", "10:05:00", "link", #""identifier":\#(ada),\#(visit)"#), to: LaneNumber(lanes - 1))
    try scene.command(command("k2", "10:05:00", "link", #""identifier":\#(ada),\#(conversation)"#))
    try scene.settle()
    let id = try #require(scene.contact(of: try session(scene, "web", of: "c-1")))
    for linked in [try session(scene, "web", of: "c-2"), try session(scene, "conversation")] {
      #expect(scene.contact(of: linked) == id && name(linked) == "Ada")
      let how = linked["verification"] as? [String: Any]
      #expect(how?["by"] as? String == "email" && how?["level"] as? String == "curated")
    }
    // Nobody is joined by it, no device and no number.
    #expect(scene.people == people)
    // What becomes of her is shown there as well, also under another id.
    try scene.command(
      command(
        "k3", "10:06:00", "put",
        #""identifiers":[{"type":"contact","value":"crm-1"},\#(ada)],"traits":{"displayName":"A. L."}"#))
    try scene.settle()
    for linked in [try session(scene, "web", of: "c-2"), try session(scene, "conversation")] {
      #expect(scene.contact(of: linked) == "crm-1" && name(linked) == "A. L.")
    }
    try scene.command(command("k4", "10:07:00", "unlink", visit))
    try scene.command(command("k5", "10:07:00", "unlink", conversation))
    try scene.settle()
    #expect(scene.contact(of: try session(scene, "web", of: "c-2")) == nil)
    #expect(name(try session(scene, "web", of: "c-2")) == "Unknown")
    let caller = try #require(scene.contact(of: try session(scene, "conversation")))
    #expect(caller != "crm-1")
    // By the contact's id, and then somebody else's.
    try scene.command(command("k6", "10:08:00", "link", #""contactId":"crm-1",\#(visit)"#))
    try scene.settle()
    #expect(scene.contact(of: try session(scene, "web", of: "c-2")) == "crm-1")
    try scene.command(command("k7", "10:09:00", "link", #""contactId":"\#(caller)",\#(visit)"#))
    try scene.settle()
    #expect(scene.contact(of: try session(scene, "web", of: "c-2")) == caller)
    #expect(scene.events.count { $0["event"] as? String == "refused" } == 0)
  }

  @Test(arguments: [1, 4] as [Int32]) func theNewerDecisionCounts(lanes: Int32) throws {
    let scene = try scene(lanes)
    let visit = try visit(scene)
    try scene.command(command("k2", "10:06:00", "unlink", visit))
    try scene.settle()
    try scene.command(command("k1", "10:05:00", "link", #""identifier":\#(ada),\#(visit)"#))
    try scene.settle()
    #expect(scene.contact(of: try session(scene, "web", of: "c-2")) == nil)
    // At one time the one with the greater id.
    try scene.command(command("k3", "10:06:00", "link", #""identifier":\#(ada),\#(visit)"#))
    try scene.settle()
    #expect(scene.contact(of: try session(scene, "web", of: "c-2")) != nil)
    // It counts more than what is named later.
    try scene.publish(.web, view(5, "c-2", "10:07:00", #""email":"bob@example.com""#))
    try scene.settle()
    #expect(name(try session(scene, "web", of: "c-2")) == "Ada")
  }

  @Test(arguments: [1, 4] as [Int32]) func whatCannotBeLinkedIsTold(lanes: Int32) throws {
    let scene = try scene(lanes)
    let visit = try visit(scene)
    let stranger = visit.replacingOccurrences(of: "c-2", with: "c-9")
    try scene.command(command("k1", "10:05:00", "link", #""identifier":\#(ada),\#(stranger)"#))
    try scene.settle()
    try scene.command(command("k2", "10:05:01", "unlink", stranger))
    try scene.settle()
    try scene.command(command("k3", "10:05:02", "link", #""contactId":"nobody",\#(visit)"#))
    try scene.settle()
    try scene.command(
      command("k4", "10:05:03", "link", #""identifier":{"type":"email","value":"no@example.com"},\#(visit)"#))
    try scene.settle()
    let refused = scene.events.filter { $0["event"] as? String == "refused" }
    #expect(refused.map { $0["command"] as? String } == ["k1", "k2", "k3", "k4"])
    #expect(
      refused.map { $0["reason"] as? String } == [
        "unknownSession", "unknownSession", "unknownContact", "unknownContact",
      ])
    #expect(scene.people == people)
  }

  @Test(arguments: [1, 4] as [Int32]) func whoIsErasedTakesHerSessionsAlong(lanes: Int32) throws {
    let scene = try scene(lanes)
    let (visit, conversation) = (try visit(scene), try conversation(scene))
    let gone = try session(scene, "web", of: "c-2")["id"] as? String ?? ""
    try scene.command(command("k1", "10:05:00", "link", #""identifier":\#(ada),\#(visit)"#))
    try scene.command(command("k2", "10:05:00", "link", #""identifier":\#(ada),\#(conversation)"#))
    try scene.settle()
    try scene.command(command("k3", "10:06:00", "unlink", conversation))
    try scene.settle()
    try scene.command(command("k4", "10:07:00", "erase", #""identifier":\#(ada)"#))
    try scene.settle()
    #expect(scene.erased.contains(gone))
    // What was taken back before is not hers.
    let caller = try session(scene, "conversation")
    #expect(scene.contact(of: caller) != nil)
    let sought = Array("ada@example.com".utf8)
    try scene.forEachValue { value in
      guard value.session != nil else { return }
      let bytes = StateCodec.encoded(value)
      let holds = bytes.indices.contains { bytes[$0...].starts(with: sought) }
      #expect(!holds)
    }
    // Decided before she was erased, and arrives later.
    try scene.command(command("k0", "10:04:00", "link", #""identifier":\#(ada),\#(conversation)"#))
    try scene.settle()
    #expect(scene.contact(of: try session(scene, "conversation")) == scene.contact(of: caller))
  }

  /// Two visits become one when a late event is between them. What was decided about the second counts for
  /// both, and what becomes of her goes on to reach it.
  @Test(arguments: [1, 2, 4] as [Int32], [false, true])
  func aLinkedVisitBecomesPartOfAnother(lanes: Int32, isTight: Bool) throws {
    let scene = try scene(lanes, isTight: isTight)
    try scene.publish(.web, view(3, "c-2", "10:01:30", #""email":"bob@example.com","givenName":"Bob""#))
    try scene.publish(.web, view(4, "c-2", "10:30:00"))
    try scene.settle()
    let visits = scene.sessions.values.filter { $0["customerId"] as? String == "c-2" }
    let later = visits.first { "\($0["createdDate"] ?? "")".contains("T10:30") }
    let second = try #require(later?["id"] as? String)
    #expect(visits.count == 2)
    let named = #""session":{"id":"\#(second)","type":"web","customerId":"c-2","customerIdType":"cookie"}"#
    try scene.command(command("k1", "10:31:00", "link", #""identifier":\#(ada),\#(named)"#))
    try scene.settle()
    #expect(name(try #require(scene.sessions[second])) == "Ada")
    try scene.publish(.web, view(5, "c-2", "10:16:00"))
    try scene.settle()
    #expect(scene.sessions[second]?["mergedInto"] != nil)
    func whole() throws -> [String: Any] {
      try #require(
        scene.sessions.values.first { $0["customerId"] as? String == "c-2" && $0["mergedInto"] == nil })
    }
    #expect(name(try whole()) == "Ada")
    try scene.command(
      command("k2", "10:32:00", "put", #""identifier":\#(ada),"traits":{"displayName":"A. L."}"#))
    try scene.settle()
    #expect(name(try whole()) == "A. L.")
    let gone = try whole()["id"] as? String ?? ""
    try scene.command(command("k3", "10:33:00", "erase", #""identifier":\#(ada)"#))
    try scene.settle()
    #expect(scene.erased.contains(gone))
    let sought = Array("ada@example.com".utf8)
    try scene.forEachValue { value in
      guard value.session != nil else { return }
      let bytes = StateCodec.encoded(value)
      let holds = bytes.indices.contains { bytes[$0...].starts(with: sought) }
      #expect(!holds)
    }
  }

  @Test func aDecisionIsReadBackAndRefusedByOlderBuilds() throws {
    let scene = try scene(2)
    try scene.command(command("k1", "10:05:00", "link", #""identifier":\#(ada),\#(try visit(scene))"#))
    try scene.settle()
    var linked = 0
    try scene.forEachValue { value in
      guard let session = value.session, let link = session.person?.link else { return }
      linked += 1
      let bytes = StateCodec.encoded(value)
      #expect(bytes[0] == 4 && link.answer?.name == Array("Ada".utf8))
      let again = try #require(try StateCodec.decode(bytes).session)
      #expect(again.person == session.person)
      #expect(StateCodec.encoded(again) == bytes)
      for place in bytes.indices {
        var damaged = bytes
        damaged[place] ^= 0x81
        _ = try? StateCodec.decode(damaged)
      }
      session.person?.link = nil
      #expect(StateCodec.encoded(session)[0] == 2)
    }
    #expect(linked == 1)
  }
}
