import EventLog
import Foundation
import GRDB
import JourneyModel
import SeededGenerator
import SimulatedLog
import Testing
import Threads
import WireFormat

@testable import Views

@Suite("View: feed")
struct ViewFeedTests {
  private let start: Int64 = 1_700_000_000_000

  /// A history with everything in it: revisions out of order, merges, removals, what rules gave before and
  /// after them, records that are no snapshots.
  private func write(
    _ steps: Int, _ random: inout SeededGenerator, to scene: ViewScene, _ sessions: inout [ViewSession]
  )
    throws
  {
    for _ in 0..<steps {
      if sessions.isEmpty || random.chance(30) {
        var session = ViewSession(
          sessions.count, customer: "customer-\(random.pick(0...4))",
          created: start + random.pick(0...1_000_000))
        session.type = random.pick(["web", "app", "conversation"])
        sessions.append(session)
        try scene.send(session)
        continue
      }
      if random.chance(30) { try sendEvent(of: sessions, &random, to: scene) }
      if random.chance(20) { try abort(random.pick(sessions), to: scene) }
      let index = Int(random.pick(0...Int64(sessions.count - 1)))
      switch random.pick(0...9) {
      case 0: try scene.remove(sessions[index])
      case 1: try scene.sendSegment("s\(random.pick(0...9))", of: sessions[index])
      case 2: try scene.sendRejection("value \(random.pick(0...9))", lane: sessions[index].lane)
      case 3: try scene.sendJournal(lane: sessions[index].lane, sequence: Int(random.pick(1...99)))
      case 4: try scene.send(scene.topics.sessions, key: sessions[index].id, value: "{\"id\":", lane: 0)
      case 5:
        var old = sessions[index]
        old.revision = max(1, old.revision - Int(random.pick(0...2)))
        old.titles = ["Old"]
        try scene.send(old)
      case 6:
        sessions[index].mergedInto = sessions[0].id
        fallthrough
      default:
        sessions[index].revision += Int(random.pick(1...3))
        sessions[index].titles.append("Page \(random.pick(0...99))")
        if random.chance(30) { sessions[index].segments.append("s\(random.pick(0...9))") }
        if random.chance(20) { sessions[index].ended = sessions[index].created + 60_000 }
        try scene.send(sessions[index])
      }
      scene.now = scene.now + .seconds(1)
    }
  }

  /// A newer snapshot in a transaction that comes to nothing: nobody may ever see it.
  private func abort(_ session: ViewSession, to scene: ViewScene) throws {
    var session = session
    session.revision += 5
    session.titles = ["Aborted"]
    let producer = try scene.log.makeTransactionalProducer(id: "aborted")
    try producer.initialize()
    try producer.begin()
    var batch = OutputBatch()
    batch.append(
      scene.topics.sessions, partition: session.lane.partition, key: Array(session.id.utf8),
      value: Array(session.json.utf8))
    try producer.produce(batch)
    try producer.flush()
    try producer.abort()
  }

  /// Reads that fail or that the process does not survive, before or after they took effect.
  private struct ReadFaults: FaultInjector {
    mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
      guard [.read, .readBounds].contains(request.kind), random.chance(oneIn: 6) else { return .proceed }
      let moment: FaultMoment = random.chance(oneIn: 2) ? .beforeEffect : .afterEffect
      if random.chance(oneIn: 3) { return .crash(moment) }
      return .fail(LogError(.retry, code: "injected", "injected"), moment)
    }
  }

  /// An event of somebody, perhaps one that came before, perhaps of nobody's session.
  private func sendEvent(
    of sessions: [ViewSession], _ random: inout SeededGenerator, to scene: ViewScene
  ) throws {
    let session = random.pick(sessions)
    try scene.sendEvent(
      "\(session.id)-\(random.pick(0...3))", customer: session.customerID,
      at: session.created + random.pick(-1...3) * 1_000, attributes: ["n": "\(random.pick(0...9))"])
  }

  @Test(
    "A view that grew in steps, with cuts anywhere, is the one that is made from nothing", arguments: 0..<25)
  func grownEqualsRebuilt(seed: Int) throws {
    let scene = try ViewScene(events: .all)
    var random = SeededGenerator(seed: UInt64(seed))
    var sessions: [ViewSession] = []
    var grown = try scene.store("grown")
    var faults = 0
    for _ in 0..<8 {
      try write(Int(random.pick(1...40)), &random, to: scene, &sessions)
      var limits = ViewLimits()
      limits.maxBatchRecords = Int(random.pick(1...20))
      scene.log.faults = ReadFaults()
      do { try scene.feed(grown, limits).catchUp(maxSteps: Int(random.pick(0...12))) } catch {
        #expect(error is LogError || error is SimulatedCrash)
        faults += 1
      }
      scene.log.faults = nil
      if random.chance(50) {
        grown.close()
        grown = try scene.store("grown")
      }
    }
    try scene.feed(grown).catchUp()
    let (known, fresh) = (try ViewDump.of(grown), try ViewDump.of(try scene.caughtUp("fresh")))
    #expect(Set(known).symmetricDifference(fresh) == [])
    #expect(known.count == fresh.count)
    #expect(fresh.count > 20)
    #expect(faults > 0)
    #expect(!known.contains { $0.contains("Aborted") })
  }

  @Test("A log without persons has a view; once it has them the file is made anew")
  func withoutContacts() throws {
    let scene = try ViewScene(hasContacts: false)
    let session = ViewSession(1, customer: "ada", created: start)
    try scene.send(session)
    let store = try scene.caughtUp()
    #expect(try ViewQueries(store).session(session.id) != nil && ViewQueries(store).contact("c") == nil)
    try scene.log.create([
      TopicSpecification(name: scene.topics[.contacts], partitions: ViewScene.lanes)
    ])
    #expect(throws: ViewError.self) { try scene.feed(store).catchUp() }
  }

  @Test("A snapshot with a lower or the same revision changes nothing")
  func revisions() throws {
    let scene = try ViewScene()
    var session = ViewSession(1, customer: "ada", created: start)
    session.revision = 5
    session.titles = ["Five"]
    try scene.send(session)
    let store = try scene.caughtUp()
    let five = try ViewQueries(store).session(session.id)
    for revision in [4, 5] {
      session.revision = revision
      session.titles = ["Other"]
      try scene.send(session)
      try scene.feed(store).catchUp()
      #expect(try ViewQueries(store).session(session.id) == five)
    }
    session.revision = 6
    try scene.send(session)
    try scene.feed(store).catchUp()
    #expect(try ViewQueries(store).session(session.id)?.revision == 6)
  }

  @Test("What rules gave of a session that was removed stays out, whenever it is read")
  func derivedAfterRemoval() throws {
    let scene = try ViewScene()
    let session = ViewSession(1, customer: "ada", created: start)
    try scene.send(session)
    try scene.sendSegment("cart", of: session)
    let store = try scene.caughtUp()
    #expect(try ViewDump.of(store).contains { $0.contains("SegmentAssignmentEvent") })
    try scene.remove(session)
    try scene.feed(store).catchUp()
    try scene.sendSegment("late", of: session)
    try scene.feed(store).catchUp()
    #expect(try !ViewDump.of(store).contains { $0.contains("SegmentAssignmentEvent") })
    #expect(try ViewQueries(store).session(session.id) == nil)
  }

  @Test("Nothing of a removed session is left in the file")
  func erasure() throws {
    let scene = try ViewScene()
    let secrets = ["Zwetschgenkuchen", "quuxbar@example.com", "Wolpertinger-7"]
    var random = SeededGenerator(seed: 5)
    var erased: [ViewSession] = []
    for number in 0..<400 {
      var session = ViewSession(number, customer: "customer-\(number)", created: start + Int64(number))
      if number % 7 == 0 {
        session = ViewSession(number, customer: secrets[1] + "\(number)", created: start)
        session.titles = [secrets[0], secrets[0] + " \(random.next())"]
        session.attributes = ["pet": secrets[2]]
        session.searches = [secrets[0] + " recipe"]
        erased.append(session)
      } else {
        session.titles = (0..<Int(random.pick(1...30))).map { "Page \($0) \(random.next())" }
      }
      for revision in 1...Int(random.pick(1...3)) {
        session.revision = revision
        try scene.send(session)
      }
      try scene.sendSegment(secrets[2], of: session)
      if number % 100 == 50 { try scene.feed(try scene.store()).catchUp() }
    }
    let store = try scene.caughtUp()
    func found() throws -> Set<String> {
      var found: Set<String> = []
      for name in ["", "-wal"] {
        guard let data = FileManager.default.contents(atPath: scene.path() + name) else { continue }
        // The customer's id is in what rules gave as well, all of which is removed with the session.
        for secret in secrets.dropLast() where data.range(of: Data(secret.utf8)) != nil {
          found.insert(secret)
        }
      }
      return found
    }
    #expect(try found() == Set(secrets.dropLast()))
    for session in erased { try scene.remove(session) }
    try scene.feed(store).catchUp()
    scene.now = scene.now + .hours(2)
    let course = try #require(
      try ViewCourse(
        log: scene.log, store: store, settings: ViewSettings(topics: scene.topics), now: scene.now,
        changes: ViewChanges(), watch: ViewWatch(), report: { _ in }))
    defer { course.close() }
    try course.purge(scene.now)
    #expect(try found() == [])
    #expect(try ViewCounts.sessions(in: store) == 400 - erased.count)
    let filter: SessionFilter = {
      var filter = SessionFilter()
      filter.text = "etschg"
      return filter
    }()
    #expect(try ViewQueries(store).sessions(filter, after: nil, .usual).sessions.isEmpty)
  }

  @Test("A file of another log, of another version, or left alone for too long is made anew, and it is said")
  func madeAnew() throws {
    let scene = try ViewScene()
    let session = ViewSession(1, customer: "ada", created: start)
    try scene.send(session)
    try scene.sendJournal(lane: 0, sequence: 1)
    try scene.caughtUp().close()
    // The same, followed again at the limit: nothing is made anew.
    scene.now = scene.now + .hours(12)
    try scene.caughtUp().close()
    #expect(scene.reasons == [])
    scene.now = scene.now + .hours(12) + EventTime.Span(milliseconds: 1)
    #expect(throws: ViewError.self) { _ = try scene.caughtUp() }

    let store = try scene.store("version")
    try store.write { try $0.execute(sql: "PRAGMA user_version = 99") }
    store.close()
    #expect(try ViewQueries(try scene.caughtUp("version")).session(session.id) != nil)
    #expect(scene.reasons.count == 1 && scene.reasons[0].contains("version 99"))

    try Data(repeating: 7, count: 100_000).write(to: URL(fileURLWithPath: scene.path("damaged")))
    #expect(try ViewQueries(try scene.caughtUp("damaged")).session(session.id) != nil)
    #expect(scene.reasons.count == 2)

    let other = try ViewScene()
    try scene.caughtUp("moved").close()
    for companion in ["", "-wal"]
    where FileManager.default.fileExists(atPath: scene.path("moved") + companion) {
      try FileManager.default.copyItem(
        atPath: scene.path("moved") + companion, toPath: other.path() + companion)
    }
    other.now = scene.now
    let moved = try other.store()
    #expect(throws: ViewError.self) { try other.feed(moved).catchUp() }
    // As long and of the same names, but with other records.
    try other.send(ViewSession(9, customer: "ada", created: start))
    try other.sendJournal(lane: 0, sequence: 2)
    #expect(throws: ViewError.self) { try other.feed(moved).catchUp() }
  }

  @Test("The thread makes a damaged file anew and goes on")
  func damageWhileRunning() async throws {
    let scene = try ViewScene()
    for number in 0..<50 { try scene.send(ViewSession(number, customer: "c\(number)", created: start)) }
    let store = try scene.caughtUp()
    let feed = scene.feed(store)
    async let running: Void = onOwnThread { feed.run() }
    try store.write { try $0.execute(sql: "DROP TABLE mark") }
    var session = ViewSession(60, customer: "ada", created: start)
    session.segments = ["cart"]
    try scene.send(session)
    var isThere = false
    for _ in 0..<600 where !isThere {
      try await Task.sleep(for: .milliseconds(20))
      isThere = (try? ViewQueries(store).session(session.id)) != nil
    }
    feed.stop()
    try await running
    #expect(isThere)
    #expect(try ViewCounts.sessions(in: store) == 51)
    #expect(scene.reasons.count == 1)
  }

  @Test("How old a view is counts from when the ends were asked for that it has reached")
  func asOf() throws {
    let scene = try ViewScene()
    let feed = scene.feed(try scene.store())
    #expect(feed.progress.now.asOf == nil && feed.progress.now.isRebuilding)
    try feed.catchUp()
    #expect(feed.progress.now.asOf == scene.now && !feed.progress.now.isRebuilding)
    try scene.send(ViewSession(1, customer: "ada", created: start))
    let first = scene.now
    scene.now = scene.now + .seconds(5)
    try feed.catchUp(maxSteps: 0)
    #expect(feed.progress.now.asOf == first)
    try feed.catchUp()
    #expect(feed.progress.now.asOf == scene.now)
  }
}
