import EventLog
import Foundation
import JourneyModel
import LaneStorage
import ProcessRuntime
import SeededGenerator
import SimulatedLog
import Synchronization
import Testing
import WireFormat

@testable import Processor

/// When the worker writes lane files, and when it needs neither them nor the log.
@Suite struct WorkerLaneFileTests {
  private static let start: Int64 = 1_767_600_000_000

  /// Fails commits now and then, so that what was reduced is dropped.
  private struct CommitFaults: FaultInjector {
    var commits = 0

    mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
      guard request.kind == .commit else { return .proceed }
      commits += 1
      guard commits % 3 == 0 else { return .proceed }
      return .fail(LogError(.abortAndRewind, code: "injected", "commit"), .beforeEffect)
    }
  }

  /// Moves on by ten seconds with every look.
  private final class SteppingClock: WallClock {
    private let value = Mutex(WorkerLaneFileTests.start + 86_400_000)
    var now: EventTime {
      value.withLock {
        $0 += 10_000
        return EventTime(milliseconds: $0)
      }
    }
  }

  /// Notes what a worker reports.
  private final class Notes: Sendable {
    struct Content {
      var restored: [RestoreReport] = []
      var written: [LaneNumber] = []
      var ignored: [LaneFileDoubt] = []
      var failed: [String] = []
      var rewinds = 0
      var applied = 0
      var released = 0
    }
    private let content = Mutex(Content())
    var now: Content { content.withLock { $0 } }

    func note(_ event: ProcessorEvent) {
      content.withLock { content in
        switch event {
        case .restored(let report): content.restored.append(report)
        case .laneFileWritten(let lane, _, _): content.written.append(lane)
        case .laneFileIgnored(_, let doubt): content.ignored.append(doubt)
        case .laneFileFailed(_, let reason): content.failed.append(reason)
        case .rewound: content.rewinds += 1
        case .released: content.released += 1
        case .committed(let report): content.applied += report.counts.applied
        default: break
        }
      }
    }
  }

  /// Checks, whenever a file becomes visible, that the log has the batch that it ends with.
  private final class CheckedFiles: LaneFiles {
    let files = MemoryLaneFiles()
    let log: SimulatedLog
    private let counts = Mutex((published: 0, wrong: 0))
    init(_ log: SimulatedLog) { self.log = log }
    var published: Int { counts.withLock { $0.published } }
    var wrong: Int { counts.withLock { $0.wrong } }

    func open(_ lane: LaneNumber) throws -> (any LaneFileSource)? { files.open(lane) }
    func create(_ lane: LaneNumber) throws -> any LaneFileDraft { Draft(self, lane, files.create(lane)) }

    private func check(_ lane: LaneNumber) throws {
      let source = try #require(files.open(lane))
      let file = LaneFileReader(source)
      _ = try file.readHead()
      let end = try file.readBody { _ in }
      let partition = TopicPartition("journal", lane: lane)
      let reader = try log.makeReader()
      let bounds = try #require(try reader.bounds([partition])[partition])
      var isThere = false
      let stable = try log.lastStableOffset(partition)
      try reader.read(partition, from: bounds.earliest, to: stable, patience: .zero) { chunk in
        for entry in chunk.entries where chunk.copy(entry.value) == end { isThere = true }
        return true
      }
      counts.withLock { counts in
        counts.published += 1
        if !isThere { counts.wrong += 1 }
      }
    }

    private final class Draft: LaneFileDraft {
      let owner: CheckedFiles
      let lane: LaneNumber
      let draft: any LaneFileDraft
      init(_ owner: CheckedFiles, _ lane: LaneNumber, _ draft: any LaneFileDraft) {
        (self.owner, self.lane, self.draft) = (owner, lane, draft)
      }
      func write(_ bytes: [UInt8]) throws { try draft.write(bytes) }
      func complete() throws { try draft.complete() }
      func publish() throws {
        try draft.publish()
        try owner.check(lane)
      }
      func discard() { draft.discard() }
    }
  }

  private func settings(interval: Duration?) -> ProcessorSettings {
    var settings = ProcessorSettings()
    settings.lanes.partitions = 4
    settings.commitInterval = .milliseconds(5)
    settings.maxBatchEvents = 50
    settings.topicIdle = .seconds(36_000)
    settings.laneFileInterval = interval
    return settings
  }

  private func log(_ settings: ProcessorSettings) throws -> SimulatedLog {
    let log = SimulatedLog(seed: 5, configuration: .init(waitsInRealTime: true))
    let topics = settings.lanes.topics
    try log.create(
      Set(topics.all).sorted().map { TopicSpecification(name: $0, partitions: 4) })
    return log
  }

  private func publish(_ count: Int, _ log: SimulatedLog, from first: Int = 0) throws {
    var batch = OutputBatch()
    for number in first..<first + count {
      let customer = "customer-\(number % 97)"
      let at = EventTime(milliseconds: WorkerLaneFileTests.start + Int64(number) * 1_000)
      batch.append(
        "web", partition: -1, key: Array(customer.utf8),
        value: Array(
          "{\"id\":\"e\(number)\",\"eventName\":\"page_viewed\",\"customerId\":\"\(customer)\",\"createdDate\":\"\(at.iso8601)\"}"
            .utf8))
    }
    try log.makePublisher().send(batch)
  }

  /// Runs a worker until a condition holds, then stops it.
  private func run(
    _ settings: ProcessorSettings, _ log: SimulatedLog, _ files: (any LaneFiles)?,
    until isDone: @escaping (Notes) throws -> Bool
  ) async throws -> Notes.Content {
    let notes = Notes()
    var storage = LocalStorage()
    storage.laneFiles = files
    let worker = Worker(settings: settings, log: log, clock: SteppingClock(), local: storage) {
      notes.note($0)
    }
    let run = Task { try await worker.run() }
    for _ in 0..<2_000 {
      if try isDone(notes) { break }
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(try isDone(notes))
    worker.stop()
    try await run.value
    return notes.now
  }

  @Test func aStoppedWorkerLeavesFilesFromWhichTheNextOneGoesOn() async throws {
    let settings = settings(interval: nil)
    let log = try log(settings)
    let files = CheckedFiles(log)
    try publish(1_000, log)
    let first = try await run(settings, log, files) { $0.now.applied >= 1_000 }
    #expect(first.restored.map(\.source) == [.nothing, .nothing, .nothing, .nothing])
    #expect(first.written.sorted() == [0, 1, 2, 3])
    #expect(files.wrong == 0)
    try publish(500, log, from: 1_000)
    let second = try await run(settings, log, files) { $0.now.applied >= 500 }
    #expect(second.restored.map(\.source) == [.file, .file, .file, .file])
    #expect(second.restored.map(\.sessions).reduce(0, +) == 97)
    #expect(second.applied == 500)
    // The third finds nothing to do and damaged files: the log has everything.
    for lane in LaneNumber.all(of: 4) { files.files[lane]?[40] ^= 1 }
    let third = try await run(settings, log, files) { $0.now.restored.count >= 4 }
    #expect(third.restored.map(\.source) == [.log, .log, .log, .log])
    #expect(third.ignored.count == 4)
    #expect(third.restored.map(\.sessions).reduce(0, +) == 97)
    #expect(third.written.sorted() == [0, 1, 2, 3], "damaged files are replaced")
  }

  @Test func aFileIsVisibleOnlyOnceItsBatchHasCommitted() async throws {
    let settings = settings(interval: .seconds(1))
    let log = try log(settings)
    log.faults = CommitFaults()
    let files = CheckedFiles(log)
    try publish(3_000, log)
    let notes = try await run(settings, log, files) { $0.now.applied >= 3_000 }
    #expect(notes.rewinds > 5, "no commit ever failed, so this showed little")
    #expect(files.published > 8)
    #expect(files.wrong == 0)
    #expect(notes.failed.isEmpty)
    #expect(notes.restored.contains { $0.source == .file }, "a rewind uses the files as well")
  }

  @Test func lanesThatComeBackUnchangedAreNotRestored() async throws {
    let settings = settings(interval: nil)
    let log = try log(settings)
    try publish(300, log)
    let hasRebalanced = Mutex(false)
    let notes = try await run(settings, log, nil) { notes in
      let now = notes.now
      guard now.applied >= 300 else { return false }
      let isFirst = hasRebalanced.withLock { rebalanced in
        defer { rebalanced = true }
        return !rebalanced
      }
      if isFirst {
        log.rebalance(group: settings.lanes.group)
      }
      return now.restored.count >= 8 && now.released >= 1
    }
    #expect(notes.restored.suffix(4).map(\.source) == [.memory, .memory, .memory, .memory])
    #expect(notes.restored.suffix(4).map(\.sessions).reduce(0, +) == 97)
    #expect(notes.applied == 300)
  }

  /// A place that never takes anything does not stop the lane.
  private struct FullDisk: LaneFiles {
    func open(_ lane: LaneNumber) throws -> (any LaneFileSource)? { nil }
    func create(_ lane: LaneNumber) throws -> any LaneFileDraft { throw CocoaError(.fileWriteOutOfSpace) }
  }

  @Test func aFullDiskIsToldAndChangesNothing() async throws {
    let settings = settings(interval: .seconds(1))
    let log = try log(settings)
    try publish(1_000, log)
    let notes = try await run(settings, log, FullDisk()) { $0.now.applied >= 1_000 }
    #expect(notes.failed.count >= 4)
    #expect(notes.applied == 1_000)
    #expect(notes.written.isEmpty)
  }
}
