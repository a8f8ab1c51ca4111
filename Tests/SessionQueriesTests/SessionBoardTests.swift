import Testing

@testable import SessionQueries

@Suite struct SessionBoardTests {
  private func record(_ id: String, created: String, count: Int = 1, extra: String = "") -> SessionRecord {
    let json = """
      {"id":"\(id)","type":"web","customerId":"c","customerIdType":"cookie","createdDate":"\(created)",
       "eventCount":\(count)\(extra),"card":{"title":"Web Visit","icon":"web-visit","color":"blue",
       "status":"Active Now","duration":"< 1 min","segments":0},"journeyMap":{"events":[],"omitted":0}}
      """
    return SessionRecord(key: id, value: Array(json.utf8))
  }

  @Test func newestFirstAndTheLastRevisionOfEach() {
    var board = SessionBoard()
    board.take(record("a", created: "2026-01-05T10:00:00.000Z"))
    board.take(record("b", created: "2026-01-05T11:00:00.000Z"))
    board.take(record("a", created: "2026-01-05T10:00:00.000Z", count: 2))
    #expect(board.sessions().map(\.id) == ["b", "a"])
    #expect(board.sessions().last?.eventCount == 2)
  }

  @Test func mergedAndRemovedSessionsAreHidden() {
    var board = SessionBoard()
    board.take(record("a", created: "2026-01-05T10:00:00.000Z"))
    board.take(record("b", created: "2026-01-05T11:00:00.000Z", extra: ",\"mergedInto\":\"a\""))
    board.take(record("c", created: "2026-01-05T12:00:00.000Z"))
    board.take(SessionRecord(key: "c", value: nil))
    #expect(board.sessions().map(\.id) == ["a"])
  }
}
