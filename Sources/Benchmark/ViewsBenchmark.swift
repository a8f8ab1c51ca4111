import EmbeddedLog
import EventLog
import Foundation
import JourneyModel
import Processor
import Sessionizer
import Views
import WireFormat

/// What the read model costs: snapshots of so many sessions in a log, a view made of them from nothing, newer
/// snapshots of the same sessions, and questions. One process, the feed on this thread.
struct ViewsBenchmark {
  let sessions: Int
  let seed: UInt64
  /// Where log and view are put; on the file system that is to be measured.
  let directory: String

  private static let partitions: Int32 = 8
  /// Snapshots of one transaction of the publisher.
  private static let sending = 2_000
  /// Events of a sessionizer, which then begins anew.
  private static let portion = 100_000
  /// Times that each question is asked.
  private static let questions = 500
  /// Part of the sessions of which there is a second snapshot.
  private static let changed = 5

  /// What is asked for later: some of the sessions and of their customers.
  private struct Known {
    var ids: [String] = []
    var customers: [String] = []
  }

  /// Rows of a table, with the goals beside what was measured.
  func run(note: (String) -> Void) throws -> [String] {
    let topics = TopicNames()
    let log = try EmbeddedLog(path: "\(directory)/log.db")
    try log.create(
      Set(topics.all).sorted().map {
        TopicSpecification(name: $0, partitions: $0 == topics.definitions ? 1 : ViewsBenchmark.partitions)
      })
    let store = try ViewStore(path: "\(directory)/view.db") { _ in }
    let feed = ViewFeed(
      log: log, store: store, settings: ViewSettings(topics: topics),
      now: { EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }, report: { _ in })
    var rows = [
      "| view, \(sessions) sessions | snapshots/s | per s of CPU | s | file MiB | goal |",
      "|---|--:|--:|--:|--:|---|",
    ]
    var known = Known()
    note("writing \(sessions) snapshots")
    try write(sessions, isSecond: false, to: log, topics.sessions) { id, customer in
      guard known.ids.count < ViewsBenchmark.questions * 4 else { return }
      known.ids.append(id)
      known.customers.append(customer)
    }
    note("making the view")
    rows.append(
      try row("made from nothing", of: sessions, feed, store, goal: "≥ 20,000/s a core, 90 s"))
    note("writing newer snapshots")
    let second = sessions / ViewsBenchmark.changed
    try write(second, isSecond: true, to: log, topics.sessions) { _, _ in }
    rows.append(
      try row("newer ones of sessions that it has", of: second, feed, store, goal: "≥ 20,000/s a core"))
    note("asking")
    rows += try ask(ViewQueries(store), known)
    return rows
  }

  private func row(
    _ name: String, of count: Int, _ feed: ViewFeed, _ store: ViewStore, goal: String
  ) throws -> String {
    let cpu = Measurement.cpuSeconds(.own)
    let start = ContinuousClock.now
    try feed.catchUp()
    let elapsed = Measurement.seconds(ContinuousClock.now - start)
    let spent = Measurement.cpuSeconds(.own) - cpu
    return String(
      format: "| %@ | %.0f | %.0f | %.1f | %d | %@ |", name, Double(count) / elapsed, Double(count) / spent,
      elapsed, try store.usedBytes() >> 20, goal)
  }

  /// - Parameter isSecond: writes the same sessions under a revision that is one higher.
  private func write(
    _ count: Int, isSecond: Bool, to log: EmbeddedLog, _ topic: String,
    _ hear: (_ id: String, _ customer: String) -> Void
  ) throws {
    guard let decoder = EventDecoder(limits: DecodingLimits(), partitions: 1) else {
      throw GatewayBenchmark.NoServer(description: "no memory for the JSON parser")
    }
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    let encoder = SnapshotEncoder(settings: SessionSettings(), names: DisplayNames())
    var workload = Workload(seed: seed)
    var batch = OutputBatch()
    var written = 0
    var snapshot: [UInt8] = []
    while written < count {
      let sessionizer = Sessionizer(settings: SessionSettings())
      let events = decoder.decode(ViewsBenchmark.chunk(&workload), stream: .web).batch
      sessionizer.begin(takenAt: .latest)
      for index in events.events.indices { _ = sessionizer.admit(events.events[index], of: events) }
      _ = sessionizer.finish()
      for session in sessionizer.allSessions.prefix(count - written) {
        snapshot.removeAll(keepingCapacity: true)
        encoder.encode(session, to: &snapshot)
        if isSecond { ViewsBenchmark.raiseRevision(&snapshot) }
        let id = session.id.text
        batch.append(
          topic, partition: Int32(written) % ViewsBenchmark.partitions, key: Array(id.utf8), value: snapshot,
          headers: nil)
        hear(id, ViewsBenchmark.customer(session.identity))
        written += 1
        if written % ViewsBenchmark.sending == 0 || written == count {
          try publisher.send(batch)
          batch = OutputBatch()
        }
      }
    }
  }

  private static func customer(_ identity: Session.Identity) -> String {
    String(decoding: identity.bytes[identity.customerID.indices], as: UTF8.self)
  }

  private static func chunk(_ workload: inout Workload) -> RecordChunk {
    var chunk = RecordChunk(source: TopicPartition("web", 0), next: NextOffset(0))
    for offset in 0..<portion {
      let (key, value) = workload.next()
      chunk.append(offset: RecordOffset(Int64(offset)), timestamp: -1, key: key, value: value)
    }
    chunk.seal()
    return chunk
  }

  /// A digit before the number: any revision that is higher will do.
  private static func raiseRevision(_ snapshot: inout [UInt8]) {
    let member = Array("\"revision\":".utf8)
    guard let range = snapshot.firstRange(of: member) else {
      preconditionFailure("a snapshot has its revision")
    }
    snapshot.insert(UInt8(ascii: "9"), at: range.upperBound)
  }

  private func ask(_ queries: ViewQueries, _ known: Known) throws -> [String] {
    var rows = ["", "| question | p50 ms | p99 ms | goal for 1,000,000 sessions |", "|---|--:|--:|---|"]
    func ask(
      _ name: String, times: Int = ViewsBenchmark.questions, goal: String, _ body: (Int) throws -> Void
    )
      throws
    {
      var taken: [Double] = []
      for number in 0..<times {
        let start = ContinuousClock.now
        try body(number)
        taken.append(Measurement.seconds(ContinuousClock.now - start) * 1_000)
      }
      taken.sort()
      rows.append(
        String(
          format: "| %@ | %.2f | %.2f | %@ |", name, taken[taken.count / 2],
          taken[Int(Double(taken.count - 1) * 0.99)], goal))
    }
    func list(_ number: Int, _ change: (inout SessionFilter) -> Void) throws {
      var filter = SessionFilter()
      change(&filter)
      _ = try queries.sessions(filter, after: nil, .usual)
    }
    func one(_ texts: [String], _ number: Int) -> String { texts[number * 7 % texts.count] }
    try ask("a session by its id", goal: "p99 ≤ 5") { _ = try queries.session(one(known.ids, $0)) }
    try ask("a customer's page", goal: "≤ 10") { number in
      try list(number) { $0.customer = .init(idType: "cookie", id: one(known.customers, number)) }
    }
    try ask("events of a session", goal: "") {
      _ = try queries.events(of: one(known.ids, $0), kinds: nil, after: nil, .usual)
    }
    try ask("the newest of all", goal: "") { try list($0) { _ in } }
    try ask("the newest open ones", goal: "") { try list($0) { $0.isOpen = true } }
    try ask("a text that one has", times: 100, goal: "≤ 100") { number in
      try list(number) { $0.text = String(one(known.customers, number).prefix(20)) }
    }
    try ask("a text that many have", times: 50, goal: "≤ 100") { number in
      try list(number) { $0.text = "item \(number % 40)" }
    }
    try ask("a text that all have", times: 20, goal: "≤ 100") { try list($0) { $0.text = "item" } }
    return rows
  }
}
