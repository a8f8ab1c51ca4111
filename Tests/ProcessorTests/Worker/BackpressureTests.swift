import EventLog
import JourneyModel
import SimulatedLog
import Testing

@testable import Processor

/// What a worker holds when committing is slower than reading.
@Suite struct BackpressureTests {
  private static let partitions: Int32 = 2

  private static func settings() -> ProcessorSettings {
    var settings = ProcessorSettings()
    settings.lanes.partitions = partitions
    settings.maxBatchEvents = 50
    // Long enough that a batch ends by its size, as long as there is something to read.
    settings.commitInterval = .seconds(2)
    return settings
  }

  @Test func holdsNoMoreThanItsBatchesInFlight() async throws {
    let settings = BackpressureTests.settings()
    let simulated = SimulatedLog(seed: 3, configuration: .init(waitsInRealTime: true))
    let log = WatchedLog(simulated, commitsWait: true)
    try WorkerScene.createTopics(log, settings)
    try WorkerScene.publish(1_000, to: "web", log)
    let notes = WorkerNotes()
    let clock = WorkerScene.clock
    let worker = Worker(settings: settings, log: log, clock: clock) { notes.note($0) }
    let run = Task { try await worker.run() }
    let bound = Worker.maxBatchesInFlight * settings.maxBatchEvents
    try await notes.wait(until: "\(bound) records are held") { _ in log.takenRecords >= bound }
    // Nothing would keep it from taking more by now.
    try await Task.sleep(for: .milliseconds(200))
    #expect(log.takenRecords == bound)
    #expect(notes.counts.read == 0)
    log.open()
    try await notes.wait(until: "all are committed") { $0.counts.read == 1_000 }
    worker.stop()
    try await run.value
    #expect(log.mostHeld == bound, "as many as may be, and no more")
  }
}
