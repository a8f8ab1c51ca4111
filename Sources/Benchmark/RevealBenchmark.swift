import ArgumentParser
import EmbeddedLog
import EventLog
import Foundation
import JourneyModel
import KafkaLog
import Logging
import Persons
internal import ProcessRuntime
import Processor
import Synchronization
import Threads
import WireFormat

/// How long it takes from an address that is given until a reader of committed records sees who somebody's
/// earlier open session is of, and the contact: publisher, processor and readers in this process.
///
/// Everybody has a session open on a device of their own, in which they have given an address: their contact
/// has no name yet. Then a visitor on another device, whose sessions another lane has as a rule, gives the
/// address with a name. Where contacts are to be joined, the number that the first session gives is another
/// contact's until then, and the second one gives address and number. The clock starts when that event is
/// due, by a schedule that does not wait for anybody, and stops with the snapshot of the *first* session that
/// shows the name, and with the contact's record.
struct RevealBenchmark {
  /// Address of a broker; `nil` for an embedded log in a file.
  let brokers: String?
  /// People who give their address a second time, a second.
  let rate: Int
  /// How long they do.
  let seconds: Int
  /// Whether two contacts have to be joined.
  let joins: Bool

  private var count: Int { rate * seconds }
  /// People of the first second are not counted: everybody warms up.
  private var warmUp: Int { min(rate, count / 2) }
  private static let partitions: Int32 = 8
  private static let beat = 0.005
  private static let patience = 60.0

  /// What was measured.
  struct Result {
    var text: String
    /// People whose session or contact never came.
    var missing: Int
  }

  func run(directory: String) async throws -> Result {
    var settings = ProcessorSettings()
    settings.lanes.partitions = RevealBenchmark.partitions
    settings.lanes.group = "benchmark-\(getpid())-reveal-\(joins ? "joined" : "named")"
    settings.lanes.topics = TopicNames(prefix: settings.lanes.group + "-")
    settings.lanes.findPersons(PersonSettings())
    settings.instance = settings.lanes.group
    let log = try openLog(directory)
    try log.create(
      Set(settings.lanes.topics.all).sorted().map {
        TopicSpecification(
          name: $0, partitions: RevealBenchmark.partitions,
          settings: brokers == nil ? [:] : ["max.message.bytes": "8388608"])
      })
    let lanes = Mutex<Set<LaneNumber>>([])
    let counted = Mutex(Counts())
    let worker = Worker(settings: settings, log: log, clock: SystemClock()) { event in
      switch event {
      case .running(let lane, _): lanes.withLock { _ = $0.insert(lane) }
      case .committed(let report): counted.withLock { $0.add(report.counts) }
      default: break
      }
    }
    let running = Task { try await worker.run() }
    defer { worker.stop() }
    while lanes.withLock({ $0.count }) < Int(RevealBenchmark.partitions) {
      try await Task.sleep(for: .milliseconds(20))
    }
    let topics = settings.lanes.topics
    try await prepare(topics, log)
    counted.withLock { $0 = Counts() }
    // A second for the readers to find their places.
    let start = ContinuousClock.now + .seconds(1)
    async let shown = onOwnThread { try read(topics.sessions, "\"customer\":\"Gwen ", log, since: start) }
    async let known = onOwnThread { try read(topics[.contacts], "\"name\":\"Gwen ", log, since: start) }
    async let late = onOwnThread { try publish(topics.inputs[.web] ?? "", log, since: start) }
    let (sessions, contacts, lag) = (try await shown, try await known, try await late)
    worker.stop()
    try await running.value
    return result(sessions, contacts, publisherLag: lag, counted.withLock { $0 })
  }

  /// What lanes have read while addresses were given.
  private struct Counts {
    var events = 0
    var messages = 0

    mutating func add(_ counts: BatchCounts) {
      events += counts.applied
      messages += counts.messages
    }
  }

  private func openLog(_ directory: String) throws -> any EventLog {
    guard let brokers else { return try EmbeddedLog(path: "\(directory)/reveal-\(joins).db") }
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    return try KafkaLog(brokers: brokers, properties: ["message.max.bytes": "8388608"], logger: logger)
  }

  // MARK: - Publishing

  /// Has everybody give an address, and where contacts are to be joined a number, in sessions of their own,
  /// and waits until all of them are contacts.
  private func prepare(_ topics: TopicNames, _ log: any EventLog) async throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    let (now, topic) = (RevealBenchmark.now, topics.inputs[.web] ?? "")
    for number in 0..<count {
      append("first", number, "\"email\":\"\(address(number))\"", now, topic, &batch)
      if joins { append("other", number, "\"cellPhone\":\"\(phone(number))\"", now, topic, &batch) }
    }
    try publisher.send(batch)
    let expected = joins ? 2 * count : count
    _ = try await onOwnThread {
      try follow(topics[.contacts], log, fromBeginning: true) { keys, _ in keys.count < expected }
    }
  }

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
      let due = min(Int(Measurement.seconds(ContinuousClock.now - start) * Double(rate)), count)
      guard due > published else {
        Thread.sleep(forTimeInterval: RevealBenchmark.beat)
        continue
      }
      var batch = OutputBatch()
      for number in published..<due {
        let phone = joins ? ",\"cellPhone\":\"\(phone(number))\"" : ""
        append(
          "second", number,
          "\"email\":\"\(address(number))\"\(phone),\"displayName\":\"Gwen \(number)\"", RevealBenchmark.now,
          topic, &batch)
      }
      try publisher.send(batch)
      worst = max(
        worst, Measurement.seconds(ContinuousClock.now - start) - Double(published) / Double(rate))
      published = due
    }
    return worst
  }

  private func address(_ number: Int) -> String { "reveal-\(number)@example.com" }

  private func phone(_ number: Int) -> String { "+1555\(String(10_000_000 + number).dropFirst())" }

  private static var now: String {
    EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)).iso8601
  }

  private func append(
    _ device: String, _ number: Int, _ traits: String, _ time: String, _ topic: String,
    _ batch: inout OutputBatch
  ) {
    let customer = "\(device)-\(number)"
    let value = """
      {"id":"\(customer)-\(time)","eventName":"page_viewed","createdDate":"\(time)","customerId":"\(customer)",\
      "customerIdType":"cookie","page":{"url":"https://shop.example.com/account","title":"Account",\
      "pathname":"/account"},"traits":{\(traits)}}
      """
    batch.append(topic, partition: -1, key: Array(customer.utf8), value: Array(value.utf8))
  }

  // MARK: - Reading

  /// When somebody's name is seen first, in seconds from the time it was due; negative where it is not.
  private func read(
    _ topic: String, _ mark: String, _ log: any EventLog, since start: ContinuousClock.Instant
  ) throws -> [Double] {
    let mark = Array(mark.utf8)
    // Of sessions only the first one, which has never said a name.
    let first = Array("\"customerId\":\"first-".utf8)
    let isOfSessions = topic.hasSuffix("sessions")
    var arrivals = [Double](repeating: -1, count: count)
    var missing = count
    try follow(topic, log, fromBeginning: false) { _, value in
      guard let value, let number = RevealBenchmark.number(behind: mark, in: value),
        arrivals.indices.contains(number), arrivals[number] < 0,
        !isOfSessions || RevealBenchmark.number(behind: first, in: value) != nil
      else { return missing > 0 }
      arrivals[number] =
        Measurement.seconds(ContinuousClock.now - start) - Double(number) / Double(rate)
      missing -= 1
      return missing > 0
    }
    return arrivals
  }

  /// Reads a topic's records until it is told to stop, or nothing has come for long.
  ///
  /// - Parameter goesOn: is handed the keys so far, if everything is read from the beginning, and a value.
  private func follow(
    _ topic: String, _ log: any EventLog, fromBeginning: Bool,
    _ goesOn: (_ keys: Set<[UInt8]>, _ value: [UInt8]?) -> Bool
  ) throws {
    let reader = try log.makeReader()
    defer { reader.close() }
    var positions: [TopicPartition: NextOffset] = [:]
    let sources = (0..<RevealBenchmark.partitions).map { TopicPartition(topic, $0) }
    for (source, bounds) in try reader.bounds(sources) {
      positions[source] = fromBeginning ? bounds.earliest : bounds.end
    }
    var keys: Set<[UInt8]> = []
    var progressed = ContinuousClock.now
    let limits = FetchLimits(maxRecords: 4_096, maxBytes: 8 << 20, timeout: .milliseconds(10))
    while Measurement.seconds(ContinuousClock.now - progressed) < RevealBenchmark.patience {
      for chunk in try reader.poll(positions, limits: limits) {
        positions[chunk.source] = chunk.next
        progressed = .now
        for entry in chunk.entries {
          if fromBeginning, let key = chunk.copy(entry.key) { keys.insert(key) }
          guard goesOn(keys, chunk.copy(entry.value)) else { return }
        }
      }
    }
  }

  /// The number behind the first place where some bytes stand.
  private static func number(behind mark: [UInt8], in value: [UInt8]) -> Int? {
    guard let place = value.firstRange(of: mark) else { return nil }
    let digits = value[place.upperBound...].prefix { ASCII.digits.contains($0) }
    guard !digits.isEmpty else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - ASCII.zero) }
  }

  // MARK: - Result

  private func result(
    _ sessions: [Double], _ contacts: [Double], publisherLag: Double, _ counts: Counts
  ) -> Result {
    func quantiles(_ arrivals: [Double]) -> String {
      let counted = arrivals[warmUp...].filter { $0 >= 0 }.sorted()
      func quantile(_ share: Double) -> Double {
        counted.isEmpty
          ? .nan : counted[min(Int(Double(counted.count) * share), counted.count - 1)] * 1_000
      }
      return String(format: "p50 %.0f ms, p99 %.0f ms", quantile(0.5), quantile(0.99))
    }
    let missing = (sessions + contacts).count { $0 < 0 }
    let text = String(
      format:
        "%@, %@, %d people/s for %d s: earlier session %@; contact %@; %.1f messages between lanes each; publisher at "
        + "most %.0f ms behind%@",
      brokers == nil ? "embedded" : "kafka", joins ? "two contacts joined" : "a name for a contact", rate,
      seconds, quantiles(sessions), quantiles(contacts), Double(counts.messages) / Double(count),
      publisherLag * 1_000, missing > 0 ? "; \(missing) NEVER came" : "")
    return Result(text: text, missing: missing)
  }
}
