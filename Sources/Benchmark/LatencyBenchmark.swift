import ArgumentParser
import EmbeddedLog
import EventLog
import Foundation
import JourneyModel
import JourneyRules
import KafkaLog
import Logging
internal import ProcessRuntime
import Processor
import Synchronization
import Threads
import WireFormat

/// How long it takes from an event to its session: publisher, processor and a reader of committed records in
/// this process.
///
/// Each event begins a session of its own, so that the first snapshot of a session belongs to one event. The
/// clock starts when an event is due, by a schedule that does not wait for anybody, and stops when the reader
/// has its snapshot in hand; what an event waits because a publisher or a processor lags behind is therefore
/// in it.
struct LatencyBenchmark {
  /// Address of a broker; `nil` for an embedded log in a file.
  let brokers: String?
  /// Events a second.
  let rate: Int
  /// How long events are published.
  let seconds: Int
  /// Whether to wait for a trigger, under a definition that every event satisfies, instead of a snapshot.
  var isTrigger = false
  /// Events of the first second are not counted: everybody warms up.
  private var warmUp: Int { min(rate, count / 2) }
  private var count: Int { rate * seconds }
  private static let partitions: Int32 = 8
  /// Time between two batches of the publisher.
  private static let beat = 0.005
  private static let patience = 60.0

  /// What was measured.
  struct Result {
    var text: String
    /// Events without a snapshot at the end.
    var missing: Int
  }

  /// - Parameter directory: where the embedded log is put; on the file system that is to be measured.
  func run(directory: String) async throws -> Result {
    var settings = ProcessorSettings()
    settings.lanes.partitions = LatencyBenchmark.partitions
    settings.lanes.group = "benchmark-\(getpid())-latency-\(isTrigger ? "trigger-" : "")\(rate)"
    settings.lanes.topics = TopicNames(prefix: settings.lanes.group + "-")
    settings.instance = settings.lanes.group
    let log = try openLog(directory)
    let names = Set(settings.lanes.topics.all)
    try log.create(
      names.sorted().map {
        TopicSpecification(
          name: $0, partitions: LatencyBenchmark.partitions,
          settings: brokers == nil ? [:] : ["max.message.bytes": "8388608"])
      })
    if isTrigger { try applyDefinitions(log, settings.lanes.topics.definitions) }
    let lanes = Mutex<Set<LaneNumber>>([])
    let commits = Mutex<[Commit]>([])
    let worker = Worker(settings: settings, log: log, clock: SystemClock()) { event in
      switch event {
      case .running(let lane, _): lanes.withLock { _ = $0.insert(lane) }
      case .committed(let report): commits.withLock { $0.append(Commit(report)) }
      default: break
      }
    }
    let running = Task { try await worker.run() }
    defer { worker.stop() }
    while lanes.withLock({ $0.count }) < Int(LatencyBenchmark.partitions) {
      try await Task.sleep(for: .milliseconds(20))
    }
    let topics = settings.lanes.topics
    let clock = ContinuousClock()
    // A second for the reader to find its place.
    let start = clock.now + .seconds(1)
    async let seen = onOwnThread { try read(isTrigger ? topics.actions : topics.sessions, log, since: start) }
    async let late = onOwnThread { try publish(topics.inputs[.web] ?? "", log, since: start) }
    let (arrivals, lag) = (try await seen, try await late)
    worker.stop()
    try await running.value
    return result(arrivals, publisherLag: lag, commits: commits.withLock { $0 }, settings)
  }

  private func openLog(_ directory: String) throws -> any EventLog {
    guard let brokers else {
      return try EmbeddedLog(path: "\(directory)/latency-\(isTrigger ? "trigger-" : "")\(rate).db")
    }
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    return try KafkaLog(brokers: brokers, properties: ["message.max.bytes": "8388608"], logger: logger)
  }

  // MARK: - Publishing

  /// Publishes by the clock.
  ///
  /// - Returns: the longest time that a batch was confirmed after its first event was due, in seconds.
  private func publish(_ topic: String, _ log: any EventLog, since start: ContinuousClock.Instant) throws
    -> Double
  {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var published = 0
    var worst = 0.0
    while published < count {
      let elapsed = Measurement.seconds(ContinuousClock.now - start)
      let due = min(Int(elapsed * Double(rate)), count)
      guard due > published else {
        Thread.sleep(forTimeInterval: LatencyBenchmark.beat)
        continue
      }
      let now = EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)).iso8601
      var batch = OutputBatch()
      for number in published..<due {
        let customer = Array("latency-\(number)".utf8)
        batch.append(topic, partition: -1, key: customer, value: event(number, at: now))
      }
      try publisher.send(batch)
      worst = max(
        worst, Measurement.seconds(ContinuousClock.now - start) - Double(published) / Double(rate))
      published = due
    }
    return worst
  }

  /// About 400 bytes, as the other workloads' events.
  private func event(_ number: Int, at time: String) -> [UInt8] {
    let page = number % 500
    return Array(
      """
      {"id":"event-\(number)","eventName":"page_viewed","createdDate":"\(time)","customerId":"latency-\(number)",\
      "customerIdType":"cookie","page":{"url":"https://shop.example.com/catalogue/item-\(page)","title":"Item \(page)",\
      "pathname":"/catalogue/item-\(page)"},"browser":{"family":"Firefox","version":"121","lang":"de"},\
      "referrer":{"url":"https://search.example.com/results","hostname":"search.example.com"}}
      """.utf8)
  }

  // MARK: - Reading

  /// Reads sessions until the first snapshot of every event is there.
  ///
  /// - Returns: seconds from the time an event was due; negative where nothing came.
  private func read(
    _ topic: String, _ log: any EventLog, since start: ContinuousClock.Instant
  ) throws -> [Double] {
    let reader = try log.makeReader()
    defer { reader.close() }
    var positions: [TopicPartition: NextOffset] = [:]
    let sources = (0..<LatencyBenchmark.partitions).map { TopicPartition(topic, $0) }
    for (source, bounds) in try reader.bounds(sources) { positions[source] = bounds.end }
    var arrivals = [Double](repeating: -1, count: count)
    var missing = count
    var progressed = ContinuousClock.now
    let limits = FetchLimits(maxRecords: 4_096, maxBytes: 8 << 20, timeout: .milliseconds(10))
    while missing > 0 {
      let chunks = try reader.poll(positions, limits: limits)
      let elapsed = Measurement.seconds(ContinuousClock.now - start)
      for chunk in chunks {
        positions[chunk.source] = chunk.next
        for entry in chunk.entries {
          guard let value = entry.value, !isTrigger || isOffer(chunk, value),
            let number = customer(chunk, value),
            arrivals.indices.contains(number),
            arrivals[number] < 0
          else { continue }
          arrivals[number] = elapsed - Double(number) / Double(rate)
          missing -= 1
          progressed = .now
        }
      }
      if Measurement.seconds(ContinuousClock.now - progressed) > LatencyBenchmark.patience { break }
    }
    return arrivals
  }

  /// Whether a record of `actions` is a trigger.
  private func isOffer(_ chunk: RecordChunk, _ value: ByteSlice) -> Bool {
    let mark = LatencyBenchmark.offer
    return chunk.bytes.withUnsafeBufferPointer { bytes in
      var start = value.indices.lowerBound
      while start + mark.count <= value.indices.upperBound {
        if bytes[start] == mark[0], mark.indices.allSatisfy({ bytes[start + $0] == mark[$0] }) { return true }
        start += 1
      }
      return false
    }
  }

  private static let offer = Array("\"state\":\"offered\"".utf8)

  /// A flow for each page view.
  private func applyDefinitions(_ log: any EventLog, _ topic: String) throws {
    let text = """
      {"entities":[{"kind":"actionMap","id":"each","displayName":"Each","version":1,"triggerWithEventConditions":[
      {"key":"page.url","values":["/catalogue/"],"operator":"containsAny","streamType":"Web","sessionType":"web"}],
      "activation":{"type":"immediate"},"action":{"mediaType":"architectFlow","architectFlowFields":{
      "architectFlow":{"id":"f"},"flowRequestMappings":[
      {"name":"session","attributeType":"String","mappingType":"Lookup","value":"session.id"}]}}}]}
      """
    let check = DefinitionCheck([
      DefinitionDocument(file: "latency", value: try DefinitionJSON.read(Array(text.utf8)))
    ])
    guard let bundle = check.bundle else { throw ValidationError("\(check.findings)") }
    let now = EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    try publisher.send(
      try DefinitionRecords.records(
        bundle, as: .init(bundle: bundle.hash.description, revision: 1, appliedAt: now), topic: topic))
  }

  private static let mark = Array("\"customerId\":\"latency-".utf8)

  /// The number in a snapshot's customer id.
  private func customer(_ chunk: RecordChunk, _ value: ByteSlice) -> Int? {
    let mark = LatencyBenchmark.mark
    return chunk.bytes.withUnsafeBufferPointer { bytes in
      var start = value.indices.lowerBound
      let end = value.indices.upperBound
      while start + mark.count < end {
        if bytes[start] == mark[0], mark.indices.allSatisfy({ bytes[start + $0] == mark[$0] }) {
          var number = 0
          for byte in bytes[(start + mark.count)..<end] {
            guard ASCII.digits.contains(byte) else { break }
            number = number * 10 + Int(byte - ASCII.zero)
          }
          return number
        }
        start += 1
      }
      return nil
    }
  }

  // MARK: - Result

  private func result(
    _ arrivals: [Double], publisherLag: Double, commits: [Commit], _ settings: ProcessorSettings
  ) -> Result {
    let counted = arrivals[warmUp...].filter { $0 >= 0 }.sorted()
    let missing = arrivals.count { $0 < 0 }
    func quantile(_ share: Double) -> Double {
      counted.isEmpty ? .nan : counted[min(Int(Double(counted.count) * share), counted.count - 1)] * 1_000
    }
    let text = String(
      format:
        "%@%@, %d events/s for %d s, commitInterval %d ms: p50 %.0f ms, p99 %.0f ms, largest %.0f ms; %d commits; publisher "
        + "at most %.0f ms behind%@",
      brokers == nil ? "embedded" : "kafka", isTrigger ? ", to the trigger" : "", rate, seconds,
      Int(Measurement.seconds(settings.commitInterval) * 1_000), quantile(0.5), quantile(0.99), quantile(1),
      commits.count, publisherLag * 1_000, missing > 0 ? "; \(missing) events WITHOUT a record" : "")
    return Result(text: text + "\n" + Commit.summary(commits), missing: missing)
  }
}

/// Where the time of a commit went.
private struct Commit {
  let events: Int
  let elapsed: Double
  let transaction: Double

  init(_ report: CommitReport) {
    events = Int(report.counts.read)
    elapsed = Measurement.seconds(report.elapsed)
    transaction = Measurement.seconds(report.transaction)
  }

  /// Medians and the 99th percentiles, of commits with events.
  static func summary(_ commits: [Commit]) -> String {
    let busy = commits.filter { $0.events > 0 }
    func quantile(_ value: (Commit) -> Double, _ share: Double) -> Double {
      let sorted = busy.map(value).sorted()
      return sorted.isEmpty ? .nan : sorted[min(Int(Double(sorted.count) * share), sorted.count - 1)]
    }
    let milliseconds = [\Commit.elapsed, \Commit.transaction].flatMap { path in
      [0.5, 0.99].map { share in quantile({ $0[keyPath: path] }, share) * 1_000 }
    }
    return String(
      format: "  a commit: p50 %.0f and p99 %.0f events; from its first record p50 %.0f ms, p99 %.0f ms, "
        + "of it the transaction p50 %.0f ms, p99 %.0f ms",
      quantile({ Double($0.events) }, 0.5), quantile({ Double($0.events) }, 0.99), milliseconds[0],
      milliseconds[1], milliseconds[2], milliseconds[3])
  }
}
