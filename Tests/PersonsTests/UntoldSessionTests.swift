import Foundation
import JourneyModel
import Processor
import Sessionizer
import Testing

@testable import Persons

/// Sessions that are told only when they end, of people who change meanwhile.
@Suite struct UntoldSessionTests {
  private func view(_ id: Int, _ at: String, _ traits: String) -> String {
    """
    {"id":"e\(id)","eventName":"page_viewed","createdDate":"2026-01-05T\(at)Z","customerId":"c-1",
     "customerIdType":"cookie","traits":{\(traits)}}
    """
  }

  private func command(_ id: String, _ at: String, _ operation: String, _ members: String) -> String {
    #"{"id":"\#(id)","createdDate":"2026-01-05T\#(at)Z","operation":"\#(operation)",\#(members)}"#
  }

  private let ada = #"{"type":"email","value":"ada@example.com"}"#

  private func name(_ session: [String: Any]) -> String? {
    (session["card"] as? [String: Any])?["customer"] as? String
  }

  @Test(arguments: [1, 4] as [Int32], SnapshotPolicy.Final.allCases)
  func whatHasEndedIsToldAnewWhenItsContactChanges(_ lanes: Int32, _ final: SnapshotPolicy.Final) throws {
    let scene = try PersonScene(lanes: lanes) { $0.snapshots = SnapshotPolicy(.ends, final: final) }
    try scene.publish(.web, view(1, "10:00:00", #""email":"ada@example.com","givenName":"Ada""#))
    try scene.settle()
    #expect(scene.sessions.isEmpty)
    // Her next visit ends the first, and is open itself.
    try scene.publish(.web, view(2, "10:30:00", #""email":"ada@example.com""#))
    try scene.settle()
    #expect(scene.sessions.count == (final == .withEnd ? 0 : 1))
    let first = scene.sessions.values.first
    #expect(first.map(name) == (final == .withEnd ? nil : "Ada"))
    try scene.command(
      command("k1", "10:31:00", "put", #""identifiers":[\#(ada)],"traits":{"displayName":"A. L."}"#))
    try scene.settle()
    #expect(scene.sessions.count == (final == .withEnd ? 0 : 1))
    if let first, let now = scene.sessions.values.first {
      #expect(name(now) == "A. L.")
      #expect(now["revision"] as? Int == first["revision"] as? Int)
      #expect(now["contactRevision"] as? Int ?? 0 > first["contactRevision"] as? Int ?? 0)
    }
    // All of hers is taken back: also what nobody has heard of, as readers may have it from before.
    try scene.command(command("k2", "10:32:00", "erase", #""identifier":\#(ada)"#))
    try scene.settle()
    #expect(scene.sessions.isEmpty)
    #expect(scene.erased.count == 2)
  }

  /// A decision that changes nothing tells no end that waits for being final; one that does tells it.
  @Test(arguments: [1, 4] as [Int32]) func anEndThatWaitsIsToldWithTheNextNews(lanes: Int32) throws {
    let scene = try PersonScene(lanes: lanes) { $0.snapshots = SnapshotPolicy(final: .withEnd) }
    try scene.publish(.web, view(1, "10:00:00", #""email":"ada@example.com","givenName":"Ada""#))
    try scene.settle()
    try scene.publish(.web, view(2, "10:30:00", #""email":"ada@example.com""#))
    try scene.settle()
    func first() throws -> [String: Any] {
      try #require(
        scene.sessions.values.first { ($0["createdDate"] as? String)?.contains("T10:00:00") ?? false })
    }
    #expect(try first()["endedDate"] == nil)
    let id = try first()["id"] as? String ?? ""
    let visit = #""session":{"id":"\#(id)","type":"web","customerId":"c-1","customerIdType":"cookie"}"#
    try scene.command(command("k1", "10:31:00", "unlink", visit))
    try scene.settle()
    #expect(try first()["endedDate"] == nil)
    try scene.command(
      command("k2", "10:32:00", "put", #""identifiers":[\#(ada)],"traits":{"displayName":"A. L."}"#))
    try scene.settle()
    #expect(try name(first()) == "A. L.")
    #expect(try first()["endedDate"] != nil)
  }
}
