import Foundation
import JourneyModel
import Testing

@testable import Persons

/// Sessions that come to show another customer by an event that says nothing new of anybody.
@Suite struct ShownCustomerTests {
  /// What an event says of persons of whom all is known.
  enum Saying: CaseIterable { case nothing, theSame }

  private func view(_ id: Int, _ customer: String, _ at: String, _ traits: String = "") -> String {
    """
    {"id":"e\(id)","eventName":"page_viewed","createdDate":"2026-01-05T\(at)Z","customerId":"\(customer)",
     "customerIdType":"cookie"\(traits.isEmpty ? "" : ",\"traits\":{\(traits)}")}
    """
  }

  private func named(_ name: String, _ saying: Saying) -> String {
    saying == .nothing ? "" : "\"email\":\"\(name)@example.com\""
  }

  /// The customer of each session that stands for itself, by customer id and time.
  private func customers(_ scene: PersonScene) -> [String] {
    scene.sessions.values.filter { $0["mergedInto"] == nil }.map { session in
      let card = session["card"] as? [String: Any]
      return "\(session["customerId"] ?? "") \(session["createdDate"] ?? ""): \(card?["customer"] ?? "none")"
    }.sorted()
  }

  /// On Ada's device somebody is for a while whom nobody knows, then Bob is; a late event shows that these
  /// are one visit.
  @Test(arguments: [1, 4] as [Int32], Saying.allCases)
  func aVisitThatTookInAnotherIsWhoWasNamedThere(lanes: Int32, saying: Saying) throws {
    let scene = try PersonScene(lanes: lanes)
    let visits = [
      view(1, "c-1", "09:00:00", #""email":"ada@example.com","givenName":"Ada""#),
      view(2, "c-1", "10:00:00"),
      view(3, "c-1", "10:30:00", #""email":"bob@example.com","givenName":"Bob""#),
    ]
    for visit in visits {
      try scene.publish(.web, visit)
      try scene.settle()
    }
    #expect(
      customers(scene) == [
        "c-1 2026-01-05T09:00:00.000Z: Ada", "c-1 2026-01-05T10:00:00.000Z: Ada",
        "c-1 2026-01-05T10:30:00.000Z: Bob",
      ])
    try scene.publish(.web, view(4, "c-1", "10:15:00", named("bob", saying)))
    try scene.settle()
    let expected = ["c-1 2026-01-05T09:00:00.000Z: Ada", "c-1 2026-01-05T10:00:00.000Z: Bob"]
    #expect(customers(scene) == expected)
    try scene.publish(.web, view(5, "c-1", "10:31:00", named("bob", .theSame)))
    try scene.settle()
    #expect(customers(scene) == expected)
  }

  /// What becomes known of a session that is final is not shown; a late event opens it again.
  @Test(arguments: [1, 4] as [Int32], Saying.allCases)
  func aVisitThatWasFinalShowsWhatBecameKnown(lanes: Int32, saying: Saying) throws {
    let scene = try PersonScene(lanes: lanes)
    try scene.publish(.web, view(1, "c-1", "09:00:00", named("ada", .theSame)))
    try scene.settle()
    try scene.tick(to: try #require(EventTime(iso8601: "2026-01-05T10:30:00Z")))
    #expect(scene.sessions.values.map { $0["final"] as? Bool } == [true])
    try scene.publish(.web, view(2, "c-2", "09:05:00", #""email":"ada@example.com","givenName":"Ada""#))
    try scene.settle()
    #expect(customers(scene).last == "c-2 2026-01-05T09:05:00.000Z: Ada")
    #expect(customers(scene).first != "c-1 2026-01-05T09:00:00.000Z: Ada")
    try scene.publish(.web, view(3, "c-1", "09:10:00", named("ada", saying)))
    try scene.settle()
    #expect(
      customers(scene) == ["c-1 2026-01-05T09:00:00.000Z: Ada", "c-2 2026-01-05T09:05:00.000Z: Ada"])
  }
}
