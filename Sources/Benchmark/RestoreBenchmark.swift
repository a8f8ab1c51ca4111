import ArgumentParser
import EmbeddedLog
import EventLog
import Foundation
import JourneyModel
import KafkaLog
internal import LaneStorage
import LocalStore
import Logging
import Processor
import WireFormat

/// Restore of many open web sessions in four lanes: from `state` and `redo`, and from lane files.
///
/// The log is the embedded one on disk, or Kafka; what is in it was written by the production lane and its
/// checkpoints, as after an hour of work. Each figure comes from a process of its own that does for every
/// lane, one after the other, what a worker does: `LaneRestorer`. Joining the group is not in it, and no
/// input has to be read.
struct RestoreBenchmark {
  static let lanes: Int32 = 4
  static let eventsPerSession = 4

  let sessions: Int
  let brokers: String?

  /// What one process measured.
  struct Figures: Codable {
    var sessions: Int
    var seconds: Double
    var cpuSeconds: Double
    /// Growth of the resident set.
    var memoryBytes: Int
    var peakBytes: Int
    var source: String
  }

  /// What was written.
  struct Prepared: Codable {
    var stateRecords: Int
    var stateBytes: Int
    var redoBytes: Int
    var fileBytes: Int
    var fileSeconds: Double
  }

  func run(times: Int, note: (String) -> Void) throws -> [(name: String, runs: [Measurement])] {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "sojourn-restore-\(ProcessInfo.processInfo.processIdentifier)"
    ).path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let prepared: Prepared = try child(["--prepare", "\(sessions)", directory])
    note(
      "restore: \(sessions) sessions of \(RestoreBenchmark.eventsPerSession) events; \(prepared.stateRecords) records and "
        + "\(prepared.stateBytes / max(prepared.stateRecords, 1)) bytes of key and value each in state, \(prepared.redoBytes) bytes in redo; "
        + "lane files \(prepared.fileBytes / sessions) bytes a session, written in \(text(prepared.fileSeconds)) s"
    )
    var rows: [(name: String, runs: [Measurement])] = []
    for (name, flags) in [("from the log", [String]()), ("from lane files", ["--files"])] {
      var runs: [Measurement] = []
      for _ in 0..<times {
        let figures: Figures = try child(flags + [directory])
        guard figures.sessions == sessions else {
          throw ValidationError("\(figures.sessions) sessions came back, not \(sessions)")
        }
        note(
          "restore \(name) (\(figures.source)): \(text(figures.seconds)) s, \(figures.memoryBytes / sessions) bytes of memory a session"
        )
        runs.append(
          Measurement(
            events: sessions, bytes: flags.isEmpty ? prepared.stateBytes : prepared.fileBytes,
            seconds: figures.seconds, cpuSeconds: figures.cpuSeconds, peakBytes: figures.peakBytes))
      }
      rows.append(("restore\(brokers == nil ? "" : " kafka"), \(name)", runs))
    }
    return rows
  }

  private func text(_ seconds: Double) -> String { String(format: "%.2f", seconds) }

  /// Runs this program's hidden subcommand and reads what it prints.
  private func child<Value: Decodable>(_ arguments: [String]) throws -> Value {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = ["restore-part"] + (brokers.map { ["--brokers", $0] } ?? []) + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ValidationError(
        "a part of the restore benchmark ended with exit code \(process.terminationStatus)")
    }
    return try JSONDecoder().decode(Value.self, from: data)
  }
}

/// `sojourn-benchmark restore-part`: one process of the restore benchmark.
struct RestorePartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore-part", abstract: "One process of the restore benchmark.", shouldDisplay: false)

  @Option var brokers: String?
  @Option(help: "Writes the log and the lane files of so many sessions.") var prepare: Int?
  @Flag(help: "Restores from the lane files.") var files = false
  @Argument var directory: String

  private var settings: ProcessorSettings {
    var settings = ProcessorSettings()
    settings.lanes.partitions = RestoreBenchmark.lanes
    // A name of its own for each run, or Kafka would hold an earlier one's records.
    settings.lanes.group = (directory as NSString).lastPathComponent
    settings.lanes.topics = TopicNames(prefix: settings.lanes.group + "-")
    return settings
  }

  private func openLog() throws -> any EventLog {
    guard let brokers else { return try EmbeddedLog(path: directory + "/log.db") }
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    return try KafkaLog(brokers: brokers, properties: ["message.max.bytes": "8388608"], logger: logger)
  }

  func run() throws {
    let log = try openLog()
    let encoder = JSONEncoder()
    if let prepare {
      FileHandle.standardOutput.write(try encoder.encode(try write(prepare, to: log)))
    } else {
      FileHandle.standardOutput.write(try encoder.encode(try restore(from: log)))
    }
  }

  // MARK: - Writing

  private func write(_ sessions: Int, to log: any EventLog) throws -> RestoreBenchmark.Prepared {
    let settings = settings
    let topics = settings.lanes.topics
    try log.create(
      Set(topics.all).sorted().map { name in
        var options = ["max.message.bytes": "8388608"]
        if name == topics.state { options["cleanup.policy"] = "compact" }
        return TopicSpecification(name: name, partitions: RestoreBenchmark.lanes, settings: options)
      })
    let producer = try log.makeTransactionalProducer(id: settings.lanes.group)
    try producer.initialize()
    guard let decoder = EventDecoder(limits: settings.lanes.decoding, partitions: RestoreBenchmark.lanes)
    else {
      throw ValidationError("no memory for the JSON parser")
    }
    var prepared = RestoreBenchmark.Prepared(
      stateRecords: 0, stateBytes: 0, redoBytes: 0, fileBytes: 0, fileSeconds: 0)
    let store = try LaneDirectory(directory, group: settings.lanes.group)
    for lane in LaneNumber.all(of: RestoreBenchmark.lanes) {
      let machine = LaneMachine(lane: lane, settings: settings.lanes, configuration: "benchmark")
      var customers = Customers(lane: lane)
      let count =
        sessions / Int(RestoreBenchmark.lanes) + (lane.index < sessions % Int(RestoreBenchmark.lanes) ? 1 : 0)
      var left = count
      var offset: Int64 = 0
      var taken = Customers.start
      var journal: JournalRecord?
      // As many new sessions a batch as can be written to `state` with one.
      while left > 0 {
        let fresh = min(left, settings.lanes.maxCheckpointValues)
        left -= fresh
        var chunk = RecordChunk(
          source: TopicPartition(topics.inputs[.web] ?? "", lane: lane), next: NextOffset(offset))
        for event in customers.events(fresh, from: count - left - fresh) {
          chunk.append(offset: RecordOffset(offset), timestamp: -1, key: nil, value: event)
          offset += 1
        }
        chunk.seal()
        taken += 10_000
        var records = OutputBatch()
        let positions = Dictionary(
          uniqueKeysWithValues: topics.consumed.map { ($0, $0 == topics.inputs[.web] ? chunk.next.value : 0) }
        )
        journal = machine.reduce(
          LaneBatch(
            takenAt: EventTime(milliseconds: max(taken, customers.last)),
            inputs: [decoder.decode(chunk, stream: .web)],
            positions: positions), into: &records)
        // Snapshots are not read by a restore: only what is internal is written.
        var kept = OutputBatch()
        for entry in records.entries where records.topics[entry.topic] != topics.sessions {
          let topic = records.topics[entry.topic]
          let value = entry.value.map { Array(records.bytes[$0.indices]) }
          let key = entry.key.map { Array(records.bytes[$0.indices]) }
          if topic == topics.state {
            prepared.stateRecords += 1
            prepared.stateBytes += (value?.count ?? 0) + (key?.count ?? 0)
          } else if topic == topics.redo {
            prepared.redoBytes += value?.count ?? 0
          }
          kept.append(topic, partition: entry.partition, key: key, value: value)
        }
        try producer.begin()
        try producer.produce(kept)
        try producer.flush()
        try producer.commit()
      }
      guard let journal, machine.sessionCount == count else {
        throw ValidationError("lane \(lane) holds \(machine.sessionCount) sessions, not \(count)")
      }
      let started = ContinuousClock.now
      let draft = try store.create(lane)
      let identity = LaneFileIdentity(settings.lanes, log: log.name, lane: lane)
      let builder = LaneFileBuilder(machine, base: journal, identity: identity, draft: draft)
      _ = try builder.finish(machine, end: journal)
      try draft.publish()
      prepared.fileSeconds += Measurement.seconds(ContinuousClock.now - started)
      prepared.fileBytes +=
        try FileManager.default.attributesOfItem(atPath: store.path(lane))[.size] as? Int ?? 0
    }
    producer.close()
    return prepared
  }

  /// Customers of one lane and their page views.
  private struct Customers {
    static let start: Int64 = 1_767_600_000_000
    let lane: LaneNumber
    private var candidate: UInt64 = 0
    private(set) var last = Customers.start

    init(lane: LaneNumber) { self.lane = lane }

    mutating func events(_ count: Int, from first: Int) -> [[UInt8]] {
      var events: [[UInt8]] = []
      events.reserveCapacity(count * RestoreBenchmark.eventsPerSession)
      var ids: [String] = []
      while ids.count < count {
        candidate += 1
        let id = SessionID(high: candidate &* 0x9e37_79b9_7f4a_7c15, low: candidate &* 0xbf58_476d_1ce4_e5b9)
          .text
        if Placement.lane(of: id.utf8, partitions: RestoreBenchmark.lanes) == lane { ids.append(id) }
      }
      for step in 0..<RestoreBenchmark.eventsPerSession {
        for (number, id) in ids.enumerated() {
          // A millisecond between two sessions: all are open at the end.
          let at = Customers.start + Int64(first + number) + Int64(step) * 1_000
          last = max(last, at)
          let page = (first + number * 7 + step * 131) % 500
          let event = SessionID(high: UInt64(first + number), low: UInt64(step)).text
          events.append(
            Array(
              "{\"id\":\"\(event)\",\"eventName\":\"page_viewed\",\"createdDate\":\"\(EventTime(milliseconds: at).iso8601)\",\"customerId\":\"\(id)\",\"customerIdType\":\"cookie\",\"page\":{\"url\":\"https://shop.example.com/catalogue/item-\(page)\",\"title\":\"Item \(page)\",\"pathname\":\"/catalogue/item-\(page)\"},\"browser\":{\"family\":\"Firefox\",\"version\":\"121\",\"lang\":\"de\"}}"
                .utf8))
        }
      }
      return events
    }
  }

  // MARK: - Restoring

  private func restore(from log: any EventLog) throws -> RestoreBenchmark.Figures {
    let settings = settings
    let topics = settings.lanes.topics
    let reader = try log.makeReader()
    let memory = Measurement.residentBytes
    let cpu = Measurement.cpuSeconds(.own)
    var local = LocalStorage()
    if files { local.laneFiles = try LaneDirectory(directory, group: settings.lanes.group) }
    var machines: [LaneMachine] = []
    var sources: Set<String> = []
    let started = ContinuousClock.now
    let restorer = LaneRestorer(
      settings: settings, configuration: "benchmark", reader: reader, log: log.name, local: local
    ) { event in
      if case .laneFileIgnored(let lane, let doubt) = event {
        sources.insert("lane \(lane) ignored: \(doubt)")
      }
    }
    for lane in LaneNumber.all(of: RestoreBenchmark.lanes) {
      // What the group has stored is what the journal's tail says; the group itself is not asked.
      let tail = try restorer.newestRecord(lane)
      var committed: [TopicPartition: NextOffset?] = [:]
      for topic in topics.consumed {
        committed[TopicPartition(topic, lane: lane)] = tail?.ranges[topic].map { NextOffset($0.upperBound) }
      }
      let restored = try restorer.restore(lane, committed: committed)
      sources.insert(restored.source.rawValue)
      if let machine = restored.machine { machines.append(machine) }
    }
    let seconds = Measurement.seconds(ContinuousClock.now - started)
    return RestoreBenchmark.Figures(
      sessions: machines.reduce(0) { $0 + $1.sessionCount }, seconds: seconds,
      cpuSeconds: Measurement.cpuSeconds(.own) - cpu, memoryBytes: Measurement.residentBytes - memory,
      peakBytes: Measurement.peakBytes(.own), source: sources.sorted().joined(separator: ", "))
  }
}

extension Measurement {
  /// The resident set of this process now, in bytes.
  static var residentBytes: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return pages * 4_096
  }
}
