import Testing

@testable import SessionQueries

/// Contacts by what they are known by, and what goes with one.
@Suite struct ContactBoardTests {
  private static let ada = """
    {"id":"c-ada","revision":3,"identifiers":[\
    {"type":"phone","value":"+15550100","verification":"claimed"},\
    {"type":"externalId","value":"u-5","externalSource":"shop","verification":"claimed"}],\
    "devices":[{"type":"cookie","value":"ck","intervals":[{"from":"2026-01-05T10:00:00.000Z"}]}]}
    """
  private static let bob = """
    {"id":"c-bob","revision":1,"identifiers":[{"type":"email","value":"bob@example.com","verification":"claimed"}]}
    """

  private func board() -> ContactBoard {
    var board = ContactBoard()
    for (key, value) in [("c-ada", Self.ada), ("c-bob", Self.bob)] {
      board.take(SessionRecord(key: key, value: Array(value.utf8)))
    }
    return board
  }

  @Test(
    arguments: [
      ("phone", "+15550100", nil, ["c-ada"]), ("email", "+15550100", nil, []),
      ("email", "BOB@example.com", nil, ["c-bob"]), ("externalId", "u-5", "shop", ["c-ada"]),
      ("externalId", "u-5", "crm", []), ("externalId", "u-5", nil, ["c-ada"]),
    ] as [(String, String, String?, [String])])
  func contactsOfAnIdentifier(type: String, value: String, source: String?, found: [String]) {
    #expect(board().contacts(of: type, value, source: source).map(\.id) == found)
  }

  /// Whom a session shows, who its customer is, when it began; whether it is hers, and whether it goes with
  /// her.
  @Test(
    arguments: [
      ("c-ada", "cookie", "x", "10", true, true), ("c-bob", "cookie", "x", "10", false, false),
      ("c-bob", "phone", "+15550100", "10", false, true), (nil, "phone", "+15550100", "10", true, true),
      (nil, "phone", "+15550101", "10", false, false), (nil, "cookie", "ck", "10", true, true),
      (nil, "cookie", "ck", "09", false, false), ("c-bob", "cookie", "ck", "10", false, false),
    ] as [(String?, String, String, String, Bool, Bool)])
  func sessionsThatGoWithAContact(
    shown: String?, type: String, customer: String, hour: String, isHers: Bool, goes: Bool
  ) throws {
    let contact = try #require(board().contacts(of: "+15550100").first)
    let named = shown.map { ",\"externalContact\":{\"id\":\"\($0)\"}" } ?? ""
    let session = try #require(
      SessionSnapshot(
        Array(
          """
          {"id":"s","revision":1,"type":"web","customerId":"\(customer)","customerIdType":"\(type)","eventCount":1,\
          "createdDate":"2026-01-05T\(hour):00:00.000Z"\(named),"journeyMap":{"events":[],"omitted":0},\
          "card":{"title":"","icon":"","color":"grey","status":"","duration":"","segments":0}}
          """.utf8)))
    #expect(contact.owns(session) == isHers)
    #expect(contact.takesAlong(session) == goes)
  }
}
