import EventLog
import Foundation
import JourneyModel
import Synchronization
import Testing
import Threads
import WireFormat

@testable import Views

@Suite("View: who hears of changes")
struct ViewChangesTests {
  private let start: Int64 = 1_700_000_000_000

  private func ids(_ backlog: ChangeLog.Backlog) -> [String] {
    guard case .pending(let sessions, _) = backlog else { return [] }
    return sessions.map { ($0.change.isGone ? "gone " : "") + $0.change.id }
  }

  @Test func anotherEpochIsLost() {
    let changes = ViewChanges(capacity: 4)
    let before = changes.position
    changes.append([SessionChange(id: "a", type: "web", customerIDType: "cookie", customerID: "ada")])
    #expect(ids(changes.backlog(after: before, maxSessions: 9) { _ in true }) == ["a"])
    changes.beginEpoch()
    #expect(changes.backlog(after: before, maxSessions: 9) { _ in true } == .lost)
    #expect(
      changes.backlog(after: changes.position, maxSessions: 9) { _ in true } == .nothing(upTo: 0))
  }

  @Test func theListenerIsCalledForEachChangeAndForNoEmptyOne() {
    let changes = ViewChanges(capacity: 4)
    let calls = Mutex(0)
    changes.listen { calls.withLock { $0 += 1 } }
    changes.append([])
    changes.append([SessionChange(id: "a", type: "web", customerIDType: "cookie", customerID: "ada")])
    changes.beginEpoch()
    #expect(calls.withLock { $0 } == 2)
  }

  @Test("What a feed applies is told: newer revisions, merges and removals, and nothing else")
  func whatAFeedApplies() throws {
    let scene = try ViewScene()
    var ada = ViewSession(1, customer: "ada", created: start)
    let bob = ViewSession(2, customer: "bob", created: start)
    try scene.send(ada)
    try scene.send(bob)
    let store = try scene.store()
    let feed = scene.feed(store)
    // Of a file that is being filled nobody hears anything; whoever followed it before begins again.
    let old = feed.changes.position
    try feed.catchUp()
    #expect(feed.changes.backlog(after: old, maxSessions: 9) { _ in true } == .lost)
    let before = feed.changes.position
    #expect(before.number == 0)
    ada.revision = 2
    try scene.send(ada)
    try scene.send(ada)
    try scene.sendSegment("cart", of: ada)
    try scene.remove(bob)
    try scene.remove(ViewSession(3, customer: "eve", created: start))
    try feed.catchUp()
    let found = ids(feed.changes.backlog(after: before, maxSessions: 9) { _ in true })
    #expect(Set(found) == [ada.id, "gone \(bob.id)"])
    let middle = feed.changes.position
    ada.revision = 3
    ada.mergedInto = bob.id
    try scene.send(ada)
    try feed.catchUp()
    #expect(
      ids(feed.changes.backlog(after: middle, maxSessions: 9) { _ in true }) == ["gone \(ada.id)"])
    #expect(
      feed.changes.backlog(after: middle, maxSessions: 9) { $0.customerID == "bob" } == .nothing(upTo: 3))
  }

  @Test func aViewThatIsMadeAnewBeginsAnotherEpoch() async throws {
    let scene = try ViewScene()
    try scene.send(ViewSession(1, customer: "ada", created: start))
    let store = try scene.store()
    let feed = scene.feed(store)
    let first = feed.changes.position.epoch
    async let running: Void = onOwnThread { feed.run() }
    while feed.progress.now.isRebuilding || feed.changes.position.epoch == first {
      try await Task.sleep(for: .milliseconds(2))
    }
    #expect(feed.changes.position.number == 0)
    feed.stop()
    try await running
    store.close()
  }
}
