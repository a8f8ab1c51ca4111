import JourneyModel
import SeededGenerator
import Testing
import WireFormat

@testable import Views

@Suite("View: queries")
struct ViewQueriesTests {
  private let start: Int64 = 1_700_000_000_000

  private func filter(_ change: (inout SessionFilter) -> Void) -> SessionFilter {
    var filter = SessionFilter()
    change(&filter)
    return filter
  }

  /// All ids of a filter, a page after the other.
  private func ids(_ filter: SessionFilter, _ queries: ViewQueries, pages size: Int = 200) throws -> [String]
  {
    var ids: [String] = []
    var cursor: String?
    repeat {
      let page = try queries.sessions(filter, after: cursor, try #require(PageSize(size)))
      ids += page.sessions.map(\.id)
      cursor = page.next?.text
    } while cursor != nil
    return ids
  }

  /// Sessions with a bit of everything, of which many began at the same time.
  private func write(_ count: Int, _ random: inout SeededGenerator, to scene: ViewScene) throws
    -> [ViewSession]
  {
    try (0..<count).map { number in
      var session = ViewSession(
        number, customer: "customer-\(random.pick(0...5))", created: start + random.pick(0...20) * 1_000)
      session.type = random.pick(["web", "app", "conversation", "delivery"])
      if random.chance(50) { session.ended = session.created + 60_000 }
      if random.chance(10) { session.mergedInto = ViewSession(0, customer: "", created: 0).id }
      session.segments = ["s1", "s2", "s3"].filter { _ in random.chance(40) }
      session.outcomes = ["o1", "o2"].filter { _ in random.chance(30) }
      if session.type == "conversation" {
        session.queue = random.pick(["Sales", "Support"])
        session.divisions = ["home", "north", "south"].filter { _ in random.chance(50) }
      }
      session.titles = [random.pick(["Home", "Cart", "Checkout page", "Straße \"7\""])]
      try scene.send(session)
      return session
    }
  }

  @Test("Sessions of a contact: those that name it, and those of its devices that name nobody")
  func sessionsOfContacts() throws {
    let scene = try ViewScene()
    let (one, two) = ("c-1", "c-2")
    func session(_ number: Int, _ customer: String, at offset: Int64, contact: String? = nil) throws {
      var session = ViewSession(number, customer: customer, created: start + offset)
      session.contact = contact
      try scene.send(session)
    }
    try session(1, "cookie-1", at: 0, contact: one)
    try session(2, "cookie-1", at: 999)
    try session(3, "cookie-1", at: 1_000)
    try session(4, "cookie-1", at: 1_500, contact: two)
    try session(5, "cookie-2", at: 0)
    try session(6, "cookie-3", at: 0, contact: "c-3")
    // Of a customer that is one of the identifiers; it shows somebody else.
    try session(7, "cookie-4", at: 0, contact: two)
    func date(_ offset: Int64) -> String { EventTime(milliseconds: start + offset).iso8601 }
    try scene.send(
      scene.topics[.contacts], key: one,
      value: """
        {"id":"\(one)","revision":2,"mergeSet":["\(one)","c-3"],"devices":[{"type":"cookie","value":"cookie-1",\
        "intervals":[{"to":"\(date(1_000))"},{"from":"\(date(2_000))"}]}],\
        "identifiers":[{"type":"cookie","value":"cookie-4"},{"type":"phone","value":"+15550100"}]}
        """)
    try scene.send(
      scene.topics[.contacts], key: "c-3", value: "{\"id\":\"c-3\",\"revision\":2,\"mergedTo\":\"\(one)\"}")
    // An older state of it that comes later counts for nothing.
    try scene.send(
      scene.topics[.contacts], key: one, value: "{\"id\":\"\(one)\",\"revision\":1,\"mergeSet\":[]}")
    let store = try scene.caughtUp()
    let queries = ViewQueries(store)
    func numbers(_ contact: String, merged: Bool = false) throws -> [Int] {
      let contacts = try queries.contactIDs(of: contact, includeMerged: merged)
      return try ids(filter { $0.contacts = contacts }, queries, pages: 1).compactMap {
        Int($0.suffix(12), radix: 16)
      }
    }
    #expect(try numbers(one) == [2, 1] && numbers(two) == [4, 7] && numbers("none") == [])
    #expect(try numbers(one, merged: true) == [2, 6, 1])
    #expect(try numbers("c-3") == [6] && numbers("c-3", merged: true) == [2, 6, 1])
    #expect(try queries.contact("c-3")?.mergedTo == one && queries.contact("c-4") == nil)
    let identifiers = try #require(try queries.contact(one)).identifiers
    #expect(identifiers.map(\.value) == ["cookie-4", "+15550100"])
    #expect(try #require(try queries.contact("c-3")).identifiers.isEmpty)
    func goes(_ identifiers: [ContactEntry.Identifier]) throws -> [Int] {
      let lanes = try queries.sessionsByLane(ofContacts: [one, "c-3"], identifiers: identifiers)
      return lanes.values.joined().compactMap { Int($0.suffix(12), radix: 16) }.sorted()
    }
    #expect(try goes([]) == [1, 2, 6] && goes(identifiers) == [1, 2, 6, 7])
    #expect(try goes([.init(type: "phone", value: "cookie-4")]) == [1, 2, 6])
    // A contact that is erased takes nothing with it but itself.
    try scene.send(scene.topics[.contacts], key: one, value: nil)
    try scene.feed(store).catchUp()
    #expect(try queries.contact(one) == nil && numbers(one) == [1])
  }

  @Test("A contact's id is found as it is, and one in small letters in any")
  func contactIDsWithCapitals() throws {
    let scene = try ViewScene()
    for (number, id) in ["Crm-A1", "crm-b1"].enumerated() {
      var session = ViewSession(number, customer: "c", created: start)
      session.contact = id
      try scene.send(session)
      try scene.send(
        scene.topics[.contacts], key: id, value: "{\"id\":\"\(id)\",\"revision\":1,\"mergeSet\":[\"\(id)\"]}")
    }
    let queries = ViewQueries(try scene.caughtUp())
    for (said, known) in [("Crm-A1", "Crm-A1"), ("crm-b1", "crm-b1"), ("CRM-B1", "crm-b1"), ("crm-a1", nil)]
      as [(String, String?)]
    {
      #expect(try queries.contact(said)?.id == known)
      for includeMerged in [false, true] {
        let contacts = try queries.contactIDs(of: said, includeMerged: includeMerged)
        #expect(try ids(filter { $0.contacts = contacts }, queries).count == (known == nil ? 0 : 1))
      }
    }
  }

  @Test("A snapshot of the same revision counts if its contact is newer")
  func contactRevisions() throws {
    let scene = try ViewScene()
    var session = ViewSession(1, customer: "ada", created: start)
    (session.revision, session.contact, session.contactRevision) = (3, "c-1", 2)
    try scene.send(session)
    let store = try scene.caughtUp()
    func contact() throws -> [String] {
      try ["c-1", "c-2", "c-3"].filter { id in
        try !ids(filter { $0.contacts = [id] }, ViewQueries(store)).isEmpty
      }
    }
    for (revision, contactRevision, name, expected) in [
      (3, 1, "c-2", "c-1"), (3, 2, "c-2", "c-1"), (3, 3, "c-2", "c-2"), (2, 9, "c-3", "c-2"),
      (4, 0, "c-3", "c-3"),
    ] {
      (session.revision, session.contactRevision, session.contact) = (revision, contactRevision, name)
      try scene.send(session)
      try scene.feed(store).catchUp()
      #expect(try contact() == [expected], "\(revision).\(contactRevision)")
    }
  }

  @Test("Lists are what a plain look at all sessions gives, page by page", arguments: 0..<6)
  func listsEqualTheModel(seed: Int) throws {
    let scene = try ViewScene()
    var random = SeededGenerator(seed: UInt64(seed))
    let sessions = try write(120, &random, to: scene)
    let queries = ViewQueries(try scene.caughtUp())
    for _ in 0..<60 {
      var filter = SessionFilter()
      var keeps: [(ViewSession) -> Bool] = [{ $0.mergedInto == nil }]
      if random.chance(30) {
        let customer = "customer-\(random.pick(0...6))"
        filter.customer = .init(idType: "cookie", id: customer)
        keeps.append { $0.customerID == customer }
      }
      if random.chance(30) {
        let type = random.pick(["web", "app", "conversation"])
        filter.type = type
        keeps.append { $0.type == type }
      }
      if random.chance(30) {
        let isOpen = random.chance(50)
        filter.isOpen = isOpen
        keeps.append { ($0.ended == nil) == isOpen }
      }
      if random.chance(40) {
        let segment = random.pick(["s1", "s2", "s3", "s4"])
        filter.segment = segment
        keeps.append { $0.segments.contains(segment) }
      }
      if random.chance(20) {
        filter.outcome = "o1"
        keeps.append { $0.outcomes.contains("o1") }
      }
      if random.chance(20) {
        let queue = random.pick(["Sales", "q-Support"])
        filter.queue = queue
        keeps.append { $0.queue == queue || $0.queue.map { "q-" + $0 } == queue }
      }
      if random.chance(20) {
        let divisions: Set<String> = random.chance(50) ? ["home"] : ["north", "south"]
        filter.divisions = divisions
        keeps.append { $0.divisions.isEmpty || !divisions.isDisjoint(with: $0.divisions) }
      }
      if random.chance(30) {
        let from = start + random.pick(0...20) * 1_000
        filter.from = EventTime(milliseconds: from)
        filter.to = EventTime(milliseconds: from + 9_000)
        keeps.append { $0.created >= from && $0.created < from + 9_000 }
      }
      if random.chance(30) {
        let text = random.pick(["cart", "HOME", "raße \"7", "nothing"])
        filter.text = text
        keeps.append { $0.titles.contains { $0.lowercased().contains(text.lowercased()) } }
      }
      let expected = sessions.filter { session in keeps.allSatisfy { $0(session) } }
        .sorted { ($0.created, $0.id) > ($1.created, $1.id) }.map(\.id)
      #expect(try ids(filter, queries, pages: Int(random.pick(1...9))) == expected, "\(filter)")
    }
  }

  @Test("A list goes on where it was, whatever came meanwhile")
  func cursorUnderInserts() throws {
    let scene = try ViewScene()
    for number in 0..<30 {
      try scene.send(ViewSession(number, customer: "ada", created: start + Int64(number)))
    }
    let store = try scene.caughtUp()
    let queries = ViewQueries(store)
    let all = filter { $0.customer = .init(idType: "cookie", id: "ada") }
    let first = try queries.sessions(all, after: nil, try #require(PageSize(10)))
    for number in 100..<120 {
      try scene.send(ViewSession(number, customer: "ada", created: start + Int64(number)))
    }
    try scene.feed(store).catchUp()
    let second = try queries.sessions(all, after: first.next?.text, try #require(PageSize(10)))
    #expect(
      (first.sessions + second.sessions).map(\.created.milliseconds) == (0..<20).map { start + 29 - $0 })
  }

  @Test("A cursor of another filter, and what is none, are refused")
  func cursors() throws {
    let scene = try ViewScene()
    for number in 0..<3 {
      try scene.send(ViewSession(number, customer: "ada", created: start + Int64(number)))
    }
    let queries = ViewQueries(try scene.caughtUp())
    let one = try #require(PageSize(1))
    let page = try queries.sessions(SessionFilter(), after: nil, one)
    let next = try #require(page.next?.text)
    #expect(try queries.sessions(SessionFilter(), after: next, one).sessions.count == 1)
    #expect(throws: Cursor.Flaw.otherFilter) {
      try queries.sessions(filter { $0.type = "web" }, after: next, one)
    }
    for text in ["", "x", "!!!", "AAAA", String(next.prefix(21)), String(repeating: "A", count: 600)] {
      #expect(throws: Cursor.Flaw.unreadable) { try queries.sessions(SessionFilter(), after: text, one) }
    }
  }

  @Test("Pages have 1 to 200 entries, 25 if nobody says")
  func pageSizes() {
    #expect(PageSize(0) == nil && PageSize(1) != nil && PageSize(200) != nil && PageSize(201) == nil)
    #expect(PageSize.usual == PageSize(25))
  }

  @Test("A merged session is found by its id, says where it went, and is in no list")
  func merged() throws {
    let scene = try ViewScene()
    var session = ViewSession(1, customer: "ada", created: start)
    let survivor = ViewSession(2, customer: "ada", created: start)
    try scene.send(survivor)
    session.mergedInto = survivor.id
    try scene.send(session)
    let queries = ViewQueries(try scene.caughtUp())
    #expect(try queries.session(session.id)?.mergedInto == survivor.id)
    #expect(try ids(SessionFilter(), queries) == [survivor.id])
    #expect(try ids(filter { $0.text = session.id }, queries) == [])
  }

  @Test("All of an id means that session, and a part of one those that have it")
  func idsAsText() throws {
    let scene = try ViewScene()
    let session = ViewSession(1, customer: "ada", created: start)
    var other = ViewSession(2, customer: "bob", created: start)
    other.titles = ["About \(session.id)"]
    try scene.send(session)
    try scene.send(other)
    let queries = ViewQueries(try scene.caughtUp())
    #expect(try ids(filter { $0.text = session.id }, queries) == [session.id])
    #expect(try ids(filter { ($0.text, $0.type) = (session.id, "app") }, queries) == [])
    #expect(try ids(filter { $0.text = String(session.id.dropFirst(3)) }, queries) == [other.id, session.id])
    // Who may not see ids finds no session by one.
    let places: Set<SessionFilter.Place> = [.events, .attributes]
    #expect(try ids(filter { ($0.text, $0.places) = (session.id, places) }, queries) == [other.id])
    #expect(try ids(filter { ($0.text, $0.places) = ("ada", places) }, queries) == [])
    #expect(try ids(filter { ($0.text, $0.places) = ("bob", []) }, queries) == [])
  }

  @Test("What looks like an operator of the index is text")
  func operators() throws {
    let scene = try ViewScene()
    let texts = ["a OR b", "x\"y\"z", "NEAR(a b)", "ids: ada", "star*", "^start", "100%", "it's"]
    for (number, text) in texts.enumerated() {
      var session = ViewSession(number, customer: "ada", created: start)
      session.titles = [text]
      try scene.send(session)
    }
    let queries = ViewQueries(try scene.caughtUp())
    for (number, text) in texts.enumerated() {
      #expect(
        try ids(filter { $0.text = text }, queries) == [ViewSession(number, customer: "", created: 0).id],
        "\(text)")
    }
    // SQLite ends a text there: it is no flaw of the file that the phrase has no end.
    for text in ["a OR\0", "\0\0\0", "a\" OR\0b"] {
      #expect(try ids(filter { $0.text = text }, queries) == [])
    }
    #expect(queries.store.damage == nil)
  }

  @Test("A question that SQLite refuses is no damage of the file")
  func tooLong() throws {
    let scene = try ViewScene()
    try scene.send(ViewSession(1, customer: "ada", created: start))
    let queries = ViewQueries(try scene.caughtUp())
    let divisions = Set((0..<2_000).map { "d\($0)" })
    #expect(throws: ViewError.self) { try ids(filter { $0.divisions = divisions }, queries) }
    #expect(queries.store.damage == nil)
  }

  @Test("A conversation is found by its id; of two sessions the one that lives on")
  func conversations() throws {
    let scene = try ViewScene()
    var session = ViewSession(1, customer: "ada", created: start)
    session.type = "conversation"
    try scene.send(session)
    let queries = ViewQueries(try scene.caughtUp())
    #expect(try queries.conversation(session.conversationID)?.session.id == session.id)
    #expect(try queries.conversation("none") == nil)
  }

  @Test("Events of a session: those of its journey map and what rules gave, by time, page by page")
  func events() throws {
    let scene = try ViewScene()
    var session = ViewSession(1, customer: "ada", created: start)
    session.titles = (0..<10).map { "Page \($0)" }
    session.omitted = 4
    try scene.send(session)
    try scene.sendSegment("cart", of: session, at: start + 2_500)
    try scene.sendSegment("late", of: session, at: start + 60_000)
    let queries = ViewQueries(try scene.caughtUp())
    let five = try #require(PageSize(5))
    var events: [SessionEvent] = []
    var cursor: String?
    repeat {
      let found = try queries.events(of: session.id, kinds: nil, after: cursor, five)
      let page = try #require(found)
      #expect(page.omitted == 4 && page.session.id == session.id)
      events += page.events
      cursor = page.next?.text
    } while cursor != nil
    #expect(events.count == 12 && events.map(\.time) == events.map(\.time).sorted())
    #expect(events[3].isDerived && events[11].isDerived && events.filter(\.isDerived).count == 2)
    #expect(
      String(decoding: events[0].json, as: UTF8.self) == """
        {"id":"\(session.id)-0","createdDate":"2023-11-14T22:13:20.000Z","session":{"id":"\(session.id)",\
        "selfUri":"/api/v2/journey/sessions/\(session.id)","type":"web"},"eventType":"WebEvent",\
        "webEvent":{"eventName":"page_viewed","title":"Page 0"}}
        """)
    let segments = try queries.events(of: session.id, kinds: ["SegmentAssignmentEvent"], after: nil, .usual)
    #expect(segments?.events.count == 2)
    #expect(try queries.events(of: "none", kinds: nil, after: nil, .usual) == nil)
  }
}
