import EventLog
import Foundation
import JourneyModel
import ProcessRuntime
import Processor
import SimulatedLog
import Synchronization
import Testing
import WireFormat

@testable import Gateway

/// The production worker on the simulated log, seen through the monitor.
@Suite(.timeLimit(.minutes(2))) struct WorkerHealthTests {
  private struct FixedClock: WallClock {
    var now: EventTime
  }

  /// A worker that runs, and all that watches it.
  private final class Scenario: Sendable {
    static let partitions: Int32 = 2
    let log: WatchedLog
    let settings: ProcessorSettings
    let monitor: ProcessorMonitor
    let limits: HealthLimits
    let worker: Worker
    /// The monitor's time, which only the test moves.
    let clock = SteppingClock(0)
    private let published = Counter(0)

    init(liveAfter: Duration = .seconds(86_400), minRecords: Int = 1_000) throws {
      log = WatchedLog(SimulatedLog(seed: 3, configuration: .init(waitsInRealTime: true)))
      var settings = ProcessorSettings()
      settings.lanes.partitions = Scenario.partitions
      settings.commitInterval = .milliseconds(5)
      settings.topicIdle = .seconds(3_600)
      settings.breaker.minRecords = minRecords
      settings.breaker.window = .seconds(3_600)
      settings.breaker.cooldown = .seconds(3_600)
      self.settings = settings
      let topics = settings.lanes.topics
      try log.create(
        Set(topics.all).sorted().map {
          TopicSpecification(name: $0, partitions: Scenario.partitions)
        })
      let clock = clock
      let monitor = ProcessorMonitor { clock.moment }
      self.monitor = monitor
      var limits = HealthLimits()
      limits.liveAfter = liveAfter
      self.limits = limits
      worker = Worker(
        settings: settings, log: log, clock: FixedClock(now: EventTime(milliseconds: Scene.start))
      ) { monitor.note($0) }
    }

    var reasons: [Readiness.Reason] {
      let (facts, moment) = monitor.read()
      return Readiness(facts, at: moment, limits).reasons
    }

    var metrics: PrometheusText {
      get throws {
        let (facts, moment) = monitor.read()
        return try PrometheusText(
          MetricsPage(
            facts: facts, moment: moment, limits: limits, maxOutOfOrder: .seconds(5),
            identity: ProcessorIdentity(version: "1", log: "simulated", group: "g", instance: "i"),
            process: ProcessFacts.current(started: Scene.time(0))
          ).text)
      }
    }

    /// Publishes so many events of a customer to a lane, and values that are no events.
    func publish(_ lane: LaneNumber, events: Int, garbage: Int = 0) throws {
      let publisher = try log.makePublisher()
      defer { publisher.close() }
      var batch = OutputBatch()
      let customer = try #require(
        (0...).lazy.map { "customer\($0)" }.first {
          Placement.lane(of: $0.utf8, partitions: Scenario.partitions) == lane
        })
      for _ in 0..<events {
        published.value += 1
        let value =
          "{\"id\":\"e\(published.value)\",\"eventName\":\"page_viewed\",\"customerId\":\"\(customer)\",\"createdDate\":\(Scene.start)}"
        batch.append("web", partition: lane.partition, key: nil, value: Array(value.utf8))
      }
      for _ in 0..<garbage {
        batch.append("web", partition: lane.partition, key: nil, value: Array("[".utf8))
      }
      try publisher.send(batch)
    }

    /// Makes trouble, and waits until no poll is under way that began without it.
    func make(_ trouble: WatchedLog.Trouble) async throws {
      log.trouble.withLock { $0 = trouble }
      try await wait { log.trouble.withLock { $0.isInForce } }
    }

    /// Waits until the condition holds; the suite's time limit ends a wait in vain.
    func wait(until condition: () throws -> Bool) async throws {
      while try !condition() { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Runs the worker, and a probe if asked for, while `body` looks on.
    func run(probing: Bool = false, _ body: () async throws -> Void) async throws {
      let running = Task { try await worker.run() }
      let probe = Task {
        if probing { try await EndProbe(monitor: monitor, log: log, interval: .milliseconds(10)).run() }
      }
      let result: Result<Void, any Error>
      do {
        try await body()
        result = .success(())
      } catch {
        result = .failure(error)
      }
      log.trouble.withLock { $0 = .init() }
      probe.cancel()
      worker.stop()
      try await running.value
      _ = await probe.result
      try result.get()
    }
  }

  @Test func aPartitionThatIsNotFetchedTurnsRedWithItsNameAndGreenAgain() async throws {
    let scenario = try Scenario()
    try await scenario.run {
      try await scenario.wait { scenario.reasons.isEmpty }
      try scenario.publish(0, events: 4)
      try await scenario.wait {
        try scenario.metrics.value("sojourn_records_applied_total", ["lane": "0"]) == 4
      }
      try await scenario.make(.init(unfetched: [TopicPartition("web", 0)]))
      try scenario.publish(0, events: 7)
      try scenario.publish(1, events: 5)
      try await scenario.wait {
        let metrics = try scenario.metrics
        return metrics.value("sojourn_lag_records", ["lane": "0", "topic": "web"]) == 7
          && metrics.value("sojourn_lag_records", ["lane": "1", "topic": "web"]) == 0
          && metrics.value("sojourn_records_applied_total", ["lane": "1"]) == 5
      }
      scenario.clock.set(59_999)
      #expect(scenario.reasons.isEmpty)
      scenario.clock.set(60_000)
      #expect(scenario.reasons.count == 1)
      guard case .stalled(let stall) = scenario.reasons.first else {
        Issue.record("\(scenario.reasons)")
        return
      }
      #expect(stall.lane == 0)
      #expect(stall.topic == "web")
      #expect(stall.lag == 7)
      #expect(stall.since == Scene.time(0))
      let metrics = try scenario.metrics
      #expect(metrics.value("sojourn_stalled", ["lane": "0", "topic": "web"]) == 1)
      #expect(metrics.value("sojourn_lag_records", ["lane": "0", "topic": "web"]) == 7)
      scenario.log.trouble.withLock { $0.unfetched = [] }
      try await scenario.wait { scenario.reasons.isEmpty }
      #expect(try scenario.metrics.value("sojourn_lag_records", ["lane": "0", "topic": "web"]) == 0)
    }
  }

  /// The worker reports nothing and knows of no record; the probe knows, and the silence is noticed.
  @Test func aWorkerThatHangsIsNoticedWithTheLagThatAProbeFound() async throws {
    let scenario = try Scenario(liveAfter: .seconds(30))
    try await scenario.run(probing: true) {
      try await scenario.wait { scenario.reasons.isEmpty }
      try await scenario.make(.init(hangs: true))
      try scenario.publish(1, events: 3)
      try await scenario.wait {
        try scenario.metrics.value("sojourn_lag_records", ["lane": "1", "topic": "web"]) == 3
      }
      scenario.clock.set(60_000)
      guard case .silent = scenario.reasons[0], case .stalled(let stall) = scenario.reasons[1] else {
        Issue.record("\(scenario.reasons)")
        return
      }
      #expect((stall.lane, stall.topic, stall.lag) == (1, "web", 3))
      let (facts, moment) = scenario.monitor.read()
      #expect(!Liveness(facts, at: moment, scenario.limits).isAlive)
      scenario.log.trouble.withLock { $0.hangs = false }
      try await scenario.wait { scenario.reasons.isEmpty }
    }
  }

  /// Transactions leave markers in `routed`; an idle lane does not lag for their sake.
  @Test func whatIsCountedIsWhatHappened() async throws {
    let scenario = try Scenario()
    try await scenario.run {
      try scenario.publish(0, events: 6, garbage: 3)
      try scenario.publish(1, events: 5)
      try await scenario.wait {
        let metrics = try scenario.metrics
        return metrics.value("sojourn_records_applied_total", ["lane": "0"]) == 6
          && metrics.value("sojourn_records_applied_total", ["lane": "1"]) == 5
      }
      try await scenario.wait {
        try scenario.metrics.family("sojourn_lag_records")?.samples.allSatisfy { $0.value == 0 } == true
      }
      let metrics = try scenario.metrics
      #expect(metrics.value("sojourn_records_read_total", ["lane": "0"]) == 9)
      #expect(
        metrics.value("sojourn_records_rejected_total", ["topic": "web", "reason": "malformedJSON"]) == 3)
      #expect(metrics.family("sojourn_records_rejected_total")?.samples.reduce(0) { $0 + $1.value } == 3)
      #expect(metrics.family("sojourn_lag_records")?.samples.count == 10)
      #expect(metrics.value("sojourn_open_sessions", ["lane": "0"]) == 1)
      #expect(metrics.value("sojourn_lanes", ["state": "running"]) == 2)
      #expect(metrics.value("sojourn_restores_total", ["source": "nothing"]) == 2)
      #expect(metrics.family("sojourn_restores_total")?.samples.reduce(0) { $0 + $1.value } == 2)
      #expect(metrics.value("sojourn_resident_sessions", ["lane": "0"]) == 1)
      #expect(metrics.value("sojourn_passive_sessions", ["lane": "0"]) == 0)
      #expect(metrics.value("sojourn_session_memory_bytes", ["lane": "0"]) ?? 0 > 0)
      let commits = try #require(metrics.value("sojourn_commits_total"))
      #expect(commits > 0)
      #expect(metrics.value("sojourn_commit_seconds_count") == commits)
      #expect(metrics.value("sojourn_watermark_delay_seconds", ["lane": "0", "stream": "web"]) == 5)
    }
    #expect(scenario.monitor.read().facts.lanes.isEmpty, "who left owns nothing")
  }

  /// The pause reaches the page and the verdict, and what waits then stalls with the reason.
  @Test func aPoisonedTopicTurnsRedWithItsName() async throws {
    let scenario = try Scenario(minRecords: 20)
    try await scenario.run {
      try await scenario.wait { scenario.reasons.isEmpty }
      try scenario.publish(0, events: 0, garbage: 30)
      try await scenario.wait { !scenario.reasons.isEmpty }
      guard case .breakerOpen(let opening, let since) = scenario.reasons.first else {
        Issue.record("\(scenario.reasons)")
        return
      }
      #expect(opening.topic == "web")
      #expect(opening.rejected == opening.read)
      #expect(since == Scene.time(0))
      try await scenario.wait {
        try scenario.metrics.value("sojourn_paused", ["lane": "1", "topic": "web"]) == 1
      }
      let metrics = try scenario.metrics
      #expect(metrics.value("sojourn_breaker_open", ["topic": "web"]) == 1)
      #expect(metrics.value("sojourn_breaker_open", ["topic": "app"]) == 0)
      #expect(metrics.value("sojourn_breaker_openings_total", ["topic": "web"]) == 1)
      #expect(metrics.value("sojourn_paused", ["lane": "0", "topic": "app"]) == 0)
    }
  }

  @Test func aStandbyIsAliveAndNotReady() async throws {
    var scene = Scene()
    scene.turn(isMember: false)
    #expect(Liveness(scene.facts, at: Scene.moment(1), HealthLimits()).isAlive)
    #expect(!Readiness(scene.facts, at: Scene.moment(1), HealthLimits()).isReady)
  }
}
