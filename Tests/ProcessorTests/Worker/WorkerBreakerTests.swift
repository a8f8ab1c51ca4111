import EventLog
import JourneyModel
import SimulatedLog
import Synchronization
import Testing

@testable import Processor

/// The breaker in the production worker: a topic of broken records rests, everything else goes on, nothing is lost.
@Suite struct WorkerBreakerTests {
  /// Threads as in production; the steady clock can be put forward.
  private final class SkippingRuntime: WorkerRuntime {
    private let threads = ThreadRuntime()
    private let skipped = Mutex(Duration.zero)

    func skip(_ duration: Duration) { skipped.withLock { $0 += duration } }

    var uptime: Duration { threads.uptime + skipped.withLock { $0 } }
    var taskExecutor: (any TaskExecutor)? { threads.taskExecutor }
    func makeExecutor(_ name: String) -> any WorkerExecutor { threads.makeExecutor(name) }
    func sleep(for duration: Duration) async { await threads.sleep(for: duration) }
    func block(for duration: Duration) { threads.block(for: duration) }
    func wait(for signal: CompletionSignal, upTo duration: Duration) -> Bool {
      threads.wait(for: signal, upTo: duration)
    }
  }

  /// Fails one commit when it is told to.
  private struct OneFault: FaultInjector {
    var isDue = true

    mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
      guard isDue, request.kind == .commit else { return .proceed }
      isDue = false
      return .fail(LogError(.abortAndRewind, code: "injected", "commit"), .beforeEffect)
    }
  }

  private static func settings() -> ProcessorSettings {
    var settings = ProcessorSettings()
    settings.lanes.partitions = 2
    settings.commitInterval = .milliseconds(5)
    settings.breaker.minRecords = 100
    settings.breaker.window = .seconds(3_600)
    settings.breaker.cooldown = .seconds(7_200)
    return settings
  }

  @Test func aPoisonedTopicRestsAndIsReadAgain() async throws {
    let settings = WorkerBreakerTests.settings()
    let log = SimulatedLog(seed: 3, configuration: .init(waitsInRealTime: true))
    let runtime = SkippingRuntime()
    let notes = WorkerNotes()
    try WorkerScene.createTopics(log, settings)
    let worker = Worker(settings: settings, log: log, clock: WorkerScene.clock, runtime: runtime) {
      notes.note($0)
    }
    let run = Task { try await worker.run() }

    try WorkerScene.publish(150, to: "web", log, isBroken: true)
    try await notes.wait(until: "the breaker opens") { $0.breaker == ["opened web"] && $0.counts.read == 150 }
    #expect(notes.committedRejections.byReason == [.malformedJSON: 150], "what was read is rejected as ever")
    try await notes.wait(until: "the pause is told") { $0.pausedTopics == ["web"] }

    // Others are read, the poisoned topic is not.
    try WorkerScene.publish(50, to: "web", log)
    try WorkerScene.publish(10, to: "custom", log, prefix: "one")
    try await notes.wait(until: "the other topic is read") { $0.counts.read == 160 }

    // A rebalance hands the partitions out anew; they rest all the same.
    let group = settings.lanes.group
    log.rebalance(group: group)
    try WorkerScene.publish(10, to: "custom", log, prefix: "two")
    try await notes.wait(until: "it goes on after a rebalance") { $0.counts.read == 170 }
    #expect(notes.events.contains { if case .released = $0 { true } else { false } })

    // So they do after an abort.
    log.faults = OneFault()
    try WorkerScene.publish(10, to: "custom", log, prefix: "three")
    try await notes.wait(until: "it goes on after an abort") { $0.counts.read == 180 }
    #expect(log.firedFaults.count(.commit) == 1)
    #expect(notes.events.contains { if case .rewound = $0 { true } else { false } })

    runtime.skip(.seconds(7_200))
    try await notes.wait(until: "what waited is read") { $0.counts.read == 230 }
    #expect(notes.breaker == ["opened web", "half-opened web"])
    try await notes.wait(until: "the end of the pause is told") { $0.pausedTopics == [] }
    runtime.skip(.seconds(3_600))
    try await notes.wait(until: "the breaker closes") { $0.breaker.last == "closed web" }
    worker.stop()
    try await run.value
    #expect(notes.counts.applied == 80, "every good event, once")
    #expect(notes.counts.rejected == 150)
  }

  @Test func aBreakerThatIsOffNeverOpens() async throws {
    var settings = WorkerBreakerTests.settings()
    settings.breaker.maxRejectedPercent = 100
    let log = SimulatedLog(seed: 3, configuration: .init(waitsInRealTime: true))
    let notes = WorkerNotes()
    try WorkerScene.createTopics(log, settings)
    try WorkerScene.publish(500, to: "web", log, isBroken: true)
    let worker = Worker(settings: settings, log: log, clock: WorkerScene.clock) { notes.note($0) }
    let run = Task { try await worker.run() }
    try await notes.wait(until: "all is rejected") { $0.counts.rejected == 500 }
    worker.stop()
    try await run.value
    #expect(notes.breaker.isEmpty)
  }
}
