import JourneyModel
import Testing

@testable import Persons

/// Persons as lanes find them, message by message.
@Suite struct PersonTests {
  private func view(_ id: Int, _ customer: String, _ at: String, traits: String? = nil) -> String {
    """
    {"id":"e\(id)","eventName":"page_viewed","createdDate":"2026-01-05T\(at)Z","customerId":"\(customer)",
     "customerIdType":"cookie"\(traits.map { ",\"traits\":\($0)" } ?? "")}
    """
  }

  private func call(_ id: Int, _ number: String, _ conversation: String, _ at: String) -> String {
    """
    {"topicName":"v2.detail.events.conversation.customer.start","eventBody":{"eventTime":"2026-01-05T\(at)Z",
     "conversationId":"\(conversation)","participantId":"p\(id)","sessionId":"s\(id)","mediaType":"VOICE",
     "direction":"INBOUND","ani":"tel:\(number)"}}
    """
  }

  @Test(arguments: [1, 2, 4, 8, 16] as [Int32])
  func anAddressRevealsTheVisitorAndEarlierVisits(lanes: Int32) throws {
    let scene = try PersonScene(lanes: lanes)
    scene.now = 1_767_610_000_000
    try scene.publish(.web, view(1, "c-1", "09:00:00"))
    try scene.settle()
    #expect(scene.cards == ["c-1: Unknown"])
    #expect(scene.people.isEmpty)
    try scene.publish(
      .web,
      view(2, "c-1", "10:00:00", traits: #"{"email":" Ada@Example.com ","givenName":"Ada","familyName":{"dataType":"string","value":"Lovelace"}}"#))
    try scene.settle()
    #expect(scene.people == ["Ada Lovelace: ada@example.com | c-1"])
    // The visit of before is over, and still held: its card says who it was.
    #expect(scene.cards == ["c-1: Ada Lovelace", "c-1: Ada Lovelace"])
  }

  @Test(arguments: [1, 4, 16] as [Int32])
  func aCallAndAVisitAreOnePerson(lanes: Int32) throws {
    let scene = try PersonScene(lanes: lanes)
    scene.now = 1_767_610_000_000
    try scene.publish(.conversation, call(1, "+15550100", "conv-1", "09:00:00"))
    try scene.settle()
    #expect(scene.people == ["-: +15550100 | "])
    try scene.publish(
      .web, view(2, "c-1", "09:30:00", traits: #"{"email":"ada@example.com","cellPhone":"+1 555 0100","name":"Ada"}"#))
    try scene.settle()
    #expect(scene.people == ["Ada: +15550100 ada@example.com | c-1"])
    #expect(scene.cards.allSatisfy { $0.hasSuffix(": Ada") })
    let named = Set(scene.sessions.values.compactMap { scene.contact(of: $0) })
    #expect(named.count == 1)
  }
}
