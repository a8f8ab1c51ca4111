import EventLog
import JourneyModel
import LaneScenes
import ProcessRuntime
import SeededGenerator
import Sessionizer
import SimulatedLog
import Testing
import WireFormat

@testable import Processor

/// What a restore reads of the log, and what it refuses.
@Suite struct LaneRestorerTests {
  private static let minute: Int64 = 60_000

  /// A lane that committed so many batches, one minute apart, with an aborted one now and then.
  private func scene(batches: Int) throws -> LaneScene {
    let scene = try LaneScene { $0.lanes.checkpointAge = .minutes(5) }
    for number in 0..<batches {
      let now = Int64(number) * LaneRestorerTests.minute
      if number % 7 == 3 {
        // Its records stay in the log as aborted ones; the lane is dropped and comes back.
        try scene.batch([scene.event(at: now)], at: now, ending: .abort)
        scene.machine = try #require(try scene.restore().machine)
      }
      try scene.batch([scene.event(at: now, of: number % 3)], at: now)
    }
    return scene
  }

  @Test func whatARestoreReadsDoesNotGrowWithWhatIsRetained() throws {
    var counts: [Int: (redo: Int, journal: Int, reads: Int)] = [:]
    for batches in [300, 10_000] {
      let scene = try LaneScene { $0.lanes.checkpointAge = .minutes(5) }
      for number in 0..<batches {
        let now = Int64(number) * LaneRestorerTests.minute
        try scene.batch([scene.event(at: now, of: number % 3)], at: now)
      }
      let reader = CountingReader(try scene.log.makeReader())
      let restored = try scene.restore(reader: reader)
      let machine = try #require(restored.machine)
      #expect(restored.source == .log)
      #expect(LaneView(machine) == LaneView(scene.machine))
      #expect(
        try #require(restored.tail).redoFrom > BatchSequence(batches - 10), "redo is needed near the end only"
      )
      counts[batches] = (
        reader.records["redo", default: 0], reader.records["journal", default: 0], reader.reads
      )
    }
    let few = try #require(counts[300])
    let many = try #require(counts[10_000])
    #expect(few.redo > 0)
    #expect(many.redo == few.redo, "redo records read: \(counts)")
    #expect(many.redo < 200)
    #expect(many.journal == few.journal)
    #expect(many.reads == few.reads)
  }

  @Test func theSearchFindsTheFirstRecordWhateverLiesBetween() throws {
    for seed in 0..<40 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let log = SimulatedLog(seed: seed)
      try log.create([TopicSpecification(name: "numbers", partitions: 1)])
      let partition = TopicPartition("numbers", 0)
      let producer = try log.makeTransactionalProducer(id: "search")
      try producer.initialize()
      var number = 0
      var committed: [(offset: Int64, number: Int)] = []
      let reader = try log.makeReader()
      for _ in 0..<generator.pick(0...120) {
        try producer.begin()
        if generator.chance(70) { number += Int(generator.pick(1...3)) }
        let first = try #require(try reader.bounds([partition])[partition]).end.value
        let count = generator.pick(1...4)
        var batch = OutputBatch()
        for _ in 0..<count { batch.append("numbers", partition: 0, key: nil, value: Array("\(number)".utf8)) }
        try producer.produce(batch)
        try producer.flush()
        if generator.chance(25) {
          try producer.abort()
        } else {
          try producer.commit()
          for place in 0..<count { committed.append((first + place, number)) }
        }
      }
      var bounds = try #require(try reader.bounds([partition])[partition])
      if generator.chance(50) {
        let earliest = NextOffset(generator.pick(0...bounds.end.value))
        try log.removeRecords(before: [partition: earliest])
        bounds = try #require(try reader.bounds([partition])[partition])
        committed.removeAll { $0.offset < earliest.value }
      }
      let search = PartitionSearch(reader: reader, partition: partition, patience: .zero) { chunk, value in
        try #require(Int(String(decoding: chunk.bytes[value.indices], as: UTF8.self)))
      }
      for target in 0...number + 2 {
        let start = try search.start(reaching: target, within: bounds).value
        let first = committed.first { $0.number >= target }?.offset ?? bounds.end.value
        #expect(start <= first, "seed \(seed), target \(target)")
        #expect(
          committed.filter { $0.offset < first && $0.offset >= start }.count <= PartitionSearch.shortest)
        #expect(start >= bounds.earliest.value)
      }
    }
  }

  @Test func aLaneComesBackFromAnyPlaceOfARealHistory() throws {
    let scene = try scene(batches: 60)
    let machine = try #require(try scene.restore().machine)
    #expect(LaneView(machine) == LaneView(scene.machine))
    #expect(machine.sequence == 60)
  }

  @Test func refusesToRunIfRedoIsNoLongerRetained() throws {
    let scene = try scene(batches: 20)
    let tail = try #require(scene.newest)
    #expect(tail.redoFrom < tail.sequence)
    let redo = TopicPartition("redo", lane: LaneScene.lane)
    let reader = try scene.log.makeReader()
    let bounds = try #require(try reader.bounds([redo])[redo])
    let search = RedoRecord.search(reader, redo, .zero)
    var needed: Int64?
    for offset in bounds.earliest.value..<bounds.end.value
    where try search.first(from: offset, to: offset + 1)?.number == tail.redoFrom.value {
      needed = needed ?? offset
    }
    let first = try #require(needed)
    try scene.log.removeRecords(before: [redo: NextOffset(first)])
    #expect(LaneView(try #require(try scene.restore().machine)) == LaneView(scene.machine))
    try scene.log.removeRecords(before: [redo: NextOffset(first + 1)])
    let error = #expect(throws: LogError.self) { try scene.restore() }
    #expect(error?.code == "redoNotRetained")
    #expect(error?.reaction == .fatal)
    #expect(error?.message.contains("from batch \(tail.redoFrom) to \(tail.sequence)") == true, "\(error!)")
    try scene.log.removeRecords(before: [redo: bounds.end])
    #expect(throws: LogError.self) { try scene.restore() }
  }

  @Test func tellsHowFarItIs() throws {
    let scene = try LaneScene { settings in
      settings.lanes.checkpointAge = EventTime.Span(milliseconds: 0)
      settings.lanes.sessions.allowedLateness = .hours(10_000)
    }
    for number in 0..<3_000 as Range<Int64> {
      try scene.batch([scene.event(at: number * 3_600_000)], at: number * 3_600_000)
    }
    var reports: [(read: Int, of: Int)] = []
    let restored = try scene.restore(report: { event in
      if case .restoreProgress(let lane, let read, let of) = event, lane == LaneScene.lane {
        reports.append((read, of))
      }
    })
    #expect(restored.machine?.sessionCount == scene.machine.sessionCount)
    #expect(reports.count > 1)
    #expect(reports.count <= 100)
    #expect(reports.map(\.read) == reports.map(\.read).sorted())
    #expect(reports.last?.read == reports.last?.of)
    #expect(Set(reports.map(\.of)).count == 1)
  }

  @Test func progressIsReportedAtMostOnceForEachHundredth() {
    var reports: [Int] = []
    let progress = RestoreProgress { read, _ in reports.append(read) }
    progress.advance(by: 5)
    progress.expect(1_000)
    for _ in 0..<1_500 { progress.advance(by: 1) }
    #expect(reports == (1...100).map { $0 * 10 })
    progress.reset()
    progress.expect(10)
    progress.advance(by: 10)
    #expect(reports.last == 10)
  }

  @Test func takesWhatIsStillInMemoryIfTheJournalEndsThere() throws {
    let scene = try scene(batches: 5)
    let kept = try #require(scene.newest)
    let restored = try scene.restore(kept: kept)
    #expect(restored.machine == nil)
    #expect(restored.source == .memory)
    #expect(restored.tail == kept)
    // Reduced, but never committed: what is in memory is ahead of the log.
    let ahead = try scene.batch([scene.event(at: 9 * LaneRestorerTests.minute)], at: 0, ending: .abort)
    #expect(try scene.restore(kept: ahead).source == .log)
  }
}
