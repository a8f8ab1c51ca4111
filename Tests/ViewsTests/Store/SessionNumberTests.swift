import JourneyModel
import Testing

@testable import Views

@Suite("View: rows in the order of lists")
struct SessionNumberTests {
  @Test(
    "Numbers are in the order of time",
    arguments: [-1, 0, 1, 1_700_000_000_000, 4_398_046_511_102] as [Int64])
  func order(time: Int64) {
    let (before, bucket) = (SessionNumber.bucket(of: time - 1), SessionNumber.bucket(of: time))
    #expect(
      before.upperBound == bucket.lowerBound && bucket.count == Int(SessionNumber.slots * SessionNumber.parts)
    )
    let end = SessionNumber.end(of: time)
    #expect(end == SessionNumber.bucket(of: time).upperBound + SessionNumber.maxDelay * Int64(bucket.count))
    for (number, isOne) in [
      (bucket.lowerBound - 1, false), (bucket.lowerBound, true), (end - 1, true), (end, false),
    ] {
      #expect(SessionNumber.isNumber(number, of: time) == isOne)
    }
  }

  @Test("Times that no number is for share those of the last one")
  func beyond() {
    let last: Int64 = 4_398_046_511_103
    #expect(SessionNumber.bucket(of: last) == SessionNumber.bucket(of: last + 1))
    #expect(SessionNumber.bucket(of: .max) == SessionNumber.bucket(of: last))
    #expect(SessionNumber.bucket(of: .min) == SessionNumber.bucket(of: -last - 1))
    #expect(SessionNumber.bucket(of: last - 1).upperBound == SessionNumber.bucket(of: last).lowerBound)
  }

  @Test("A number that is taken is given to nobody else")
  func taken() {
    var taken: Set<Int64> = []
    for number in 0..<100 {
      let free = SessionNumber.free(created: 7, id: "same") { taken.contains($0) }
      let bucket = SessionNumber.bucket(of: 7 + Int64(number) / SessionNumber.looks)
      #expect(taken.insert(free).inserted && bucket.contains(free), "\(number)")
      #expect(free % SessionNumber.parts == 0)
    }
  }

  @Test("However many begin at once, each has a number after a few looks")
  func crowd() {
    var (taken, looks): (Set<Int64>, Int64) = ([], 0)
    let count = SessionNumber.slots * 2
    for number in 0..<count {
      let free = SessionNumber.free(created: 7, id: "\(number)") {
        looks += 1
        return taken.contains($0)
      }
      #expect(taken.insert(free).inserted && SessionNumber.isNumber(free, of: 7))
    }
    #expect(looks < count * SessionNumber.looks * 4)
    #expect(taken.allSatisfy { $0 < SessionNumber.bucket(of: 7 + 8).upperBound })
  }

  @Test("A session whose number is later than it is where it began, page by page")
  func delayed() throws {
    let scene = try ViewScene()
    let start: Int64 = 1_700_000_000_000
    var sessions = (0..<9).map { ViewSession($0, customer: "ada", created: start + Int64($0 / 3)) }
    for session in sessions { try scene.send(session) }
    let store = try scene.caughtUp()
    // They began a little earlier than was thought, and keep their numbers.
    for index in [4, 8] {
      sessions[index].created = start - 1
      sessions[index].revision = 2
      try scene.send(sessions[index])
    }
    try scene.feed(store).catchUp()
    func ids(_ size: Int, _ change: (inout SessionFilter) -> Void) throws -> [String] {
      var filter = SessionFilter()
      change(&filter)
      var (ids, cursor): ([String], String?) = ([], nil)
      repeat {
        let page = try ViewQueries(store).sessions(filter, after: cursor, try #require(PageSize(size)))
        ids += page.sessions.map(\.id)
        cursor = page.next?.text
      } while cursor != nil
      return ids
    }
    let all = sessions.sorted { ($0.created, $0.id) > ($1.created, $1.id) }.map(\.id)
    for size in 1...10 {
      #expect(try ids(size) { $0.text = "home" } == all && ids(size) { _ in } == all, "\(size)")
    }
    let before = EventTime(milliseconds: start)
    #expect(try ids(1) { ($0.text, $0.to) = ("home", before) } == Array(all.suffix(2)))
    #expect(try ids(1) { ($0.text, $0.from) = ("home", before) } == Array(all.prefix(7)))
  }

  @Test("Texts grow line by line, and a session is listed once whatever rows it has")
  func growing() throws {
    let scene = try ViewScene()
    let start: Int64 = 1_700_000_000_000
    var session = ViewSession(1, customer: "ada", created: start)
    let other = ViewSession(2, customer: "bob", created: start - 1)
    try scene.send(other)
    let store = try scene.store()
    func found(_ text: String) throws -> [String] {
      var filter = SessionFilter()
      filter.text = text
      var (ids, cursor): ([String], String?) = ([], nil)
      repeat {
        let page = try ViewQueries(store).sessions(filter, after: cursor, try #require(PageSize(1)))
        ids += page.sessions.map(\.id)
        cursor = page.next?.text
      } while cursor != nil
      return ids
    }
    // More lines than there are rows for a session.
    for number in 0..<Int(SessionNumber.parts) + 6 {
      session.titles.append("Page number \(number)")
      session.revision += 1
      try scene.send(session)
      try scene.feed(store).catchUp()
      #expect(try found("number \(number)") == [session.id] && found("home") == [session.id, other.id])
    }
    #expect(try found("page number") == [session.id] && found("number 1\nPage number 2").isEmpty)
    #expect(try ViewDump.of(store) == ViewDump.of(try scene.caughtUp("anew")))
    // What is no more of the same is written anew.
    session.titles = ["Cart", "Page number 7"]
    session.revision += 1
    try scene.send(session)
    try scene.feed(store).catchUp()
    #expect(try found("number 8").isEmpty && found("number 7") == [session.id])
    try scene.remove(session)
    try scene.feed(store).catchUp()
    #expect(try found("cart").isEmpty && found("home") == [other.id])
    #expect(try ViewDump.of(store) == ViewDump.of(try scene.caughtUp("removed")))
  }

  @Test(
    "What a text has behind an older one",
    arguments: [
      ("", "a", "a"), ("a", "a", ""), ("a", "a\nb", "b"), ("a", "ab", nil), ("a\nb", "b", nil),
      ("a", "", nil),
      ("a\nb", "a\nb\nc\nd", "c\nd"), ("é", "é\nx", "x"), ("e", "e\u{301}", nil),
    ])
  func added(old: String, new: String, expected: String?) {
    let (from, to) = (
      SnapshotFacts.SearchText(ids: "i", events: old), SnapshotFacts.SearchText(ids: "i", events: new)
    )
    #expect(TextNotes.added(to: from, by: to)?.events == expected)
  }

  @Test("A session that began earlier than was thought is found where it is now, and once")
  func moved() throws {
    let scene = try ViewScene()
    let start: Int64 = 1_700_000_000_000
    var sessions = (0..<6).map { number in
      ViewSession(number, customer: "ada", created: start + Int64(number) * 1_000)
    }
    for session in sessions { try scene.send(session) }
    let store = try scene.caughtUp()
    sessions[5].created = start + 1_500
    sessions[5].revision = 2
    sessions[5].titles = ["Cart"]
    sessions[5].segments = ["s1"]
    try scene.send(sessions[5])
    try scene.feed(store).catchUp()
    func found(_ change: (inout SessionFilter) -> Void) throws -> [String] {
      var filter = SessionFilter()
      change(&filter)
      return try ViewQueries(store).sessions(filter, after: nil, .usual).sessions.map(\.id)
    }
    #expect(try found { $0.text = "cart" } == [sessions[5].id])
    #expect(try found { $0.segment = "s1" } == [sessions[5].id])
    #expect(try found { $0.text = "ada" } == [4, 3, 2, 5, 1, 0].map { sessions[$0].id })
    #expect(try found { $0.text = "home" } == [4, 3, 2, 1, 0].map { sessions[$0].id })
  }

  @Test("Of the snapshots of one batch the newest counts, also behind a removal")
  func outdated() throws {
    let scene = try ViewScene()
    var session = ViewSession(1, customer: "ada", created: 1_700_000_000_000)
    let store = try scene.store()
    for (revision, title) in [(1, "One"), (3, "Three"), (2, "Two"), (3, "Four")] {
      (session.revision, session.titles) = (revision, [title])
      try scene.send(session)
    }
    try scene.feed(store).catchUp()
    func titles() throws -> [String] {
      try ["One", "Two", "Three", "Four"].filter { title in
        var filter = SessionFilter()
        filter.text = title
        return try !ViewQueries(store).sessions(filter, after: nil, .usual).sessions.isEmpty
      }
    }
    #expect(try titles() == ["Three"])
    try scene.remove(session)
    (session.revision, session.titles) = (1, ["Four"])
    try scene.send(session)
    try scene.feed(store).catchUp()
    #expect(try titles() == ["Four"] && ViewQueries(store).session(session.id)?.revision == 1)
  }
}
