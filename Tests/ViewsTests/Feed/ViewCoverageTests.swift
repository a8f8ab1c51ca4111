import EventLog
import Foundation
import JourneyModel
import SeededGenerator
import SimulatedLog
import Testing
import WireFormat

@testable import Views

/// Whoever wrote an event reads what it caused: a view says that it has it only when it does.
@Suite("View: coverage") struct ViewCoverageTests {
  private static let input = "in-web"

  /// A lane's batches, each in a transaction: what became of `count` more events, and the journal.
  private struct Lane {
    var number: LaneNumber
    var session: ViewSession
    var sequence = 0
    var read: Int64 = 0
    let producer: any TransactionalProducer

    init(_ number: LaneNumber, _ scene: ViewScene) throws {
      self.number = number
      session = ViewSession(number.index, customer: "customer-\(number)", created: 1_700_000_000_000)
      session.revision = 0
      producer = try scene.log.makeTransactionalProducer(id: "lane-\(number)")
      try producer.initialize()
    }

    /// - Parameter isReadOnly: whether the events changed no session.
    mutating func commit(_ count: Int64, isReadOnly: Bool, aborts: Bool, _ scene: ViewScene) throws {
      var next = self
      next.sequence += 1
      var record = JournalRecord(
        lane: number, partitions: ViewScene.lanes, sequence: BatchSequence(next.sequence),
        takenAt: scene.now, configuration: "c")
      record.ranges = [ViewCoverageTests.input: read..<read + count]
      next.read += count
      var batch = OutputBatch()
      batch.append(scene.topics.journal, partition: number.partition, key: nil, value: record.encoded())
      if !isReadOnly {
        next.session.revision = Int(next.read)
        batch.append(
          scene.topics.sessions, partition: number.partition, key: Array(session.id.utf8),
          value: Array(next.session.json.utf8))
      }
      try producer.begin()
      try producer.produce(batch)
      try producer.flush()
      if aborts { return try producer.abort() }
      try producer.commit()
      self = next
    }
  }

  /// What somebody wrote, and the revision that its session has to have then.
  private struct Written {
    var end: [TopicPartition: NextOffset]
    var session: String
    var revision: Int
  }

  @Test("An answer that has to have an event is never given too early", arguments: 0..<40)
  func neverTooEarly(seed: Int) throws {
    let scene = try ViewScene()
    var random = SeededGenerator(seed: UInt64(seed))
    var lanes = try LaneNumber.all(of: ViewScene.lanes).map { try Lane($0, scene) }
    var store = try scene.store()
    var (course, progress): (ViewCourse?, ViewProgress) = (nil, ViewProgress())
    var (written, covered, early) = ([Written](), 0, 0)
    for _ in 0..<120 {
      scene.now = scene.now + EventTime.Span(milliseconds: random.pick(0...400))
      switch random.pick(0...9) {
      case 0...3:
        // A lane may lag: it commits far less often than others.
        let lane = Int(random.pick(0...5)) % 5 % lanes.count
        try lanes[lane].commit(
          random.pick(1...3), isReadOnly: random.chance(20), aborts: random.chance(10), scene)
        let partition = TopicPartition(ViewCoverageTests.input, lane: lanes[lane].number)
        written.append(
          Written(
            end: [partition: NextOffset(lanes[lane].read)], session: lanes[lane].session.id,
            revision: lanes[lane].session.revision))
      case 4 where random.chance(20):
        // Another process goes on with the file.
        course?.close()
        store.close()
        (store, course, progress) = (try scene.store(), nil, ViewProgress())
      default:
        var limits = ViewLimits()
        limits.maxBatchRecords = Int(random.pick(1...4))
        let settings = ViewSettings(topics: scene.topics, limits: limits)
        let following =
          try course
          ?? ViewCourse(
            log: scene.log, store: store, settings: settings, now: scene.now,
            changes: ViewChanges(capacity: 100), watch: ViewWatch(), report: { _ in })
        course = following
        if try following?.step(scene.now, progress) == false {
          _ = try following?.isAtEnd(scene.now, progress)
        }
      }
      for event in written {
        guard progress.covers(event.end) else { continue }
        covered += 1
        let found = try ViewQueries(store).session(event.session)?.revision ?? 0
        if found < event.revision { early += 1 }
      }
    }
    course?.close()
    #expect(early == 0)
    // Nobody waits for ever, and the check looked at something.
    let last = scene.feed(store)
    scene.now = scene.now + .seconds(1)
    // The first round finds the batches, the second that everything of them is there.
    try last.catchUp()
    try last.catchUp()
    #expect(written.allSatisfy { last.progress.covers($0.end) })
    #expect(covered > 50)
    // What is not yet written is not there.
    for lane in lanes {
      let partition = TopicPartition(ViewCoverageTests.input, lane: lane.number)
      #expect(!last.progress.covers([partition: NextOffset(lane.read + 1)]))
    }
  }

  @Test("A view that is made anew covers nothing until it is complete")
  func madeAnew() throws {
    let scene = try ViewScene()
    var lane = try Lane(1, scene)
    try lane.commit(5, isReadOnly: false, aborts: false, scene)
    let end = [TopicPartition(ViewCoverageTests.input, 1): NextOffset(5)]
    let store = try scene.store()
    let feed = scene.feed(store)
    #expect(!feed.progress.covers(end) && feed.progress.covers([:]))
    try feed.catchUp()
    #expect(!feed.progress.covers(end))
    try feed.catchUp()
    #expect(feed.progress.covers(end))
    // Another process that goes on with the file knows it without another batch of the lane.
    store.close()
    let again = scene.feed(try scene.store())
    #expect(!again.progress.covers(end))
    try again.catchUp()
    #expect(again.progress.covers(end))
  }
}
