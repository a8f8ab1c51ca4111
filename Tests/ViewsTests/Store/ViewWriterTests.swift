import JourneyModel
import Testing

@testable import Views

/// Which snapshots of a transaction need not be written.
@Suite struct ViewWriterTests {
  private func snapshot(_ number: Int, _ revision: Int, written: Int64) throws -> ViewRow {
    var session = ViewSession(number, customer: "c", created: 1_000)
    session.revision = revision
    let bytes = Array(session.json.utf8)
    let facts = try #require(SnapshotFacts(JSONWalk(bytes: bytes)))
    return .session(SessionRow(lane: 0, written: written, facts: facts, snapshot: bytes))
  }

  private func kept(_ rows: [ViewRow]) -> [Int64] {
    ViewWriter.withoutOutdated(rows).map { row in
      switch row {
      case .session(let session): session.written
      case .removal(_, let written): written
      default: -1
      }
    }
  }

  @Test func onlyWhatANewerOneFollowsIsLeftOut() throws {
    let rows = try [
      snapshot(1, 1, written: 1), snapshot(2, 1, written: 2), snapshot(1, 3, written: 3),
      snapshot(1, 2, written: 4),
    ]
    // The last one is older than what is there by then, and is for the writer to refuse.
    #expect(kept(rows) == [2, 3, 4])
  }

  /// A view that reads both in one transaction has the same as one that reads them in two.
  @Test func theFirstOfTwoUnderOneRevisionStays() throws {
    #expect(kept(try [snapshot(1, 2, written: 1), snapshot(1, 2, written: 2)]) == [1, 2])
  }

  /// A removal takes the customer's events with its last session: the others have to be there by then.
  @Test func nothingIsLeftOutOverARemoval() throws {
    let rows = try [
      snapshot(1, 1, written: 1), .removal(id: "b", written: 2), snapshot(1, 2, written: 3),
      snapshot(1, 3, written: 4),
    ]
    #expect(kept(rows) == [1, 2, 4])
  }
}
