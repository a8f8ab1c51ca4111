import Foundation
import Identity
import JourneyModel
import Testing
import Views
import WireFormat

@testable import Gateway

/// Which sessions lanes are asked to take back.
@Suite struct SessionRetentionTests {
  private let decoder = IdentityCommandDecoder(limits: IdentityLimits(), identifiers: IdentifierRules())

  private static func id(_ number: Int) -> String { String(format: "00000000-0000-5000-8000-%012x", number) }

  @Test(
    "A command names as many sessions as it may, and each lane has its own",
    arguments: [(499, 1), (500, 1), (501, 2)])
  func sweeps(count: Int, commands: Int) throws {
    let ids = (0..<count).map { SessionRetentionTests.id($0) }
    let records = try SweepCommands.records(
      [3: ids, 1: [SessionRetentionTests.id(9_999)]], id: "r", at: QueryScene.now, decoder)
    #expect(records.count == commands + 1)
    #expect(records.map(\.partition) == [1] + Array(repeating: 3, count: commands))
    let named = try records.dropFirst().flatMap { record in
      let object = try JSONSerialization.jsonObject(with: Data(record.value)) as? [String: Any]
      return object?["sessionIds"] as? [String] ?? []
    }
    #expect(named == ids)
    #expect(Set(try records.map { try decoder.command($0.value).stamp }).count == records.count)
  }

  @Test func whatIsTooOldIsAskedForOnce() async throws {
    let scene = try QueryScene(sessions: [
      (
        SessionRetentionTests.id(7),
        QueryScene.session(
          SessionRetentionTests.id(7), "web", "old", "\"endedDate\":\"2026-01-05T08:00:01.000Z\"")
      )
    ])
    // The scene's clock stands still, and the view is made by asking it something.
    _ = try await scene.answer(to: QueryScene.get("/v1/me"))
    let store = try ViewStore(path: scene.folder + "/view.db") { _ in }
    defer { store.close() }
    var retention = SessionRetention()
    retention.standard = .seconds(3_600)
    for (milliseconds, count) in [(Int64(-1), 0), (0, 0), (1, 1)] {
      let now = QueryScene.now + .hours(1) + EventTime.Span(milliseconds: milliseconds)
      let (records, sessions) = try retention.commands(
        from: ViewQueries(store), at: now, but: [], decoder)
      #expect(records.count == count)
      let (again, _) = try retention.commands(from: ViewQueries(store), at: now, but: sessions, decoder)
      #expect(again.isEmpty)
    }
    retention.standard = nil
    #expect(!retention.isOn && retention.longest == nil)
    retention.byType["delivery"] = .seconds(7_200)
    #expect(retention.isOn && retention.longest == .seconds(7_200))
  }
}
