import Foundation
import Identity
import JourneyModel
import Sessionizer
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
    try scene.publish(.web, view(1, "c-1", "09:00:00"))
    try scene.settle()
    #expect(scene.cards == ["c-1: Unknown"])
    #expect(scene.people.isEmpty)
    try scene.publish(
      .web,
      view(
        2, "c-1", "10:00:00",
        traits:
          #"{"email":" Ada@Example.com ","givenName":"Ada","familyName":{"dataType":"string","value":"Lovelace"}}"#
      ))
    try scene.settle()
    #expect(scene.people == ["Ada Lovelace: ada@example.com | c-1"])
    // The visit of before is over, and still held: its card says who it was.
    #expect(scene.cards == ["c-1: Ada Lovelace", "c-1: Ada Lovelace"])
  }

  @Test(arguments: [1, 4, 16] as [Int32])
  func aCallAndAVisitAreOnePerson(lanes: Int32) throws {
    let scene = try PersonScene(lanes: lanes)
    try scene.publish(.conversation, call(1, "+15550100", "conv-1", "09:00:00"))
    try scene.settle()
    #expect(scene.people == ["-: +15550100 | "])
    try scene.publish(
      .web,
      view(
        2, "c-1", "09:30:00", traits: #"{"email":"ada@example.com","cellPhone":"+1 555 0100","name":"Ada"}"#))
    try scene.settle()
    #expect(scene.people == ["Ada: +15550100 ada@example.com | c-1"])
    #expect(scene.cards.allSatisfy { $0.hasSuffix(": Ada") })
    let named = Set(scene.sessions.values.compactMap { scene.contact(of: $0) })
    #expect(named.count == 1)
  }

  private func traits(_ text: String) -> String { "{\(text)}" }

  @Test func aSecondAddressInASessionIsSomebodyElse() throws {
    let scene = try PersonScene(lanes: 4)
    try scene.publish(
      .web, view(1, "c-1", "10:00:00", traits: traits(#""email":"ada@example.com","givenName":"Ada""#)))
    try scene.publish(
      .web, view(2, "c-1", "10:01:00", traits: traits(#""email":"bob@example.com","givenName":"Bob""#)))
    try scene.settle()
    // The device has been one's and then the other's: it switches and joins nobody.
    #expect(scene.people == ["Ada: ada@example.com | c-1", "Bob: bob@example.com | c-1"])
    #expect(scene.cards == ["c-1: Bob"])
  }

  @Test(arguments: [
    ("+155501", false), ("+1555010", true), ("+123456789012345", true), ("+1234567890123456", false),
    ("+05550100", false), ("5550100", false),
  ])
  func aNumberCountsInE164(number: String, counts: Bool) throws {
    let scene = try PersonScene(lanes: 2)
    try scene.publish(.web, view(1, "c-1", "10:00:00", traits: traits(#""cellPhone":"\#(number)""#)))
    try scene.settle()
    #expect(scene.people == (counts ? ["-: \(number) | c-1"] : []))
  }

  @Test(arguments: ["null", "unknown", "test@test.com", "undefined", "no address", "a@b@c", ""])
  func whatNamesNobodyMakesNobody(text: String) throws {
    let scene = try PersonScene(lanes: 2)
    try scene.publish(.web, view(1, "c-1", "10:00:00", traits: traits(#""email":"\#(text)""#)))
    try scene.settle()
    #expect(scene.contacts.isEmpty && scene.cards == ["c-1: Unknown"])
  }

  @Test(arguments: [
    "[1]", "{}", "{\"value\":null}", "null", "{\"value\":{\"a\":1}}", "{\"dataType\":\"string\"}",
  ])
  func aTraitOfAnotherFormSaysNothing(value: String) throws {
    let scene = try PersonScene(lanes: 2)
    try scene.publish(.web, view(1, "c-1", "10:00:00", traits: #"{"email":\#(value)}"#))
    try scene.settle()
    #expect(scene.contacts.isEmpty)
  }

  @Test func anEscapedAddressIsTheSame() throws {
    let scene = try PersonScene(lanes: 2)
    try scene.publish(
      .web,
      view(1, "c-1", "10:00:00", traits: #"{"email":{"value":"ada\u0040example.com","dataType":"string"}}"#))
    try scene.settle()
    #expect(scene.people == ["-: ada@example.com | c-1"])
  }

  @Test(arguments: [7, 8, 9])
  func aDeviceOfTooManyIsNobodys(owners: Int) throws {
    let scene = try PersonScene(lanes: 4)
    for owner in 1...owners {
      try scene.publish(
        .web, view(owner, "kiosk", "1\(owner):00:00", traits: traits(#""email":"p\#(owner)@example.com""#)))
    }
    try scene.publish(.web, view(99, "kiosk", "23:00:00"))
    try scene.settle()
    #expect(scene.people.count == owners)
    let last = scene.sessions.values.first { "\($0["createdDate"] ?? "")".contains("T23:00") }
    let isKnown = last.flatMap { scene.contact(of: $0) } != nil
    #expect(isKnown == (owners <= 8))
  }

  @Test func typedEvidenceDoesNotJoinTwoEstablishedPersons() throws {
    let scene = try PersonScene(lanes: 4)
    try scene.publish(
      .web, view(1, "c-1", "10:00:00", traits: traits(#""email":"ada@example.com","phone":"+15550101""#)))
    try scene.publish(
      .web, view(2, "c-2", "11:00:00", traits: traits(#""email":"bob@example.com","phone":"+15550102""#)))
    try scene.publish(
      .web, view(3, "c-3", "12:00:00", traits: traits(#""email":"ada@example.com","phone":"+15550102""#)))
    try scene.settle()
    #expect(scene.people.count == 2)
    let suggestions = scene.contacts.values.compactMap { $0["suggestions"] as? [[String: Any]] }.flatMap {
      $0
    }
    #expect(suggestions.count == 2 && suggestions.allSatisfy { $0["reason"] as? String == "conflict" })
    // Said after signing in, it does.
    let signedIn = view(
      4, "c-3", "12:01:00", traits: traits(#""email":"ada@example.com","phone":"+15550102""#)
    )
    .replacingOccurrences(of: #""customerIdType""#, with: #""authenticated":true,"customerIdType""#)
    try scene.publish(.web, signedIn)
    try scene.settle()
    #expect(scene.people.count == 1)
  }

  @Test func onesVisitsAndAppAreNamedAlike() throws {
    let scene = try PersonScene(lanes: 4)
    try scene.publish(.web, view(1, "c-1", "10:00:00"))
    try scene.publish(
      .app,
      view(2, "c-1", "10:01:00", traits: traits(#""userId":"u-7","displayName":"Ada""#))
        .replacingOccurrences(of: "page_viewed", with: "screen_viewed"))
    try scene.settle()
    #expect(scene.cards == ["c-1: Ada", "c-1: Ada"])
    #expect(scene.people == ["Ada: u-7 | c-1"])
  }

  @Test func repeatedTraitsAreToldOnce() throws {
    let scene = try PersonScene(lanes: 4)
    try scene.publish(
      .web, view(1, "c-1", "10:00:00", traits: traits(#""email":"ada@example.com","givenName":"Ada""#)))
    try scene.settle()
    let (messages, records) = (scene.messages, scene.published.count)
    for number in 2...50 {
      let second = number < 10 ? "0\(number)" : "\(number)"
      try scene.publish(
        .web,
        view(
          number, "c-1", "10:00:\(second)", traits: traits(#""email":"ada@example.com","givenName":"Ada""#)))
    }
    try scene.settle()
    #expect(scene.messages == messages && scene.published.count == records)
  }

  /// What a session has named before is not read again, unless its form could mean another one.
  @Test func anAddressThatOnlyLooksLikeAKnownOneIsRead() throws {
    let scene = try PersonScene(lanes: 1)
    let emails = [
      "mailto:mailto:ada@example.com", "mailto:ada@example.com", "ada@example.com", "ADA@example.com",
    ]
    for (number, email) in emails.enumerated() {
      try scene.publish(
        .web, view(number, "c-1", "10:00:0\(number)", traits: traits("\"email\":\"\(email)\"")))
    }
    #expect(scene.people == ["-: ada@example.com | c-1", "-: mailto:ada@example.com | c-1"])
    try expectNamed(["ada@example.com"], in: scene)
  }

  @Test func ofTwoAddressesTheOneThatIsNamedAgainStays() throws {
    let scene = try PersonScene(lanes: 1)
    let both = #""email":"a@example.com","workEmail":"b@example.com""#
    for (number, members) in [both, both, #""email":"a@example.com""#].enumerated() {
      try expectNamed(number == 0 ? [] : ["a@example.com", "b@example.com"], in: scene)
      try scene.publish(.web, view(number, "c-1", "10:00:0\(number)", traits: traits(members)))
    }
    try expectNamed(["a@example.com"], in: scene)
  }

  /// Who was named in the only session.
  private func expectNamed(_ values: [String], in scene: PersonScene) throws {
    var named: [String] = []
    try scene.forEachValue { value in
      for one in value.session?.person?.named ?? [] {
        named.append(String(decoding: one.identifier.value, as: UTF8.self))
      }
    }
    #expect(named.sorted() == values)
  }

  @Test func aPersonOfWhomNothingIsHeardIsTakenBack() throws {
    var persons = PersonSettings()
    persons.limits.contactRetention = .hours(1)
    persons.limits.activityStep = .hours(1)
    for (minutes, isThere) in [(119, true), (120, false), (121, false)] {
      let scene = try PersonScene(lanes: 1, persons: persons)
      try scene.publish(.web, view(1, "c-1", "10:00:00", traits: traits(#""email":"ada@example.com""#)))
      try scene.settle()
      #expect(scene.contacts.count == 1)
      // The watermark is behind the newest event by what events may be out of order.
      let time = 10 * 60 + minutes
      try scene.publish(.web, view(2, "c-2", "\(time / 60):\(time % 60 < 10 ? "0" : "")\(time % 60):05"))
      try scene.settle()
      #expect(scene.contacts.isEmpty != isThere, "\(minutes) minutes")
    }
  }

  @Test(arguments: [1, 4] as [Int32]) func aDeviceThatIsAnothersIsTold(lanes: Int32) throws {
    let scene = try PersonScene(lanes: lanes)
    func names(_ number: Int, _ at: String, _ email: String) throws {
      try scene.publish(.web, view(number, "c-1", at, traits: traits("\"email\":\"\(email)@example.com\"")))
      try scene.settle()
    }
    try names(1, "10:00:00", "ada")
    // What one session names is one person's.
    try scene.publish(.web, view(2, "c-1", "10:01:00", traits: traits(#""cellPhone":"+15550100""#)))
    try scene.settle()
    let known = { scene.events.filter { $0["event"] as? String == "switched" } }
    #expect(known().isEmpty)
    try names(3, "11:00:00", "bob")
    try names(4, "11:00:10", "bob")
    #expect(known().count == 1)
    let told = try #require(known().first)
    func id(_ value: String) -> String? {
      scene.contacts.values.first { contact in
        contact["mergedTo"] == nil
          && (contact["identifiers"] as? [[String: Any]] ?? []).contains { $0["value"] as? String == value }
      }?["id"] as? String
    }
    #expect(told["contactId"] as? String == id("bob@example.com"))
    #expect(told["previousContact"] as? String == id("ada@example.com"))
    #expect((told["device"] as? [String: Any])?["value"] as? String == "c-1")
    #expect(told["since"] as? String == "2026-01-05T11:00:00.000Z")
    try names(5, "12:00:00", "ada")
    #expect(known().count == 2)
    #expect(known().last?["contactId"] as? String == id("ada@example.com"))
  }
}
