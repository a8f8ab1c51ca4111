import EventLog
import Foundation
import JourneyModel
import Processor
import Sessionizer
import WireFormat

/// How many records an event causes under each policy, and how many bytes: lanes are driven directly, with
/// batches of a given size, so the same seed gives the same table.
struct OutputsBenchmark {
  private static let partitions: Int32 = 4
  /// A snapshot says within so many bytes whether it is an end.
  private static let headBytes = 800

  let events: Int
  let seed: UInt64

  /// Records of `sessions`, their bytes, and of them those that say that a session has ended or is final.
  private struct Count {
    var records = 0
    var bytes = 0
    var ends = 0
    var finals = 0
  }

  /// The rows of a table: a policy each, a batch size a column.
  func run(note: (String) -> Void) throws -> [String] {
    let sizes = [1_000, 20_000, 100_000].filter { $0 <= events }
    var rows = [
      "| `snapshots`, `finalSnapshots` | "
        + sizes.map { "\($0) events a commit | bytes | of these ends, finals" }.joined(separator: " | ")
        + " |",
      "|---|" + sizes.map { _ in "--:|--:|--:|" }.joined(),
    ]
    for mode in SnapshotPolicy.Mode.allCases {
      for final in SnapshotPolicy.Final.allCases {
        note("counting \(mode.rawValue), \(final.rawValue)")
        let columns = try sizes.map { size in
          let count = try count(SnapshotPolicy(mode, final: final), batch: size)
          let all = Double(events)
          return String(
            format: "%.4f | %.0f | %.4f, %.4f", Double(count.records) / all, Double(count.bytes) / all,
            Double(count.ends) / all, Double(count.finals) / all)
        }
        rows.append("| `\(mode.rawValue)`, `\(final.rawValue)` | \(columns.joined(separator: " | ")) |")
      }
    }
    return rows
  }

  /// Reduces the workload in batches of so many events. Then time goes on in steps as long as a batch, until
  /// all is over.
  private func count(_ policy: SnapshotPolicy, batch size: Int) throws -> Count {
    var settings = LaneSettings()
    settings.partitions = OutputsBenchmark.partitions
    settings.snapshots = policy
    settings.writesState = false
    let lanes = LaneNumber.all(of: settings.partitions).map {
      LaneMachine(lane: $0, settings: settings, configuration: "benchmark")
    }
    guard let decoder = EventDecoder(limits: settings.decoding, partitions: settings.partitions) else {
      throw CodecError("no memory")
    }
    var workload = Workload(seed: seed)
    var count = Count()
    var taken = 0
    while taken < events {
      var chunks = lanes.indices.map {
        RecordChunk(source: TopicPartition("web", Int32($0)), next: NextOffset(Int64(taken)))
      }
      for number in taken..<min(taken + size, events) {
        let (key, value) = workload.next()
        let lane = Placement.lane(of: key, partitions: settings.partitions).index
        chunks[lane].append(
          offset: RecordOffset(Int64(number)), timestamp: -1, key: key, value: value, headers: nil)
      }
      taken = min(taken + size, events)
      for (machine, chunk) in zip(lanes, chunks) {
        var chunk = chunk
        chunk.seal()
        reduce(LaneBatch(takenAt: .latest, inputs: [decoder.decode(chunk, stream: .web)]), machine, &count)
      }
    }
    for machine in lanes {
      guard var time = machine.sessionizer.highest(.web) else { continue }
      let step = (time.milliseconds - Workload.start) / Int64((events + size - 1) / size)
      while let next = machine.nextTimers.earliest {
        while time < next { time = time + EventTime.Span(milliseconds: step) }
        reduce(LaneBatch(takenAt: .latest, inputs: [], tick: StreamTimes(every: time)), machine, &count)
      }
    }
    return count
  }

  private func reduce(_ batch: LaneBatch, _ machine: LaneMachine, _ count: inout Count) {
    var records = OutputBatch()
    _ = machine.reduce(batch, into: &records)
    let topic = records.topicIndex(machine.settings.topics.sessions)
    for entry in records.entries where entry.topic == topic {
      guard let value = entry.value else { continue }
      count.records += 1
      count.bytes += value.count
      let bytes = records.bytes[value.indices].prefix(OutputsBenchmark.headBytes)
      if bytes.firstRange(of: Array("\"final\":true".utf8)) != nil {
        count.finals += 1
      } else if bytes.firstRange(of: Array("\"endedDate\":".utf8)) != nil {
        count.ends += 1
      }
    }
  }
}
