import EventLog
import Foundation
import GRDB
import JourneyModel
import Testing
import WireFormat

@testable import Views

@Suite("View: events of the input topics")
struct EventRowTests {
  private let start: Int64 = 1_700_000_000_000

  private func texts(_ session: ViewSession, _ store: ViewStore) throws -> [String] {
    let page = try #require(
      try ViewQueries(store).events(of: session.id, kinds: nil, after: nil, .usual))
    return page.events.map { String(decoding: $0.json, as: UTF8.self) }
  }

  private func count(_ store: ViewStore) throws -> Int {
    try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM event WHERE NOT isGone") ?? 0 }
  }

  @Test("A session's events have their attributes, whichever topic is read first", arguments: [true, false])
  func attributes(areEventsFirst: Bool) throws {
    let scene = try ViewScene(events: .all)
    var session = ViewSession(1, customer: "ada", created: start)
    session.titles = ["Home", "Cart"]
    let store = try scene.store()
    let steps: [() throws -> Void] = [
      {
        try scene.sendEvent(
          "\(session.id)-0", customer: "ada", at: start, attributes: ["color": "red", "a": "b \\\"c"])
      }, { try scene.send(session) },
    ]
    for step in areEventsFirst ? steps : steps.reversed() {
      try step()
      try scene.feed(store).catchUp()
    }
    let texts = try texts(session, store)
    #expect(texts.count == 2)
    #expect(
      texts[0].hasSuffix(
        ",\"attributes\":{\"a\":{\"dataType\":\"string\",\"value\":\"b \\\"c\"},"
          + "\"color\":{\"dataType\":\"string\",\"value\":\"red\"}}}}"))
    #expect(!texts[1].contains("attributes"))
    for text in texts {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
    }
  }

  @Test("An id that two customers use shows each what is his own")
  func sameID() throws {
    let scene = try ViewScene(events: .all)
    let sessions = ["ada", "bob"].enumerated().map {
      ViewSession($0.offset, customer: $0.element, created: start)
    }
    for session in sessions {
      try scene.send(session)
      for other in sessions {
        try scene.sendEvent(
          "\(session.id)-0", customer: other.customerID, at: start, attributes: ["whose": other.customerID])
      }
    }
    let store = try scene.caughtUp()
    #expect(try count(store) == 4)
    for session in sessions {
      let texts = try texts(session, store)
      #expect(texts.count == 1 && texts[0].contains("\"value\":\"\(session.customerID)\""))
    }
  }

  @Test("A conversation's events are found by its id, whoever takes part; a custom session's by its own")
  func otherTypes() throws {
    let scene = try ViewScene(events: .all)
    var call = ViewSession(1, customer: "ada", created: start)
    call.type = "conversation"
    try scene.send(call)
    for (number, customer) in ["ada", "somebody"].enumerated() {
      try scene.sendEvent(
        "\(call.id)-0", customer: customer, at: start + Int64(number), attributes: ["by": customer],
        stream: .conversation, further: "\"conversationId\":\"\(call.conversationID)\",")
      scene.now = scene.now + .seconds(1)
    }
    try scene.sendEvent(
      "\(call.id)-0", customer: "ada", at: start, attributes: ["by": "another call"], stream: .conversation,
      further: "\"conversationId\":\"other\",")
    let store = try scene.caughtUp()
    let texts = try texts(call, store)
    #expect(texts.count == 1)
    // What was written first counts.
    #expect(texts[0].contains("\"conversationEvent\"") && texts[0].contains("\"value\":\"ada\""))
  }

  @Test(
    "Attributes are kept up to a number of bytes, and what is left out is counted", arguments: [-1, 0, 1])
  func maxAttributeBytes(beyond bytes: Int) throws {
    let scene = try ViewScene(events: .attributes)
    let session = ViewSession(1, customer: "ada", created: start)
    try scene.send(session)
    let json = "{\"long\":{\"dataType\":\"string\",\"value\":\"xxxxxxxx\"}}"
    try scene.sendEvent(
      "\(session.id)-0", customer: "ada", at: start, attributes: ["long": "xxxxxxxx", "more": "yyyyyyyyyyyy"])
    try scene.sendEvent("\(session.id)-none", customer: "ada", at: start)
    var limits = ViewLimits()
    limits.maxAttributeBytes = json.utf8.count - bytes
    let store = try scene.caughtUp("view", limits)
    let text = try texts(session, store)[0]
    #expect(text.contains("\"value\":\"xxxxxxxx\"") == (bytes <= 0))
    #expect(text.contains("\"omittedAttributes\":\(bytes <= 0 ? 1 : 2)"))
    #expect(!text.contains("yyyy"))
    // Without attributes there is no row where only attributes are kept.
    #expect(try count(store) == 1)
  }

  @Test("With a session its events go, also those that are read later; other sessions keep theirs")
  func removed() throws {
    let scene = try ViewScene(events: .all)
    let first = ViewSession(1, customer: "ada", created: start)
    var second = ViewSession(2, customer: "ada", created: start + 60_000)
    second.titles = ["Later"]
    for session in [first, second] { try scene.send(session) }
    let store = try scene.caughtUp()
    try scene.remove(first)
    try scene.feed(store).catchUp()
    for session in [first, second] {
      try scene.sendEvent(
        "\(session.id)-0", customer: "ada", at: session.created, attributes: ["secret": "x"])
    }
    try scene.feed(store).catchUp()
    #expect(try count(store) == 1)
    #expect(try texts(second, store)[0].contains("secret"))
    // The last session takes everything along that is the customer's, in whatever session it was.
    try scene.sendEvent("stray", customer: "ada", at: start + 7_200_000, attributes: ["secret": "x"])
    try scene.feed(store).catchUp()
    #expect(try count(store) == 2)
    try scene.remove(second)
    try scene.feed(store).catchUp()
    #expect(try count(store) == 0)
  }

  @Test("A session that says its last event was before its first is removed all the same")
  func impossibleTimes() throws {
    let scene = try ViewScene(events: .all)
    let session = ViewSession(1, customer: "ada", created: start)
    try scene.send(
      scene.topics.sessions, key: session.id,
      value: session.json.replacingOccurrences(of: "\"lastEvent\"", with: "\"noEvent\""), lane: session.lane)
    try scene.sendEvent("\(session.id)-0", customer: "ada", at: start)
    let store = try scene.caughtUp()
    try scene.remove(session)
    try scene.feed(store).catchUp()
    #expect(try count(store) == 0 && ViewQueries(store).session(session.id) == nil)
  }

  @Test(
    "What lanes have read and no session has goes after two hours; what is not read waits",
    arguments: [-1, 0, 1])
  func orphans(beyond milliseconds: Int64) throws {
    let scene = try ViewScene(events: .all)
    let session = ViewSession(1, customer: "ada", created: start)
    try scene.send(session)
    try scene.sendEvent("\(session.id)-0", customer: "ada", at: start)
    let lane = session.lane
    // Of a customer in the same lane who has no session; the second one is behind what the journal says.
    let stranger = try #require(
      (0..<100).map { "stranger-\($0)" }.first {
        Placement.lane(of: Array($0.utf8), partitions: ViewScene.lanes) == lane
      })
    try scene.sendEvent("late", customer: stranger, at: start)
    try scene.sendEvent("unread", customer: stranger, at: start)
    try scene.sendJournal(lane: lane, sequence: 1, web: 2)
    let store = try scene.caughtUp()
    #expect(try count(store) == 3)
    scene.now = scene.now + .hours(2) + EventTime.Span(milliseconds: milliseconds)
    try scene.feed(store).catchUp()
    let queries = ViewQueries(store)
    #expect(try queries.fates(ofEvent: "\(session.id)-0").count == 1)
    #expect(try queries.fates(ofEvent: "unread").count == 1)
    #expect(try queries.fates(ofEvent: "late").count == (milliseconds > 0 ? 0 : 1))
    try scene.sendJournal(lane: lane, sequence: 2, web: 3)
    scene.now = scene.now + .seconds(1)
    try scene.feed(store).catchUp()
    #expect(try count(store) == 1)
  }

  @Test("Events go after views.eventRetention", arguments: [-1, 0, 1])
  func retention(beyond milliseconds: Int64) throws {
    let scene = try ViewScene(events: .all)
    let session = ViewSession(1, customer: "ada", created: start)
    try scene.send(session)
    try scene.sendEvent("\(session.id)-0", customer: "ada", at: start, attributes: ["a": "b"])
    var limits = ViewLimits()
    limits.maxSilence = .seconds(10_000_000)
    let store = try scene.caughtUp()
    scene.now = scene.now + .hours(168) + EventTime.Span(milliseconds: milliseconds)
    try scene.feed(store, limits).catchUp()
    #expect(try count(store) == (milliseconds <= 0 ? 1 : 0))
    // A file that is made then does not take it in either.
    #expect(try count(try scene.caughtUp("fresh", limits)) == (milliseconds <= 0 ? 1 : 0))
  }

  @Test("What became of an event is told by its id")
  func fates() throws {
    let scene = try ViewScene(events: .all)
    let session = ViewSession(1, customer: "ada", created: start)
    try scene.send(session)
    for id in ["\(session.id)-0", "rejected", "report", "waiting"] {
      try scene.sendEvent(id, customer: "ada", at: start)
    }
    try scene.sendRejection("value", lane: session.lane, origin: 1)
    try scene.sendJournal(lane: session.lane, sequence: 1, web: 3)
    let store = try scene.caughtUp()
    func state(_ id: String) throws -> EventFate.State? {
      let fates = try ViewQueries(store).fates(ofEvent: id)
      #expect(fates.allSatisfy { $0.stream == "web" && $0.time.milliseconds == start })
      return fates.first?.state
    }
    guard case .applied(let entry)? = try state("\(session.id)-0") else {
      Issue.record("the event is in the session")
      return
    }
    #expect(entry.id == session.id)
    #expect(try state("rejected") == .rejected(reason: "late", explanation: "too late"))
    #expect(try state("report") == .read)
    #expect(try state("waiting") == .pending)
    #expect(try state("unknown") == nil)
  }

  @Test("Of an id that many customers use the newest are told", arguments: [-1, 0, 1])
  func maxFates(beyond count: Int) throws {
    let scene = try ViewScene(events: .all)
    let sent = ViewQueries.maxFates + count
    for number in 0..<sent {
      try scene.sendEvent("same", customer: "customer-\(number)", at: start + Int64(number))
    }
    let fates = try ViewQueries(try scene.caughtUp()).fates(ofEvent: "same")
    #expect(fates.count == min(sent, ViewQueries.maxFates))
    #expect(fates.first?.time.milliseconds == start + Int64(sent) - 1)
  }

  @Test("Nothing of a removed session's events is left in the file")
  func erasure() throws {
    let scene = try ViewScene(events: .all)
    let secret = "Zwetschgenkuchen"
    for number in 0..<300 {
      let session = ViewSession(
        number, customer: "customer-\(number % 7)", created: start + Int64(number) * 10)
      try scene.send(session)
      try scene.sendEvent(
        "\(session.id)-0", customer: session.customerID, at: session.created,
        attributes: ["cake": "\(number % 7 == 0 ? secret : "none") \(number)"])
    }
    let store = try scene.caughtUp()
    func isFound() -> Bool {
      ["", "-wal"].contains { name in
        FileManager.default.contents(atPath: scene.path() + name)?.range(of: Data(secret.utf8)) != nil
      }
    }
    #expect(isFound())
    for number in stride(from: 0, to: 300, by: 7) {
      try scene.remove(ViewSession(number, customer: "customer-0", created: start + Int64(number) * 10))
    }
    try scene.feed(store).catchUp()
    scene.now = scene.now + .hours(2)
    let course = try #require(
      try ViewCourse(
        log: scene.log, store: store, settings: ViewSettings(topics: scene.topics, events: .all),
        now: scene.now, changes: ViewChanges(), watch: ViewWatch(), report: { _ in }))
    defer { course.close() }
    try course.purge(scene.now)
    #expect(!isFound())
    #expect(try count(store) == 300 - 43)
  }
}
