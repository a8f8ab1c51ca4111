import Testing

@testable import SessionQueries

@Suite struct SessionMatchTests {
  private func match(_ text: String, _ ids: [String]) throws -> SessionMatch {
    var match = try #require(SessionMatch(text))
    for id in ids { match.take(SessionRecord(key: id, value: Array(id.utf8))) }
    return match
  }

  @Test func theWholeIdOrItsBeginningMeansASession() throws {
    let ids = ["50a8c409-aaaa", "50a8c409-aabb", "50a8-other", "f1e63d87"]
    let f1 = SessionMatch.Result.one(id: "f1e63d87", value: Array("f1e63d87".utf8))
    #expect(try match("f1e6", ids).result == f1)
    #expect(try match("F1E63D87", ids).result == f1)
    #expect(try match("50a8c409-aa", ids).result == .several(["50a8c409-aaaa", "50a8c409-aabb"]))
    // The whole id of one wins over its being the beginning of another.
    let nested = try match("f1e63d87", ["f1e63d87-more", "f1e63d87"])
    #expect(nested.result == f1)
    #expect(try match("f1e63d99", ids).result == .none(nearest: "f1e63d87"))
    #expect(
      try match("50a8c409-aa", ids).problem(of: "here")
        == "'50a8c409-aa' is the beginning of several sessions of here: 50a8c409-aaaa, 50a8c409-aabb")
  }

  @Test(arguments: [-1, 0, 1])
  func aBeginningHasFourCharacters(_ offset: Int) {
    let text = String("50a8c409".prefix(SessionMatch.minCharacters + offset))
    #expect((SessionMatch(text) == nil) == (offset < 0))
  }

  @Test(arguments: [-1, 0, 1])
  func moreThanAreListedAreNotKept(_ offset: Int) throws {
    let ids = (0..<SessionMatch.maxListed + offset).map { "abcd\($0)" }
    #expect(try match("abcd", ids).result == .several(Array(ids.prefix(SessionMatch.maxListed))))
  }

  @Test func theNewestRecordCountsAndARemovedSessionIsNone() throws {
    var match = try #require(SessionMatch("abcd"))
    match.take(SessionRecord(key: "abcd1", value: [1]))
    match.take(SessionRecord(key: "abcd1", value: [2]))
    match.take(SessionRecord(key: "abcd2", value: [3]))
    match.take(SessionRecord(key: "abcd2", value: nil))
    #expect(match.result == .one(id: "abcd1", value: [2]))
  }
}
