import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import LocalStore
import ProcessRuntime
import Processor
import Sessionizer
import WireFormat

#if canImport(Glibc)
  import Glibc
#endif

/// Custom sessions that never end: each gets one event and, much later, a second one. Four lanes on SQLite
/// cold stores with a cap on the memory of the process, as `sojourn run` has it, without a log.
struct IdleBenchmark {
  let sessions: Int
  /// Bytes that the process may be resident with.
  let cap: Int
  let directory: String

  private static let lanes: Int32 = 4
  private static let batchRecords = 20_000
  /// More than that many records have.
  private static let maxBatchBytes = 16 << 20
  /// Wall-clock time between two batches: a commit interval.
  private static let interval: Int64 = 200
  private static let start: Int64 = 1_767_600_000_000

  /// What one phase did.
  private struct Phase {
    var seconds = 0.0
    var loaded = 0
    var stateRecords = 0
    var stateBytes = 0
  }

  /// Runs it and says what came out, line by line.
  func run() throws -> [String] {
    guard let decoder = EventDecoder(limits: DecodingLimits(), partitions: IdleBenchmark.lanes) else {
      throw ValidationError("no memory for the JSON parser")
    }
    guard
      let share = MemoryPlan(maxBytes: cap).sessionBytes(maxBatchBytes: IdleBenchmark.maxBatchBytes)
    else {
      throw ValidationError(
        "--cap: at least \((MemoryPlan.otherBytes(maxBatchBytes: IdleBenchmark.maxBatchBytes) + MemoryPlan.leastSessionBytes) >> 20) MiB"
      )
    }
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let stores = try SQLiteColdStores(directory: directory, instance: "benchmark")
    var settings = LaneSettings()
    settings.partitions = IdleBenchmark.lanes
    // As after a minute of rest: the first batch after it writes what it has to.
    settings.checkpointAge = .seconds(1)
    let machines = try LaneNumber.all(of: IdleBenchmark.lanes).map { lane in
      let machine = LaneMachine(
        lane: lane, settings: settings, configuration: "benchmark",
        coldStore: try stores.makeStore(lane: lane))
      machine.memoryShare = share / Int(IdleBenchmark.lanes)
      return machine
    }
    var lines: [String] = []
    let resting = IdleBenchmark.residentBytes
    let first = try phase("a", machines, decoder, at: 0)
    // Nothing comes any more; what has changed is written to `state` slice by slice.
    let settle = try rest(machines)
    let held = machines.reduce(0) { $0 + $1.sessionCount }
    let evicted = machines.reduce(0) { $0 + $1.evictedSessions }
    let counted = machines.reduce(0) { $0 + $1.residentBytes }
    let idle = IdleBenchmark.residentBytes
    let disk = IdleBenchmark.diskBytes(directory)
    lines.append("\(held) sessions held, \(evicted) of them evicted, \(held - evicted) in memory")
    lines.append(
      "process: cap \(cap / 1_048_576) MiB, \(idle / 1_048_576) MiB resident (\(resting / 1_048_576) MiB before), peak \(Measurement.peakBytes(.own) / 1_048_576) MiB; its sessions: \(counted / 1_048_576) MiB counted of \(share / 1_048_576) MiB"
    )
    lines.append("\(disk / max(evicted, 1)) bytes per evicted session on disk")
    lines.append(
      "first events: \(Int(Double(sessions) / first.seconds)) a second; \(first.stateRecords + settle.stateRecords) values to state, \((first.stateBytes + settle.stateBytes) / max(first.stateRecords + settle.stateRecords, 1)) bytes each"
    )
    let second = try phase("b", machines, decoder, at: Int64(sessions) + 10_000_000)
    lines.append(
      "second events: \(Int(Double(sessions) / second.seconds)) a second, \(second.loaded) sessions loaded; peak \(Measurement.peakBytes(.own) / 1_048_576) MiB"
    )
    var joined = 0
    var total = 0
    for machine in machines {
      try machine.forEachValue { value in
        total += 1
        // The id is derived from the first event's, so an equal count of events means that the second found
        // the first's session.
        if value.session?.eventCount == 2 { joined += 1 }
      }
    }
    lines.append("\(joined) of \(total) sessions have both events")
    let peak = Measurement.peakBytes(.own)
    guard peak <= cap else { throw ValidationError("\(peak) bytes resident at most, the cap is \(cap)") }
    guard joined == sessions, total == sessions else {
      throw ValidationError("sessions were lost: " + (lines.last ?? ""))
    }
    return lines
  }

  /// One event for each session, in batches over all lanes.
  private func phase(
    _ name: String, _ machines: [LaneMachine], _ decoder: EventDecoder, at offset: Int64
  ) throws -> Phase {
    var result = Phase()
    var records = OutputBatch()
    var number = 0
    var now = IdleBenchmark.start + offset
    while number < sessions {
      var chunks = (0..<IdleBenchmark.lanes).map {
        RecordChunk(source: TopicPartition("custom", $0), next: NextOffset(0))
      }
      for _ in 0..<min(IdleBenchmark.batchRecords, sessions - number) {
        let key = Array("customer-\(number)".utf8)
        let lane = Placement.lane(of: key, partitions: IdleBenchmark.lanes)
        chunks[lane.index].append(
          offset: RecordOffset(Int64(number)), timestamp: -1, key: key,
          value: IdleBenchmark.event(name, number, at: now))
        number += 1
      }
      let started = ContinuousClock.now
      for (lane, chunk) in chunks.enumerated() {
        var chunk = chunk
        chunk.seal()
        let batch = LaneBatch(
          takenAt: EventTime(milliseconds: now), inputs: [decoder.decode(chunk, stream: .custom)])
        try reduce(batch, machines[lane], &records, &result)
      }
      result.seconds += Measurement.seconds(ContinuousClock.now - started)
      now += IdleBenchmark.interval
    }
    return result
  }

  /// Empty batches until nothing is left to be written.
  private func rest(_ machines: [LaneMachine]) throws -> Phase {
    var result = Phase()
    var records = OutputBatch()
    for machine in machines {
      var now = IdleBenchmark.start + Int64(sessions) + 5_000_000
      var before = -1
      while result.stateRecords != before {
        before = result.stateRecords
        now += IdleBenchmark.interval
        try reduce(
          LaneBatch(takenAt: EventTime(milliseconds: now), inputs: []), machine, &records, &result)
      }
    }
    return result
  }

  private func reduce(
    _ batch: LaneBatch, _ machine: LaneMachine, _ records: inout OutputBatch, _ result: inout Phase
  ) throws {
    records.removeAll()
    try machine.load(for: batch)
    _ = machine.reduce(batch, into: &records)
    try machine.evict()
    result.loaded += machine.takeMovements().loaded
    for entry in records.entries where records.topics[entry.topic] == "state" {
      result.stateRecords += 1
      result.stateBytes += (entry.key?.count ?? 0) + (entry.value?.count ?? 0)
    }
  }

  private static func event(_ name: String, _ number: Int, at time: Int64) -> [UInt8] {
    Array(
      "{\"id\":\"\(name)-\(number)\",\"eventName\":\"in_transit\",\"createdDate\":\(time),\"customerId\":\"customer-\(number)\",\"customerIdType\":\"email\",\"sessionType\":\"delivery\",\"externalId\":\"WMBK\(number)\",\"attributes\":{\"location\":\"Depot \(number % 40)\",\"item\":\"Women's bike\",\"carrier\":\"Example Parcels\"}}"
        .utf8)
  }

  /// The process's resident set, in bytes.
  static var residentBytes: Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
      * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static func diskBytes(_ directory: String) -> Int {
    let files = FileManager.default
    let names = (try? files.subpathsOfDirectory(atPath: directory)) ?? []
    return names.reduce(0) { sum, name in
      let attributes = try? files.attributesOfItem(atPath: directory + "/" + name)
      guard attributes?[.type] as? FileAttributeType == .typeRegular else { return sum }
      return sum + (attributes?[.size] as? Int ?? 0)
    }
  }
}
