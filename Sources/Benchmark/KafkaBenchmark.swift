import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import KafkaLog
import Logging
internal import ProcessRuntime
import Processor
import Sessionizer
import Synchronization
import WireFormat

/// The processor on a real broker, beside a bare client with the same traffic.
struct KafkaBenchmark {
  let brokers: String
  let events: Int
  /// Bytes of all events.
  let bytes: Int
  private let log: KafkaLog
  private let inputs: TopicNames
  static let partitions: Int32 = 8

  /// Connects, creates the input topics under a prefix of their own, and fills them.
  init(brokers: String, events: Int, seed: UInt64) throws {
    self.brokers = brokers
    self.events = events
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    log = try KafkaLog(brokers: brokers, properties: [:], logger: logger)
    let prefix = "benchmark-\(ProcessInfo.processInfo.processIdentifier)-"
    inputs = TopicNames(prefix: prefix)
    try KafkaBenchmark.create(inputs.consumed, log)
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    let topic = inputs.inputs[.web] ?? ""
    var workload = Workload(seed: seed)
    var bytes = 0
    var left = events
    while left > 0 {
      var batch = OutputBatch()
      for _ in 0..<min(left, 50_000) {
        let (key, value) = workload.next()
        bytes += value.count
        batch.append(topic, partition: -1, key: key, value: value)
      }
      left -= min(left, 50_000)
      try publisher.send(batch)
    }
    self.bytes = bytes
  }

  static func create(_ topics: [String], _ log: KafkaLog) throws {
    try log.create(
      topics.map {
        TopicSpecification(name: $0, partitions: partitions, settings: ["max.message.bytes": "8388608"])
      })
  }

  /// One pair of runs.
  struct Pair: Sendable {
    var processor: Measurement
    var bare: Measurement
    var remark: String
  }

  /// The first pair is not counted: the broker's machine still compiles then, which would slow the processor
  /// alone.
  func run(snapshots: String, times: Int) async throws -> [Pair] {
    guard let mode = SnapshotPolicy.Mode(rawValue: snapshots) else { return [] }
    var results: [Pair] = []
    for round in 0...times {
      let group = "\(inputs.sessions)-\(mode.rawValue)-\(round)"
      let (processor, traffic) = try await processor(mode, group)
      let arguments = [
        "--brokers", brokers, "--input", inputs.inputs[.web] ?? "", "--prefix", "\(group)-", "--partitions",
        "\(KafkaBenchmark.partitions)", "--events", "\(events)", "--events-per-commit",
        "\(traffic.eventsPerCommit)",
      ]
      let bare = try await Task.detached { [events, bytes] in
        try BarePartCommand.measure(arguments, events: events, bytes: bytes)
      }.value
      let ratio = Double(processor.events) / processor.seconds / (Double(bare.events) / bare.seconds)
      results.append(
        Pair(
          processor: processor, bare: bare,
          remark: String(
            format:
              "%@ round %d: sojourn %.0f/s, bare %.0f/s, ratio %.2f; %.2f records of %.0f bytes per event, %.0f events per commit",
            snapshots, round, Double(processor.events) / processor.seconds,
            Double(bare.events) / bare.seconds, ratio,
            traffic.recordsPerEvent, traffic.bytesPerRecord, traffic.eventsPerCommit)))
    }
    return Array(results.dropFirst())
  }

  private struct Traffic {
    var recordsPerEvent: Double
    var bytesPerRecord: Double
    var eventsPerCommit: Double
  }

  private func processor(
    _ mode: SnapshotPolicy.Mode, _ group: String
  ) async throws -> (Measurement, Traffic) {
    var settings = ProcessorSettings()
    settings.lanes.partitions = KafkaBenchmark.partitions
    settings.lanes.snapshots.mode = mode
    settings.lanes.group = group
    settings.topicIdle = .seconds(3_600)
    // Outputs of its own for each round, the same inputs.
    var names = TopicNames(prefix: "\(settings.lanes.group)-")
    names.inputs = inputs.inputs
    settings.lanes.topics = names
    try KafkaBenchmark.create(names.produced + [names.definitions, names[.models]], log)
    let progress = Progress(events: events)
    let (completion, end) = AsyncStream<Void>.makeStream()
    let worker = Worker(settings: settings, log: log, clock: SystemClock()) { event in
      if progress.note(event) { end.finish() }
    }
    let run = Task {
      defer { end.finish() }
      try await worker.run()
    }
    for await _ in completion {}
    worker.stop()
    try await run.value
    let result = progress.result()
    return (
      Measurement(
        events: result.events, bytes: bytes, seconds: result.seconds, cpuSeconds: result.cpuSeconds,
        peakBytes: Measurement.peakBytes(.own)),
      Traffic(
        recordsPerEvent: Double(result.records) / Double(result.events),
        bytesPerRecord: Double(result.bytes) / Double(max(result.records, 1)),
        eventsPerCommit: Double(result.events) / Double(max(result.commits, 1)))
    )
  }

  /// Clocks the time from the last lane's start to the commit that completes the input.
  private final class Progress: Sendable {
    private let events: Int
    private let state = Mutex(State())

    private struct State {
      var started = ContinuousClock.now
      var startedCPU = 0.0
      var read = 0
      var totals = (records: 0, bytes: 0, commits: 0)
      var seconds = 0.0
      var cpuSeconds = 0.0
    }

    init(events: Int) { self.events = events }

    /// - Returns: whether the input is complete with it.
    func note(_ event: ProcessorEvent) -> Bool {
      state.withLock { state in
        switch event {
        case .running:
          state.started = .now
          state.startedCPU = Measurement.cpuSeconds(.own)
        case .committed(let report):
          state.read += report.counts.read
          state.totals.records += report.records
          state.totals.bytes += report.bytes
          state.totals.commits += 1
          if state.read >= events, state.seconds == 0 {
            state.seconds = Measurement.seconds(ContinuousClock.now - state.started)
            state.cpuSeconds = Measurement.cpuSeconds(.own) - state.startedCPU
            return true
          }
        default: break
        }
        return false
      }
    }

    func result() -> (
      events: Int, seconds: Double, cpuSeconds: Double, records: Int, bytes: Int, commits: Int
    ) {
      state.withLock {
        ($0.read, $0.seconds, $0.cpuSeconds, $0.totals.records, $0.totals.bytes, $0.totals.commits)
      }
    }
  }
}
