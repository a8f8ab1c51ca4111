import JourneyModel
import Testing

@testable import Views

@Suite("View: ended sessions by age")
struct EndedSessionTests {
  private let start: Int64 = 1_700_000_000_000

  private func session(_ number: Int, _ type: String = "web", isOpen: Bool = false) -> ViewSession {
    var session = ViewSession(number, customer: "customer-\(number)", created: start)
    session.type = type
    if !isOpen { session.ended = start + 1 }
    return session
  }

  @Test(
    "An ended session is too old once it was written before the time; an open one never",
    arguments: [-1, 0, 1])
  func age(beyond milliseconds: Int64) throws {
    let scene = try ViewScene()
    try scene.send(session(1))
    try scene.send(session(2, isOpen: true))
    let queries = ViewQueries(try scene.caughtUp())
    let found = try queries.endedSessions(
      before: SessionAges(byType: [:], others: start + milliseconds), limit: 10)
    let expected = milliseconds > 0 ? [session(1).lane: [session(1).id]] : [:]
    #expect(found == expected)
  }

  @Test("A type may have a time of its own, or stay for ever")
  func types() throws {
    let scene = try ViewScene()
    for (number, type) in ["web", "app", "delivery"].enumerated() { try scene.send(session(number, type)) }
    let queries = ViewQueries(try scene.caughtUp())
    func found(_ byType: [String: Int64?], _ others: Int64?) throws -> Set<String> {
      Set(
        try queries.endedSessions(before: SessionAges(byType: byType, others: others), limit: 10).values
          .joined())
    }
    let ids = (0..<3).map { session($0).id }
    #expect(try found(["delivery": nil], start + 1) == [ids[0], ids[1]])
    #expect(try found(["delivery": start + 1], nil) == [ids[2]])
    #expect(try found(["delivery": start + 1, "app": start], start + 1) == [ids[0], ids[2]])
    #expect(try found([:], nil) == [])
  }

  @Test("As many as are asked for, the oldest first", arguments: [-1, 0, 1])
  func limit(beyond count: Int) throws {
    let scene = try ViewScene()
    for number in 0..<5 {
      try scene.send(session(number))
      scene.now = scene.now + .seconds(1)
    }
    let queries = ViewQueries(try scene.caughtUp())
    let found = try queries.endedSessions(
      before: SessionAges(byType: [:], others: start + 60_000), limit: 5 + count)
    #expect(Set(found.values.joined()) == Set((0..<min(5, 5 + count)).map { session($0).id }))
  }
}
