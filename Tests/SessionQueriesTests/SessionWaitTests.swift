import EventLog
import Foundation
import JourneyModel
import Processor
import SimulatedLog
import Synchronization
import Testing
import Threads
import WireFormat

@testable import SessionQueries

@Suite struct SessionWaitTests {
  private let log = SimulatedLog(seed: 7)
  private let settings: ProcessorSettings
  private var topics: TopicNames { settings.lanes.topics }

  init() throws {
    var settings = ProcessorSettings()
    // Whoever looks need not know how many lanes there are.
    settings.lanes.partitions = 8
    self.settings = settings
    let all = Set(settings.lanes.topics.all).sorted()
    try log.create(all.map { TopicSpecification(name: $0, partitions: 2) })
  }

  private func wait(isAlive: Bool?) -> SessionWait {
    var wait = SessionWait(log: log, settings: settings) { isAlive }
    wait.grace = .milliseconds(20)
    wait.patience = .milliseconds(40)
    wait.uncertainPatience = .milliseconds(40)
    wait.interval = .milliseconds(1)
    return wait
  }

  private func publish(_ topic: String, _ count: Int, lane: LaneNumber = 0) throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    for _ in 0..<count { batch.append(topic, partition: lane.partition, key: nil, value: [0x7b, 0x7d]) }
    try publisher.send(batch)
  }

  /// A journal record as the processor commits one: it has read so far.
  private func commit(_ ranges: [String: Int64], lane: LaneNumber = 0) throws {
    let texts = ranges.map { "\"\($0.key)\":[0,\($0.value)]" }.joined(separator: ",")
    let json = """
      {"v":1,"lane":\(lane),"partitions":2,"sequence":1,"ranges":{\(texts)},"takenAt":"2026-01-05T10:00:00.000Z",
       "reducer":"x","configuration":"0","watermarks":{},"counts":{},"redoFrom":1,"outputs":"0","state":"0"}
      """
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    batch.append(topics.journal, partition: lane.partition, key: nil, value: Array(json.utf8))
    try publisher.send(batch)
  }

  @Test(arguments: [true, false, nil] as [Bool?])
  func nothingThatWaitsIsWaitedFor(isAlive: Bool?) throws {
    #expect(try wait(isAlive: isAlive).run() == .upToDate)
    try publish("web", 3)
    try publish("custom", 2, lane: 1)
    try commit(["web": 3])
    try commit(["custom": 2], lane: 1)
    #expect(try wait(isAlive: isAlive).run() == .upToDate)
  }

  /// Three messages, each of which is sent when the one before it is applied.
  @Test(arguments: [(0, 0), (1, 1), (2, 2), (3, 3), (8, 3)])
  func whatLanesAnswerEachOtherIsWaitedFor(maxAnswers: Int, applied: Int) throws {
    try publish("routed", 1)
    let steps = Mutex(0)
    var wait = SessionWait(log: log, settings: settings) { [self] in
      let step = steps.withLock {
        $0 += 1
        return $0
      }
      try commit(["routed": Int64(step)])
      if step < 3 { try publish("routed", 1) }
      return true
    }
    wait.interval = .milliseconds(1)
    wait.maxAnswers = maxAnswers
    #expect(try wait.run() == .upToDate)
    #expect(steps.withLock { $0 } == applied)
  }

  @Test func whatWaitsIsCountedOverAllLanes() throws {
    try publish("web", 3)
    try publish("custom", 2, lane: 1)
    #expect(try wait(isAlive: false).run() == .noProcessor(waiting: 5))
    try commit(["web": 1])
    #expect(try wait(isAlive: false).run() == .noProcessor(waiting: 4))
    #expect(try wait(isAlive: true).run() == .standstill(waiting: 4))
    #expect(try wait(isAlive: nil).run() == .standstill(waiting: 4))
    // What is routed on the way counts as well.
    try commit(["web": 3])
    try commit(["custom": 2], lane: 1)
    try publish("routed", 1, lane: 1)
    #expect(try wait(isAlive: false).run() == .noProcessor(waiting: 1))
  }

  @Test func itEndsWhenTheProcessorHasCommitted() async throws {
    try publish("web", 3)
    var patient = wait(isAlive: true)
    // Only what is committed may end it, however slow the machine is.
    patient.patience = .seconds(600)
    let waiting = Task { [patient] in try await onOwnThread { try patient.run() } }
    for count in 1...3 as ClosedRange<Int64> {
      try await Task.sleep(for: .milliseconds(5))
      try commit(["web": count])
    }
    #expect(try await waiting.value == .upToDate)
  }

  /// A processor that was started a moment before may show only after a while.
  @Test func aProcessorThatShowsWithinTheGraceIsWaitedFor() throws {
    try publish("web", 1)
    let looks = Mutex(0)
    let (log, topics) = (log, topics)
    var late = SessionWait(log: log, settings: settings) {
      let count = looks.withLock { looks in
        looks += 1
        return looks
      }
      if count == 5 {
        let publisher = try log.makePublisher()
        var batch = OutputBatch()
        let json = """
          {"v":1,"lane":0,"partitions":2,"sequence":1,"ranges":{"web":[0,1]},"takenAt":"2026-01-05T10:00:00.000Z",
           "reducer":"x","configuration":"0","watermarks":{},"counts":{},"redoFrom":1,"outputs":"0","state":"0"}
          """
        batch.append(topics.journal, partition: 0, key: nil, value: Array(json.utf8))
        try publisher.send(batch)
        publisher.close()
      }
      return count >= 3
    }
    late.grace = .seconds(20)
    late.interval = .milliseconds(1)
    #expect(try late.run() == .upToDate)
  }

  /// What a transaction leaves at the end of a topic is no record.
  @Test func markersOfTransactionsDoNotWait() throws {
    let producer = try log.makeTransactionalProducer(id: "p")
    try producer.initialize()
    try producer.begin()
    var batch = OutputBatch()
    batch.append("web", partition: 0, key: nil, value: [0x7b, 0x7d])
    try producer.produce(batch)
    try producer.flush()
    try producer.commit()
    #expect(try wait(isAlive: false).run() == .noProcessor(waiting: 1))
    try commit(["web": 1])
    #expect(try wait(isAlive: false).run() == .upToDate)
  }
}
