import GRDB
import JourneyModel
import Testing

@testable import Views

@Suite("View: what is kept")
struct ViewTrimTests {
  private let start: Int64 = 1_700_000_000_000

  @Test(
    "An ended session goes once its newest snapshot is older than views.retention", arguments: [-1, 0, 1])
  func retention(beyond milliseconds: Int64) throws {
    let scene = try ViewScene()
    var ended = ViewSession(1, customer: "ada", created: start)
    ended.ended = start + 1
    try scene.send(ended)
    let open = ViewSession(2, customer: "ada", created: start)
    try scene.send(open)
    let store = try scene.caughtUp()
    scene.now = scene.now + .hours(720) + EventTime.Span(milliseconds: milliseconds)
    var limits = ViewLimits()
    limits.maxSilence = .seconds(10_000_000)
    try scene.feed(store, limits).catchUp()
    let isThere = try ViewQueries(store).session(ended.id) != nil
    #expect(isThere == (milliseconds <= 0))
    #expect(try ViewQueries(store).session(open.id) != nil)
  }

  @Test("What rules gave, and dead letters, go after views.eventRetention", arguments: [-1, 0, 1])
  func eventRetention(beyond milliseconds: Int64) throws {
    let scene = try ViewScene()
    let session = ViewSession(1, customer: "ada", created: start)
    try scene.send(session)
    try scene.sendSegment("cart", of: session)
    try scene.sendRejection("value")
    let store = try scene.caughtUp()
    scene.now = scene.now + .hours(168) + EventTime.Span(milliseconds: milliseconds)
    var limits = ViewLimits()
    limits.maxSilence = .seconds(10_000_000)
    try scene.feed(store, limits).catchUp()
    for table in ["derived", "rejected"] {
      let count = try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") }
      #expect(count == (milliseconds <= 0 ? 1 : 0), "\(table)")
    }
    #expect(try ViewQueries(store).session(session.id) != nil)
  }

  @Test("Of dead letters the newest stay", arguments: [-1, 0, 1])
  func maxRejected(beyond count: Int) throws {
    let scene = try ViewScene()
    for number in 0..<(20 + count) {
      try scene.sendRejection("value \(number)")
      scene.now = scene.now + .seconds(1)
    }
    var limits = ViewLimits()
    limits.maxRejected = 20
    let store = try scene.caughtUp("view", limits)
    let heads = try store.read { database in
      try String.fetchAll(database, sql: "SELECT CAST(head AS TEXT) FROM rejected ORDER BY written")
    }
    #expect(heads == (max(0, count)..<(20 + count)).map { "value \($0)" })
  }

  @Test("A file that is too large loses its oldest sessions, the ended ones first")
  func maxBytes() throws {
    let scene = try ViewScene()
    for number in 0..<600 {
      var session = ViewSession(number, customer: "customer-\(number)", created: start)
      session.titles = (0..<20).map { "Page \(number) \($0)" }
      if number % 2 == 0 { session.ended = start }
      try scene.send(session)
      scene.now = scene.now + .seconds(1)
    }
    let store = try scene.caughtUp()
    let used = try store.usedBytes()
    var limits = ViewLimits()
    // At the limit nothing goes; a byte below it some.
    limits.maxBytes = used
    try scene.feed(store, limits).catchUp()
    #expect(try ViewCounts.sessions(in: store) == 600)
    limits.maxBytes = used - 1
    try scene.feed(store, limits).catchUp()
    #expect(try store.usedBytes() <= limits.maxBytes)
    let first = ViewSession(0, customer: "", created: 0).id
    let open = ViewSession(1, customer: "", created: 0).id
    #expect(try ViewQueries(store).session(first) == nil)
    #expect(try ViewQueries(store).session(open) != nil)
    limits.maxBytes = used / 3
    try scene.feed(store, limits).catchUp()
    #expect(try store.usedBytes() <= limits.maxBytes)
    let newest = ViewSession(599, customer: "", created: 0).id
    #expect(try ViewQueries(store).session(open) == nil)
    #expect(try ViewQueries(store).session(newest) != nil)
  }

  @Test("The limits have these defaults")
  func defaults() {
    let limits = ViewLimits()
    #expect(limits.maxBytes == 8_589_934_592 && limits.maxRejected == 10_000)
    #expect(limits.retention == .seconds(30 * 86_400) && limits.eventRetention == .seconds(7 * 86_400))
    #expect(limits.maxSilence == .seconds(43_200) && limits.purgeInterval == .seconds(3_600))
  }
}
