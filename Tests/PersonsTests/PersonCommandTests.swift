import Foundation
import JourneyModel
import Testing

@testable import Persons

/// What somebody decides about persons, as lanes carry it out.
@Suite struct PersonCommandTests {
  private func view(_ id: Int, _ customer: String, _ at: String, _ traits: String) -> String {
    """
    {"id":"e\(id)","eventName":"page_viewed","createdDate":"2026-01-05T\(at)Z","customerId":"\(customer)",
     "customerIdType":"cookie","traits":{\(traits)}}
    """
  }

  private func command(_ id: String, _ at: String, _ operation: String, _ members: String) -> String {
    #"{"id":"\#(id)","createdDate":"2026-01-05T\#(at)Z","operation":"\#(operation)",\#(members)}"#
  }

  private let ada = #"{"type":"email","value":"ada@example.com"}"#
  private let number = #"{"type":"phone","value":"+1 555 0100"}"#

  /// Ada is known by an address and Bob by a number, each on a device.
  private func scene(_ lanes: Int32) throws -> PersonScene {
    let scene = try PersonScene(lanes: lanes)
    try scene.publish(.web, view(1, "c-1", "10:00:00", #""email":"ada@example.com","givenName":"Ada""#))
    try scene.publish(.web, view(2, "c-2", "10:01:00", #""cellPhone":"+15550100","familyName":"Bob""#))
    try scene.settle()
    #expect(scene.people == ["Ada: ada@example.com | c-1", "Bob: +15550100 | c-2"])
    return scene
  }

  private func contact(_ scene: PersonScene, of value: String) -> [String: Any]? {
    scene.contacts.values.first { contact in
      (contact["identifiers"] as? [[String: Any]] ?? []).contains { $0["value"] as? String == value }
    }
  }

  @Test(arguments: [1, 2, 4, 16] as [Int32])
  func whatIsClaimedIsJoinedAndWhatIsReleasedIsApart(lanes: Int32) throws {
    let scene = try scene(lanes)
    try scene.command(
      command("k1", "10:05:00", "claim", #""identifier":\#(ada),"identifiers":[\#(number)]"#),
      to: LaneNumber(lanes - 1))
    try scene.settle()
    #expect(scene.people == ["Ada Bob: +15550100 ada@example.com | c-1 c-2"])
    #expect(contact(scene, of: "+15550100")?["type"] as? String == "Curated")
    // It comes twice: nothing more happens.
    let records = scene.published.count
    try scene.command(
      command("k1", "10:05:00", "claim", #""identifier":\#(ada),"identifiers":[\#(number)]"#))
    try scene.settle()
    #expect(scene.people == ["Ada Bob: +15550100 ada@example.com | c-1 c-2"])
    #expect(scene.published.count <= records + 1)
    let id = try #require(contact(scene, of: "+15550100")?["id"] as? String)
    try scene.command(
      command("k2", "10:06:00", "release", #""contactId":"\#(id)","identifiers":[\#(number)]"#))
    try scene.settle()
    #expect(scene.people == ["Ada: ada@example.com | c-1", "Bob: +15550100 | c-2"])
    // An older decision than the newest changes nothing.
    try scene.command(
      command("k0", "10:05:30", "claim", #""identifier":\#(ada),"identifiers":[\#(number)]"#))
    try scene.settle()
    #expect(scene.people == ["Ada: ada@example.com | c-1", "Bob: +15550100 | c-2"])
    #expect(scene.events.count { $0["event"] as? String == "refused" } == 0)
    let told = scene.events.map { "\($0["event"] ?? "") \(($0["because"] as? [String] ?? []).joined())" }
    #expect(told == ["merged k1", "separated k2"])
  }

  @Test(arguments: [1, 4] as [Int32])
  func contactsAreMergedAndSeparated(lanes: Int32) throws {
    let scene = try scene(lanes)
    let ids = scene.contacts.keys.sorted()
    try scene.command(
      command("k1", "10:05:00", "merge", #""contactIds":["\#(ids[0])","\#(ids[1])"]"#))
    try scene.settle()
    #expect(scene.people == ["Ada Bob: +15550100 ada@example.com | c-1 c-2"])
    #expect(scene.contacts.values.count { $0["mergedTo"] != nil } == 1)
    try scene.command(
      command("k2", "10:06:00", "separate", #""identifier":\#(number),"identifiers":[\#(ada)]"#))
    try scene.settle()
    #expect(scene.people == ["Ada: ada@example.com | c-1", "Bob: +15550100 | c-2"])
    #expect(
      Set(scene.contacts.keys) == Set(ids) && scene.contacts.values.allSatisfy { $0["mergedTo"] == nil })
    // Of one nobody knows nothing is done, and it is told.
    try scene.command(command("k3", "10:07:00", "merge", #""contactIds":["\#(ids[0])","nobody"]"#))
    try scene.settle()
    #expect(scene.people.count == 2)
    #expect(
      scene.events.map { $0["event"] as? String } == ["merged", "separated", "refused"])
    #expect(scene.events.last?["reason"] as? String == "unknownContact")
    #expect(scene.events.last?["command"] as? String == "k3")
    #expect(scene.events.last?["item"] as? String == "nobody")
    let (merged, separated) = (scene.events[0], scene.events[1])
    #expect(
      Set([merged["contactId"] as? String, merged["mergedTo"] as? String]) == Set(ids.map { Optional($0) }))
    #expect(separated["contactId"] as? String == merged["contactId"] as? String)
    #expect(separated["previousContact"] as? String == merged["mergedTo"] as? String)
  }

  @Test(arguments: [1, 4] as [Int32])
  func anAddressBooksEntryIsThere(lanes: Int32) throws {
    let scene = try scene(lanes)
    try scene.command(
      command(
        "k1", "10:05:00", "put",
        #""identifiers":[{"type":"contact","value":"crm-1"},\#(ada),\#(number)],"traits":{"displayName":"A. L."}"#
      ))
    try scene.settle()
    #expect(scene.people == ["A. L.: +15550100 ada@example.com crm-1 | c-1 c-2"])
    #expect(scene.contacts["crm-1"]?["type"] as? String == "Curated")
    // Its id is the contact's: cards name it.
    #expect(scene.sessions.values.allSatisfy { scene.contact(of: $0) == "crm-1" })
    try scene.command(
      command("k2", "10:06:00", "put", #""contactId":"crm-1","traits":{"displayName":"Ada"}"#))
    try scene.settle()
    #expect(scene.cards == ["c-1: Ada", "c-2: Ada"])
  }

  @Test(arguments: [1, 4] as [Int32])
  func segmentsAreAssignedAndEnd(lanes: Int32) throws {
    let scene = try scene(lanes)
    func segments() -> [String] {
      (contact(scene, of: "ada@example.com")?["segmentAssignments"] as? [[String: Any]] ?? []).compactMap {
        ($0["segment"] as? [String: Any])?["id"] as? String
      }
    }
    try scene.command(
      command(
        "k1", "10:05:00", "segments",
        #""identifier":\#(ada),"assign":[{"segment":"vip","days":1},{"segment":"press"}]"#))
    try scene.settle()
    #expect(segments() == ["press", "vip"])
    try scene.command(
      command("k2", "10:06:00", "segments", #""identifier":\#(ada),"unassign":["press"]"#))
    try scene.settle()
    #expect(segments() == ["vip"])
    // It ends by the time of events, to the millisecond after a day; one lane knows of it by this one's.
    let next = contact(scene, of: "ada@example.com")
    #expect(
      (next?["segmentAssignments"] as? [[String: Any]])?.first?["dateExpires"] as? String
        == "2026-01-06T10:05:00.000Z")
    guard lanes == 1 else { return }
    scene.now += 0
    try scene.publish(
      .web,
      #"{"id":"e9","eventName":"page_viewed","createdDate":"2026-01-06T10:20:00Z","customerId":"c-9","#
        + #""customerIdType":"cookie"}"#)
    try scene.settle()
    #expect(segments() == [])
  }

  @Test func aCommandFromTomorrowIsRefused() throws {
    let scene = try scene(2)
    #expect(throws: SceneError.self) {
      try scene.command(
        #"{"id":"k1","createdDate":"2026-02-05T10:00:00Z","operation":"verify","identifier":\#(ada)}"#)
    }
    #expect(throws: SceneError.self) { try scene.command(#"{"id":"k1","operation":"verify"}"#) }
  }
}
