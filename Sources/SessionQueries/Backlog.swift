import EventLog
import Processor
internal import WireFormat

/// What is in the inputs and the processor has not committed yet. Reading blocks.
struct Backlog {
  /// Records that are counted one by one; of more, the difference of offsets is shown.
  private static let maxCounted: Int64 = 1_000
  private static let patience = Duration.seconds(5)

  let reader: any PartitionReader
  let topics: TopicNames
  let partitions: Int32

  /// The ends of some topics as they are now.
  func ends(_ names: [String]) throws -> [TopicPartition: NextOffset] {
    try reader.bounds(names.flatMap { name in (0..<partitions).map { TopicPartition(name, $0) } }).mapValues(
      \.end)
  }

  /// How many records below these ends are in no committed batch. Lanes whose ends are reached are taken out.
  func count(_ ends: inout [TopicPartition: NextOffset]) throws -> Int {
    var waiting = 0
    for lane in Set(ends.keys.map(\.lane)).sorted() {
      let tail = try JournalTail.newest(
        TopicPartition(topics.journal, lane: lane), reader, patience: Backlog.patience)
      for (input, end) in ends where input.lane == lane {
        let records = try count(input, from: tail?.ranges[input.topic]?.upperBound ?? 0, to: end)
        if records == 0 { ends[input] = nil }
        waiting += records
      }
    }
    return waiting
  }

  /// Offsets may belong to transaction markers, so few are looked at.
  private func count(_ input: TopicPartition, from: Int64, to end: NextOffset) throws -> Int {
    guard from < end.value, let bounds = try reader.bounds([input])[input] else { return 0 }
    let from = max(from, bounds.earliest.value)
    guard from < end.value else { return 0 }
    guard end.value - from <= Backlog.maxCounted else { return Int(end.value - from) }
    var count = 0
    try reader.read(input, from: NextOffset(from), to: end, patience: Backlog.patience) { chunk in
      count += chunk.entries.count
      return true
    }
    return count
  }
}
