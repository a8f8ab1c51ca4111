import EventLog
import JourneyModel
import LaneScenes
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

@testable import Processor

/// What a lane writes for its own restart: `redo`, `state` and the journal.
@Suite struct LaneStateTests {
  private static let minute: Int64 = 60_000

  /// The operations of a redo record.
  private func operations(_ record: LaneHarness.Written) throws -> (
    sequence: Int, put: [Session], deleted: [SessionID]
  ) {
    let bytes = try #require(record.value)
    var head = BinaryReader(bytes)
    #expect(try head.byte() == RedoForm.version)
    let sequence = try head.number()
    var body = BinaryReader(try Compression.decompress(Array(bytes[head.at...])))
    var put: [Session] = []
    var deleted: [SessionID] = []
    while !body.isAtEnd {
      if try body.byte() == RedoForm.Operation.put {
        var section = try body.section().body
        put.append(try #require(StateCodec.decode(&section).session))
      } else {
        deleted.append(SessionID(high: try body.fixed(), low: try body.fixed()))
      }
    }
    return (sequence, put, deleted)
  }

  @Test func redoHoldsTheFinalValueOfEachTouchedSession() throws {
    let lane = try LaneHarness()
    let customers = [LaneHarness.customer(0), LaneHarness.customer(1)]
    let written = lane.web(
      LaneHarness.event("a", at: 0, of: customers[0]), LaneHarness.event("b", at: 1, of: customers[1]),
      LaneHarness.event("c", at: 2, of: customers[0]))
    #expect(written.of("redo").count == 1)
    #expect(written.of("redo")[0].partition == LaneHarness.lane.partition)
    let redo = try operations(written.of("redo")[0])
    #expect(redo.sequence == 1)
    #expect(redo.put.map(\.eventCount) == [2, 1])
    #expect(redo.put.map(\.emittedRevision) == [2, 1])
    #expect(redo.deleted.isEmpty)
  }

  @Test func redoDeletesMergedAndForgottenSessions() throws {
    let lane = try LaneHarness()
    let minute = LaneStateTests.minute
    lane.web(LaneHarness.event("a", at: 0), LaneHarness.event("b", at: 30 * minute), takenAt: 999 * minute)
    let merging = try operations(
      lane.web(LaneHarness.event("c", at: 15 * minute), takenAt: 999 * minute).of("redo")[0])
    #expect(merging.deleted.count == 1)
    #expect(merging.put.map(\.eventCount) == [3])
    let other = LaneHarness.event("d", at: 300 * minute, of: LaneHarness.customer(1))
    let forgetting = try operations(lane.web(other, takenAt: 999 * minute).of("redo")[0])
    #expect(forgetting.deleted == [merging.put[0].id])
  }

  @Test func aLargeChangeIsSpreadOverSeveralRedoRecords() throws {
    let lane = try LaneHarness(LaneHarness.settings { $0.maxRedoBytes = 1_000 })
    let events = (0..<20).map { LaneHarness.event("e\($0)", at: Int64($0), of: LaneHarness.customer($0)) }
    let written = lane.reduce([lane.input("web", events)])
    let redo = try written.of("redo").map { try operations($0) }
    #expect(redo.count > 3)
    #expect(redo.allSatisfy { $0.sequence == 1 })
    #expect(redo.flatMap { $0.put.map(\.id) }.count == 20)
  }

  @Test func nothingInternalIsWrittenForAnOfflineReplay() throws {
    let lane = try LaneHarness(LaneHarness.settings { $0.writesState = false })
    let online = try LaneHarness()
    lane.web(LaneHarness.event("a", at: 0))
    online.web(LaneHarness.event("a", at: 0))
    #expect(lane.written.of("redo").isEmpty)
    #expect(lane.journals[0].state == online.journals[0].state)
    #expect(lane.journals[0].outputs == online.journals[0].outputs)
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func aChangedValueIsWrittenToStateWhenItIsOldEnough(_ offset: Int64) throws {
    let lane = try LaneHarness()
    lane.web(LaneHarness.event("a", at: 0), takenAt: 0)
    #expect(lane.journals[0].redoFrom == 1)
    let written = lane.reduce([], takenAt: LaneStateTests.minute + offset)
    let state = written.of("state")
    #expect(state.count == (offset < 0 ? 0 : 1))
    #expect(lane.journals[1].redoFrom == (offset < 0 ? 1 : 3))
    guard let record = state.first else { return }
    let value = try #require(record.value)
    let session = try #require(StateCodec.decode(Compression.decompress(value)).session)
    #expect(record.key == Array(session.id.text.utf8))
    #expect(record.partition == LaneHarness.lane.partition)
    #expect(session.eventCount == 1)
    // Once is enough while nothing changes.
    #expect(lane.reduce([], takenAt: 10 * LaneStateTests.minute).of("state").isEmpty)
  }

  @Test func checkpointsAreWrittenInSlicesOldestFirst() throws {
    let lane = try LaneHarness(LaneHarness.settings { $0.maxCheckpointValues = 3 })
    for number in 0..<7 {
      lane.web(
        LaneHarness.event("e\(number)", at: Int64(number), of: LaneHarness.customer(number)), takenAt: 0)
    }
    var sizes: [Int] = []
    var redoFrom: [BatchSequence] = []
    for _ in 0..<4 {
      sizes.append(lane.reduce([], takenAt: 2 * LaneStateTests.minute).of("state").count)
      redoFrom.append(try #require(lane.journals.last).redoFrom)
    }
    #expect(sizes == [3, 3, 1, 0])
    #expect(redoFrom == [4, 7, 11, 12])
  }

  @Test func aForgottenSessionGetsATombstoneOnlyIfItWasEverInState() throws {
    let minute = LaneStateTests.minute
    for wasWritten in [false, true] {
      let lane = try LaneHarness()
      lane.web(LaneHarness.event("a", at: 0), takenAt: 0)
      if wasWritten { #expect(lane.reduce([], takenAt: 5 * minute).of("state").count == 1) }
      lane.web(LaneHarness.event("b", at: 300 * minute, of: LaneHarness.customer(1)), takenAt: 300 * minute)
      #expect(lane.machine.sessionCount == 1)
      let later = lane.reduce([], takenAt: 302 * minute).of("state")
      #expect(later.filter { $0.value == nil }.count == (wasWritten ? 1 : 0))
      #expect(later.filter { $0.value != nil }.count == 1)
    }
  }

  @Test func theJournalStandsLastAndIsReadBack() throws {
    let lane = try LaneHarness()
    lane.reduce([lane.input("web", [LaneHarness.event("a", at: 7), "{"])], takenAt: 5, tick: 3)
    let record = try #require(lane.written.last)
    #expect(record.topic == "journal")
    #expect(record.partition == LaneHarness.lane.partition)
    let journal = try JournalRecord(decoding: try #require(record.value))
    #expect(journal == lane.journals[0])
    #expect(journal.sequence == 1)
    #expect(journal.partitions == 4)
    #expect(journal.configuration == "c0ffee")
    #expect(journal.takenAt.milliseconds == LaneHarness.start + 5)
    #expect(journal.ticks[.web]?.milliseconds == LaneHarness.start + 3)
    #expect(journal.highest == [.web: EventTime(milliseconds: LaneHarness.start + 7)])
    #expect(journal.ranges == ["web": 0..<2])
    #expect(journal.counts.rejected == 1)
  }

  /// Kills the lane after random batches, restores it from what it wrote, and goes on.
  @Test func aRestoredLaneWritesTheSameBytesAsOneThatNeverStopped() throws {
    for seed in 0..<60 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let settings = LaneHarness.settings { settings in
        settings.sessions.allowedLateness = .minutes(5)
        settings.sessions.webGap = .minutes(2)
        settings.maxCheckpointValues = Int(generator.pick(1...3))
        settings.maxRedoBytes = Int(generator.pick(500...3_000))
      }
      let whole = try LaneHarness(settings)
      var machine = LaneMachine(lane: LaneHarness.lane, settings: settings, configuration: "c0ffee")
      var log: [LaneHarness.Written] = []
      for batch in 0..<30 {
        let now = Int64(batch) * 40_000
        let events = (0..<generator.pick(0...4)).map { number in
          LaneHarness.event(
            "e\(batch)-\(number)", at: now - generator.pick(0...200_000),
            of: LaneHarness.customer(Int(generator.pick(0...5))))
        }
        let input = whole.input("web", events)
        whole.reduce([input], takenAt: now)
        var records = OutputBatch()
        let taken = EventTime(milliseconds: LaneHarness.start + now)
        _ = machine.reduce(LaneBatch(takenAt: taken, inputs: [input]), into: &records)
        log += LaneHarness.read(records)
        guard log.of("sessions") == whole.written.of("sessions"),
          log.of("rejected") == whole.written.of("rejected")
        else {
          Issue.record("seed \(seed), batch \(batch): the restored lane differs")
          return
        }
        if generator.chance(25) { machine = try restored(from: log, settings) }
      }
      let last = try JournalRecord(decoding: try #require(log.last?.value))
      #expect(last.outputs == whole.journals.last?.outputs, "seed \(seed)")
      #expect(last.highest == whole.journals.last?.highest)
      // In the end `state` holds what is held, and nothing that is gone.
      for step in 0..<40 {
        var records = OutputBatch()
        let taken = EventTime(milliseconds: LaneHarness.start + 2_000_000 + Int64(step) * 60_000)
        _ = machine.reduce(LaneBatch(takenAt: taken, inputs: []), into: &records)
        log += LaneHarness.read(records)
      }
      var state: [[UInt8]: [UInt8]] = [:]
      for record in log.of("state") { state[record.key ?? []] = record.value }
      #expect(state.count == machine.sessionCount, "seed \(seed)")
    }
  }

  private func restored(from log: [LaneHarness.Written], _ settings: LaneSettings) throws -> LaneMachine {
    let machine = LaneMachine(lane: LaneHarness.lane, settings: settings, configuration: "c0ffee")
    let tail = try JournalRecord(decoding: try #require(log.of("journal").last?.value))
    var values = RestoredValues(into: machine)
    for record in log.of("state") { try values.applyState(key: record.key ?? [], value: record.value) }
    for record in log.of("redo") { try values.applyRedo(record.value ?? [], from: tail.redoFrom) }
    try machine.restore(values, tail: tail)
    return machine
  }
}
