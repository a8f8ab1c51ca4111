import EventLog
import JourneyModel
import Testing
import WireFormat

@testable import Processor

/// What has to hold of a batch and its transaction: each rule is broken once, and has to be noticed.
@Suite struct BatchFlawTests {
  private static let time = EventTime(milliseconds: 1_767_600_000_000)

  private static func record(_ sequence: BatchSequence, _ change: (inout JournalRecord) -> Void = { _ in })
    -> JournalRecord
  {
    var record = JournalRecord(
      lane: 1, partitions: 4, sequence: sequence, takenAt: time, configuration: "c")
    record.ranges = ["web": 10..<20, "app": 5..<5]
    record.highest = [.web: time]
    record.redoFrom = 3
    change(&record)
    return record
  }

  private static func next(_ change: (inout JournalRecord) -> Void = { _ in }) -> JournalRecord {
    record(8) {
      $0.ranges = ["web": 20..<25, "app": 5..<6]
      change(&$0)
    }
  }

  @Test func aSoundBatchHasNoFlaw() {
    #expect(BatchFlawTests.next().flaw(after: BatchFlawTests.record(7)) == nil)
    #expect(BatchFlawTests.record(1) { $0.redoFrom = 1 }.flaw(after: nil) == nil)
    // Everything is written to `state`.
    #expect(BatchFlawTests.next { $0.redoFrom = 9 }.flaw(after: BatchFlawTests.record(7)) == nil)
    let lost = BatchFlawTests.next {
      $0.ranges["web"] = 23..<25
      $0.lost["web"] = 20..<23
    }
    #expect(lost.flaw(after: BatchFlawTests.record(7)) == nil)
    let counted = BatchFlawTests.next {
      $0.counts.read = 15
      $0.counts.applied = 5
      $0.counts.duplicates = 4
      $0.counts.rejected = 3
      $0.counts.ignored = 2
      $0.counts.routed = 1
    }
    #expect(counted.flaw(after: BatchFlawTests.record(7)) == nil)
  }

  private static let breakages: [(name: String, change: @Sendable (inout JournalRecord) -> Void)] = [
    ("a record is lost", { $0.counts.read = 1 }),
    ("a record is counted twice", { ($0.counts.applied, $0.counts.duplicates, $0.counts.read) = (1, 1, 1) }),
    ("a count is negative", { ($0.counts.applied, $0.counts.rejected) = (1, -1) }),
    ("a batch is left out", { $0.sequence = 9 }),
    ("a batch comes again", { $0.sequence = 7 }),
    ("another lane's", { $0.lane = 2 }),
    ("another number of lanes", { $0.partitions = 5 }),
    ("a position falls", { $0.ranges["web"] = 19..<25 }),
    ("input is left out", { $0.ranges["web"] = 21..<25 }),
    ("more is left out than is lost", { ($0.ranges["web"], $0.lost["web"]) = (22..<25, 20..<21) }),
    ("a watermark falls", { $0.highest[.web] = EventTime(milliseconds: time.milliseconds - 1) }),
    ("a watermark is gone", { $0.highest = [:] }),
    ("redo that has been given up", { $0.redoFrom = 2 }),
    ("redo of a batch to come", { $0.redoFrom = 10 }),
    ("redo of no batch", { $0.redoFrom = 0 }),
  ]

  @Test(arguments: breakages.indices) func everyBreakageIsNoticed(_ index: Int) {
    let breakage = BatchFlawTests.breakages[index]
    #expect(
      BatchFlawTests.next(breakage.change).flaw(after: BatchFlawTests.record(7)) != nil, "\(breakage.name)")
  }

  // MARK: - The transaction

  private struct Metadata: GroupMetadata {}

  private func flaw(
    _ positions: [String: Int64], journal: JournalRecord? = nil, committed: Int64 = 20,
    lanes: [LaneNumber] = [1]
  ) -> String? {
    let plan = CommitPlan(
      records: [],
      positions: Dictionary(
        uniqueKeysWithValues: positions.map { (TopicPartition($0.key, 1), NextOffset($0.value)) }),
      group: Metadata())
    return plan.flaw(
      lanes: lanes, topics: ["web", "app"], journals: journal.map { [$0] } ?? [],
      committed: [TopicPartition("web", 1): NextOffset(committed)])
  }

  @Test func aTransactionCarriesAllPositionsForward() {
    #expect(flaw(["web": 25, "app": 6], journal: BatchFlawTests.next()) == nil)
    // A lane that did nothing.
    #expect(flaw(["web": 20, "app": 5]) == nil)
    #expect(flaw(["web": 19, "app": 5]) != nil, "a position falls behind what is committed")
    #expect(flaw(["web": 25]) != nil, "an input is left out")
    #expect(flaw(["web": 25, "app": 6], lanes: [1, 2]) != nil, "a lane is left out")
    #expect(flaw(["web": 24, "app": 6], journal: BatchFlawTests.next()) != nil, "less than is journalled")
    #expect(flaw(["web": 26, "app": 6], journal: BatchFlawTests.next()) != nil, "more than is journalled")
  }

  @Test func recordsOfABatchStandWhereTheyBelong() {
    let names = TopicNames()
    func flaw(_ records: [(topic: String, partition: Int32)]) -> String? {
      var batch = OutputBatch()
      for record in records { batch.append(record.topic, partition: record.partition, key: nil, value: [1]) }
      return batch.flaw(of: 1, names)
    }
    let journal = (topic: names.journal, partition: Int32(1))
    #expect(flaw([(names.sessions, 1), (names.routed, 2), (names.redo, 1), journal]) == nil)
    #expect(flaw([(names.sessions, 1)]) != nil, "no journal record")
    #expect(flaw([journal, journal]) != nil)
    #expect(flaw([journal, (names.redo, 1)]) != nil, "redo behind the journal")
    #expect(flaw([(names.sessions, 2), journal]) != nil, "into another lane")
    #expect(flaw([(names.routed, 1), journal]) != nil, "to itself")
  }

  // MARK: - The machine ends

  /// A lane that is elsewhere than its journal's tail says writes nothing.
  @Test func aLaneThatStandsElsewhereEndsTheProcess() async {
    await #expect(processExitsWith: .failure) {
      var settings = LaneSettings()
      settings.partitions = 4
      let lane = Lane(
        LaneMachine(lane: 1, settings: settings, configuration: ""),
        decoder: try InputDecoder(settings),
        tail: JournalRecord(
          lane: 1, partitions: 4, sequence: 7, takenAt: EventTime(milliseconds: 0), configuration: ""))
      _ = try await lane.reduce(
        LaneWork(lane: 1, takenAt: EventTime(milliseconds: 0), chunks: [], positions: [:]))
    }
  }

  /// The pair to the one above: nothing but the tail differs.
  @Test func aLaneThatStandsWhereItsTailSaysGoesOn() async throws {
    var settings = LaneSettings()
    settings.partitions = 4
    let lane = Lane(
      LaneMachine(lane: 1, settings: settings, configuration: ""), decoder: try InputDecoder(settings),
      tail: nil)
    let output = try await lane.reduce(
      LaneWork(lane: 1, takenAt: EventTime(milliseconds: 0), chunks: [], positions: [:]))
    #expect(output.journal.sequence == 1)
  }

  @Test func aCommitThatWasNotTakenEndsTheProcess() async {
    await #expect(processExitsWith: .failure) {
      let machine = WorkerMachine(settings: ProcessorSettings())
      let web = TopicPartition("web", 0)
      _ = machine.rebalance(.assigned([web]), isQuiet: true, reducing: [])
      _ = machine.restored(
        0, positions: [web: NextOffset(10)], nextTimers: StreamTimes(), sessions: 0, journalledAt: nil,
        now: EventTime(milliseconds: 0))
      machine.commit([web: NextOffset(11)])
    }
  }

  @Test func anIllegalStepOfThePipelineEndsTheProcess() async {
    await #expect(processExitsWith: .failure) {
      var pipeline = BatchPipeline()
      _ = pipeline.handle(.confirmed)
    }
  }

  @Test func aCheckpointOutOfOrderEndsADebugBuild() async {
    await #expect(processExitsWith: .failure) {
      var queue = CheckpointQueue()
      queue.note(SessionID(high: 1, low: 1), sequence: 4, at: EventTime(milliseconds: 0))
      queue.note(SessionID(high: 1, low: 2), sequence: 3, at: EventTime(milliseconds: 0))
    }
  }
}
