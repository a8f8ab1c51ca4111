import Foundation
import Identity
import JourneyModel
import Sessionizer
import Testing
import WireFormat

@testable import Persons

/// Who is erased is gone from every lane, and does not come back.
@Suite struct PersonErasureTests {
  private func view(_ id: Int, _ customer: String, _ at: String, _ traits: String? = nil) -> String {
    """
    {"id":"e\(id)","eventName":"page_viewed","createdDate":"2026-01-05T\(at)Z","customerId":"\(customer)",
     "customerIdType":"cookie"\(traits.map { ",\"traits\":{\($0)}" } ?? "")}
    """
  }

  private func call(_ number: String, _ conversation: String, _ at: String) -> String {
    """
    {"topicName":"v2.detail.events.conversation.customer.start","eventBody":{"eventTime":"2026-01-05T\(at)Z",
     "conversationId":"\(conversation)","participantId":"p","sessionId":"s","mediaType":"VOICE",
     "direction":"INBOUND","ani":"tel:\(number)"}}
    """
  }

  private func delivery(_ id: Int, _ at: String) -> String {
    """
    {"id":"d\(id)","eventName":"delivered","createdDate":"2026-01-05T\(at)Z","sessionType":"delivery",
     "customerId":"ada@example.com","customerIdType":"email","externalId":"d\(id)"}
    """
  }

  private let erasure = #"{"id":"k1","createdDate":"2026-01-05T10:10:00Z","operation":"erase","#

  /// Whether anything that lanes hold says it.
  private func holds(_ scene: PersonScene, _ text: String) throws -> Bool {
    var found = false
    let sought = Array(text.utf8)
    try scene.forEachValue { value in
      let bytes = StateCodec.encoded(value)
      for start in 0...max(0, bytes.count - sought.count) where bytes[start...].starts(with: sought) {
        found = true
      }
    }
    return found
  }

  /// Ada on a device, with an earlier visit, a call and a delivery; and Bob.
  private func scene(_ lanes: Int32, isTight: Bool = false) throws -> PersonScene {
    let scene = try PersonScene(lanes: lanes, isTight: isTight)
    try scene.publish(.web, view(1, "cookie-ada", "09:00:00"))
    try scene.publish(
      .web, view(2, "cookie-ada", "10:00:00", #""email":"ada@example.com","cellPhone":"+15550100""#))
    try scene.publish(.conversation, call("+15550100", "conv-ada", "10:01:00"))
    try scene.publish(.custom, delivery(1, "10:02:00"))
    try scene.publish(
      .web, view(3, "cookie-bob", "10:03:00", #""email":"bob@example.com","givenName":"Bob""#))
    try scene.settle()
    #expect(
      scene.people == ["-: +15550100 ada@example.com | cookie-ada", "Bob: bob@example.com | cookie-bob"])
    #expect(scene.sessions.count == 5)
    return scene
  }

  @Test(arguments: [1, 2, 4, 16] as [Int32], [false, true])
  func nothingOfHerIsHeldOrShown(lanes: Int32, isTight: Bool) throws {
    let scene = try scene(lanes, isTight: isTight)
    #expect(try holds(scene, "ada@example.com") && holds(scene, "cookie-ada"))
    try scene.command(
      erasure + #""identifier":{"type":"phone","value":"+15550100"}}"#, to: LaneNumber(lanes - 1))
    try scene.settle()
    #expect(scene.people == ["Bob: bob@example.com | cookie-bob"])
    #expect(scene.cards == ["cookie-bob: Bob"])
    #expect(scene.erased.count == 4)
    for text in ["ada@example.com", "+15550100", "cookie-ada", "conv-ada"] {
      #expect(try !holds(scene, text), "\(text)")
    }
    #expect(try holds(scene, "bob@example.com"))
    let told = Set(scene.events.compactMap { $0["event"] as? String })
    #expect(told == ["merged", "erased"])
  }

  @Test(arguments: [1, 4] as [Int32])
  func whatWasSaidBeforeDoesNotBringHerBack(lanes: Int32) throws {
    let scene = try scene(lanes)
    let before = Set(scene.contacts.keys)
    try scene.command(erasure + #""identifier":{"type":"email","value":"ada@example.com"}}"#)
    try scene.settle()
    // The same event once more, and a late one.
    try scene.publish(
      .web, view(2, "cookie-ada", "10:00:00", #""email":"ada@example.com","cellPhone":"+15550100""#))
    try scene.settle()
    try scene.publish(.custom, delivery(2, "10:05:00"))
    try scene.settle()
    #expect(scene.people == ["Bob: bob@example.com | cookie-bob"])
    #expect(try !holds(scene, "ada@example.com") && !holds(scene, "cookie-ada"))
    #expect(scene.cards == ["cookie-bob: Bob"])
    // At the erasure's last millisecond, and at the next: 10:10 and five minutes of skew.
    try scene.publish(.web, view(7, "cookie-new", "10:15:00.000", #""email":"ada@example.com""#))
    try scene.settle()
    #expect(scene.people == ["Bob: bob@example.com | cookie-bob"])
    try scene.publish(.web, view(8, "cookie-new", "10:15:00.001", #""email":"ada@example.com""#))
    try scene.settle()
    #expect(scene.people == ["-: ada@example.com | cookie-new", "Bob: bob@example.com | cookie-bob"])
    // Somebody new: under an id that nobody had.
    let now = Set(scene.contacts.keys)
    #expect(now.subtracting(before).count == 1)
    #expect(scene.cards == ["cookie-bob: Bob", "cookie-new: Unknown"])
  }

  /// An erasure that is heard late: her identifier was named again on the same device, behind its time.
  @Test(arguments: [1, 2, 4, 16] as [Int32])
  func whoIsNamedBehindItIsSomebodyElseOnTheSameDevice(lanes: Int32) throws {
    var persons = PersonSettings()
    persons.limits.activityStep = EventTime.Span(milliseconds: 1)
    let scene = try PersonScene(lanes: lanes, persons: persons)
    try scene.publish(.web, view(1, "cookie-ada", "10:00:00", #""email":"ada@example.com""#))
    try scene.publish(.web, view(2, "cookie-ada", "10:40:00", #""email":"ada@example.com""#))
    try scene.settle()
    try scene.command(erasure + #""identifier":{"type":"email","value":"ada@example.com"}}"#)
    try scene.settle()
    #expect(scene.people == ["-: ada@example.com | cookie-ada"])
    #expect(scene.erased.count == 1)
    let later = try #require(EventTime(iso8601: "2026-01-05T10:40:00Z"))
    // Only that it was behind the erasure's time is known.
    #expect(scene.contacts.values.map { $0["createDate"] as? String } == ["2026-01-05T10:15:00.001Z"])
    var since: [EventTime] = []
    try scene.forEachValue { value in
      guard case .device(let record) = value.content else { return }
      since += record.named.map(\.since)
    }
    #expect(since == [later])
  }

  @Test(arguments: [1, 4] as [Int32])
  func aSharedDeviceIsOnlyDetached(lanes: Int32) throws {
    let scene = try scene(lanes)
    try scene.publish(.web, view(5, "cookie-bob", "10:40:00", #""email":"eve@example.com""#))
    try scene.settle()
    #expect(scene.people.contains("-: eve@example.com | cookie-bob"))
    try scene.command(
      #"{"id":"k2","createdDate":"2026-01-05T10:41:00Z","operation":"erase","#
        + #""identifier":{"type":"email","value":"eve@example.com"}}"#)
    try scene.settle()
    #expect(scene.people.contains("Bob: bob@example.com | cookie-bob"))
    #expect(scene.cards.contains("cookie-bob: Bob") && scene.erased.count == 1)
    #expect(try !holds(scene, "eve@example.com"))
  }

  @Test func twiceIsOnce() throws {
    let scene = try scene(4)
    let command = erasure + #""identifier":{"type":"email","value":"ada@example.com"}}"#
    try scene.command(command)
    try scene.settle()
    try scene.publish(.web, view(8, "cookie-new", "10:16:00", #""email":"ada@example.com""#))
    try scene.settle()
    let (people, events) = (scene.people, scene.events.count)
    #expect(people.count == 2)
    try scene.command(command, to: 3)
    try scene.settle()
    #expect(scene.people == people && scene.events.count == events)
  }

  @Test func sessionsThatAreNotHeldAreSwept() throws {
    let scene = try scene(2)
    let id = try #require(scene.sessions.keys.first)
    try scene.command(
      #"{"id":"k2","createdDate":"2026-01-05T10:41:00Z","operation":"sweep","sessionIds":["\#(id)"]}"#)
    #expect(scene.erased == [id] && scene.sessions[id] == nil)
  }
}
