import JourneyModel
import SeededGenerator
import Testing
import WireFormat

@testable import Views

/// Views that have some lanes each say together what one says that has all.
@Suite("View: lanes that several views share")
struct SharedLanesTests {
  private let start: Int64 = 1_700_000_000_000

  /// A random history: all that a view is asked about, revision by revision.
  private func write(_ scene: ViewScene, _ random: inout SeededGenerator) throws -> [ViewSession] {
    var sessions: [ViewSession] = []
    for number in 0..<60 {
      var session = ViewSession(
        number, customer: "customer-\(random.pick(0...14))", created: start + random.pick(0...9) * 1_000)
      session.type = random.pick(["web", "app", "conversation", "delivery"])
      session.titles = (0...random.pick(0...3)).map { _ in random.pick(["Home", "Cart", "Checkout page"]) }
      session.segments = ["s1", "s2"].filter { _ in random.chance(40) }
      if session.type == "conversation" {
        session.queue = random.pick(["Sales", "Support"])
        session.divisions = ["home", "north"].filter { _ in random.chance(50) }
      }
      if random.chance(20) { session.contact = "c-\(random.pick(1...2))" }
      if session.type == "web", random.chance(30) { session.openActions = ["action-\(number)"] }
      // One whose title is another one's id.
      if number > 10, random.chance(10) { session.titles.append(sessions[3].id) }
      sessions.append(session)
    }
    for (index, session) in sessions.enumerated() { try write(session, index, scene, &random) }
    for _ in 0..<40 {
      let index = Int(random.pick(0...59))
      sessions[index].revision += 1
      if random.chance(20) { sessions[index].created -= 500 }
      if random.chance(30) { sessions[index].ended = sessions[index].created + 60_000 }
      if random.chance(10) { sessions[index].mergedInto = sessions[0].id }
      if random.chance(8) { try scene.remove(sessions[index]) } else { try scene.send(sessions[index]) }
    }
    let date = EventTime(milliseconds: start + 5_000).iso8601
    for person in ["c-1", "c-2"] {
      try scene.send(
        scene.topics[.contacts], key: person,
        value: """
          {"id":"\(person)","revision":1,"mergeSet":["\(person)"],"devices":[{"type":"cookie",\
          "value":"customer-1","intervals":[{"to":"\(date)"}]}]}
          """)
    }
    for lane in LaneNumber.all(of: ViewScene.lanes) {
      try scene.sendJournal(lane: lane, sequence: 1, web: 40)
    }
    return sessions
  }

  private func write(
    _ session: ViewSession, _ index: Int, _ scene: ViewScene, _ random: inout SeededGenerator
  ) throws {
    try scene.send(session)
    for segment in session.segments {
      try scene.sendSegment(segment, of: session, at: session.created + Int64(index))
    }
    for action in session.openActions {
      try scene.sendOffer(action, of: session, at: session.created + Int64(index))
    }
    // Now and then in a partition that is not the owner's.
    try scene.sendEvent(
      "\(session.id)-0", customer: session.customerID, at: session.created,
      attributes: ["of": session.customerID],
      lane: random.chance(30) ? LaneNumber(Int32(random.pick(0...2))) : nil)
    if random.chance(20) {
      try scene.sendEvent("late-\(index % 3)", customer: session.customerID, at: session.created + 1)
    }
    if random.chance(10) { try scene.sendRejection("value", lane: session.lane, origin: Int64(index)) }
    scene.now = scene.now + .seconds(1)
  }

  /// Asks all and each, the latter as peers are asked.
  private func same<Question: LaneQuestion>(
    _ question: Question, _ whole: ViewQueries, _ parts: [ViewQueries]
  ) throws -> Question.Reply where Question.Reply: Equatable {
    let expected = question.merged([try question.reply(from: whole)])
    let replies = try parts.map { part in
      try question.reply(decoding: LaneQuestions.reply(to: question.bytes, from: part))
    }
    let found = question.merged(replies)
    #expect(found == expected, "\(question)")
    return expected
  }

  @Test("Every question, page by page", arguments: 0..<12)
  func answersAsOne(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let scene = try ViewScene(events: .all)
    let sessions = try write(scene, &random)
    let whole = ViewQueries(try scene.caughtUp("whole"))
    let split = random.pick([["0", "1-2"], ["0-1", "2"], ["0", "1", "2"], ["1", "0,2"]])
    let parts = try split.map { text in
      let store = try scene.store("lanes-\(text)")
      try scene.feed(store, lanes: LaneSet(text)).catchUp()
      return ViewQueries(store)
    }
    // Each session is in one of them.
    let counts = try parts.map { try $0.size().sessions }
    #expect(try counts.reduce(0, +) == whole.size().sessions && counts.allSatisfy { $0 > 0 })
    for session in sessions + [ViewSession(999, customer: "none", created: start)] {
      _ = try same(SessionQuestion(id: session.id), whole, parts)
      _ = try same(IdentityQuestion(id: session.id), whole, parts)
      _ = try same(ConversationQuestion(id: session.conversationID), whole, parts)
      _ = try same(FatesQuestion(event: "\(session.id)-0"), whole, parts)
      try events(of: session.id, whole, parts, &random)
    }
    _ = try same(SessionsQuestion(ids: sessions.map(\.id) + ["none"]), whole, parts)
    for number in 0..<3 { _ = try same(FatesQuestion(event: "late-\(number)"), whole, parts) }
    _ = try same(
      SessionLanesQuestion(
        contacts: ["c-1", "c-2"], identifiers: [.init(type: "cookie", value: "customer-3")]), whole, parts)
    _ = try same(MatchesQuestion(since: EventTime(milliseconds: 0)), whole, parts)
    for size in [1, 7, 200] {
      let question = TriggersQuestion(since: EventTime(milliseconds: 0), try #require(PageSize(size)))
      let triggers = try same(question, whole, parts)
      #expect(size > 1 || !triggers.isEmpty)
    }
    for customer in 0...14 {
      let now = EventTime(milliseconds: start)
      let question = OffersQuestion(
        idType: "cookie", customerID: "customer-\(customer)", session: nil, now: now)
      _ = try same(question, whole, parts)
    }
    for _ in 0..<25 { try list(filter(sessions, &random), whole, parts, &random) }
    // What all views have whole.
    for part in parts {
      #expect(try part.rejections() == whole.rejections() && part.lanes() == whole.lanes())
      #expect(try part.contact("c-1") == whole.contact("c-1"))
    }
  }

  private func events(
    of id: String, _ whole: ViewQueries, _ parts: [ViewQueries], _ random: inout SeededGenerator
  ) throws {
    let kinds: Set<String>? = random.chance(30) ? ["WebEvent", "WebActionEvent"] : nil
    let size = try #require(PageSize(Int(random.pick(1...4))))
    var cursor: String?
    repeat {
      let page = try same(
        SessionEventsQuestion(id: id, kinds: kinds, after: cursor, size), whole, parts)
      cursor = page?.next?.text
    } while cursor != nil
  }

  private func filter(_ sessions: [ViewSession], _ random: inout SeededGenerator) throws -> SessionFilter {
    var filter = SessionFilter()
    if random.chance(30) {
      filter.text = random.pick(["cart", "HOME", "checkout", sessions[3].id, "nothing"])
    }
    if random.chance(20) { filter.type = random.pick(["web", "conversation"]) }
    if random.chance(20) { filter.isOpen = random.chance(50) }
    if random.chance(30) { filter.segment = "s1" }
    if random.chance(10) { filter.queue = "Sales" }
    if random.chance(20) { filter.divisions = ["north"] }
    if random.chance(20) { filter.types = ["web", "app"] }
    if random.chance(20) { filter.contacts = ["c-1"] }
    if random.chance(20) { filter.customer = .init(idType: "cookie", id: "customer-1") }
    if random.chance(20) { filter.from = EventTime(milliseconds: start + 3_000) }
    if random.chance(20) { filter.to = EventTime(milliseconds: start + 7_000) }
    return filter
  }

  private func list(
    _ filter: SessionFilter, _ whole: ViewQueries, _ parts: [ViewQueries], _ random: inout SeededGenerator
  ) throws {
    let size = try #require(PageSize(Int(random.pick(1...9))))
    var cursor: String?
    repeat {
      let page = try same(SessionListQuestion(filter, after: cursor, size), whole, parts)
      cursor = page.next?.text
    } while cursor != nil
  }

  @Test("A file of other lanes is made anew")
  func otherLanes() throws {
    let scene = try ViewScene()
    for number in 0..<20 {
      try scene.send(ViewSession(number, customer: "customer-\(number)", created: start))
    }
    let store = try scene.store()
    try scene.feed(store, lanes: LaneSet("0")).catchUp()
    let count = try ViewQueries(store).size().sessions
    #expect(throws: ViewError.self) { try scene.feed(store, lanes: LaneSet("0-1")).catchUp() }
    #expect(try (1..<20).contains(count) && ViewQueries(store).size().sessions == count)
  }

  @Test("What is no question, or no reply, is refused and traps nowhere", arguments: 0..<4)
  func damaged(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let scene = try ViewScene(events: .all)
    let sessions = try write(scene, &random)
    let queries = ViewQueries(try scene.caughtUp())
    var filter = SessionFilter()
    filter.text = "Cart"
    let question = SessionListQuestion(filter, after: nil, .usual)
    let events = SessionEventsQuestion(id: sessions[0].id, kinds: ["WebEvent"], after: nil, .usual)
    let reply = try LaneQuestions.reply(to: question.bytes, from: queries)
    for _ in 0..<600 {
      var bytes = random.chance(50) ? question.bytes : events.bytes
      bytes[Int(random.pick(0...Int64(bytes.count - 1)))] = UInt8(random.pick(0...255))
      if random.chance(30) { bytes.removeLast(Int(random.pick(1...Int64(bytes.count)))) }
      _ = try? LaneQuestions.reply(to: bytes, from: queries)
      var answer = reply
      answer[Int(random.pick(0...Int64(answer.count - 1)))] = UInt8(random.pick(0...255))
      if random.chance(30) { answer.removeLast(Int(random.pick(1...Int64(answer.count)))) }
      _ = try? question.reply(decoding: answer)
    }
    #expect(throws: CodecError.self) { try LaneQuestions.reply(to: [], from: queries) }
    #expect(throws: CodecError.self) { try LaneQuestions.reply(to: [250], from: queries) }
    #expect(throws: CodecError.self) { try LaneQuestions.reply(to: question.bytes + [0], from: queries) }
    #expect(throws: CodecError.self) { try question.reply(decoding: reply + [0]) }
    // Of what others say is added up.
    let matches = MatchesQuestion(since: EventTime(milliseconds: 0))
    for (count, newest) in [(Int.max, 0), (-1, 0), (1, Int64.min)] as [(Int, Int64)] {
      var writer = BinaryWriter()
      let one = DefinitionMatches(
        kind: "segment", id: "s1", count: count, newest: EventTime(milliseconds: newest))
      matches.write([one], to: &writer)
      #expect(throws: CodecError.self) { try matches.reply(decoding: writer.bytes) }
    }
  }

  @Test("Changes go on where they were heard last, or are lost")
  func changes() throws {
    let log = ViewChanges(capacity: 4)
    let first = LaneChanges(after: nil, of: log)
    #expect(first.changes == nil && first.position == log.position)
    func change(_ id: String, isGone: Bool = false) -> SessionChange {
      SessionChange(
        id: id, isGone: isGone, type: "web", customerIDType: "cookie", customerID: "ada", contactID: "c",
        divisions: ["north"])
    }
    log.append([change("a"), change("b", isGone: true), change("a")])
    let news = LaneChanges(after: first.position, of: log)
    #expect(news.changes == [change("a"), change("b", isGone: true)])
    #expect(try LaneChanges(decoding: news.bytes) == news)
    #expect(LaneChanges(after: news.position, of: log).changes == [])
    log.append((0..<5).map { change("\($0)") })
    let lost = LaneChanges(after: news.position, of: log)
    #expect(lost.changes == nil && lost.position == log.position)
    #expect(try LaneChanges(decoding: lost.bytes) == lost)
    log.beginEpoch()
    #expect(LaneChanges(after: lost.position, of: log).changes == nil)
  }
}
