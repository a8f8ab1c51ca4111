package import EventLog
internal import JourneyModel
package import Predictions
internal import WireFormat

/// The examples of offset ranges as far as a run can need them: the newest ones. Which these are follows from
/// what they say alone, not from partitions and records.
package struct HeldExamples {
  /// One record, and where it is.
  private struct Held {
    var partition: Int
    var offset: Int64
    var record: ExampleRecord
  }

  /// Most examples that are kept: twice the window, as those that end last are not the mature ones.
  private let most: Int
  private var held: [Held] = []
  private var count = 0

  /// - Parameter settings: of the window.
  package init(_ settings: TrainingSettings) { most = 2 * settings.maxSessions }

  /// Takes a record.
  package mutating func take(_ record: ExampleRecord, partition: Int, offset: Int64) {
    held.append(Held(partition: partition, offset: offset, record: record))
    count += record.examples.count
    // Now and then, so that what waits is as much as what is kept.
    if count > 2 * most { forgetOldest() }
  }

  /// What is left of the ranges `[from, to)` if they begin with the first record that is needed.
  package mutating func needed(of ranges: [Range<Int64>]) -> [Range<Int64>] {
    forgetOldest()
    return ranges.enumerated().map { partition, range in
      let first = held.lazy.filter { $0.partition == partition }.map(\.offset).min()
      return (first ?? range.upperBound)..<range.upperBound
    }
  }

  /// The examples, record by record.
  package mutating func records() -> [ExampleRecord] {
    forgetOldest()
    return held.map(\.record)
  }

  /// Keeps the newest by the time that they ended, and all that ended with the oldest of these.
  private mutating func forgetOldest() {
    guard count > most else { return }
    let ends = held.flatMap { $0.record.examples.map(\.closedAt.milliseconds) }.sorted(by: >)
    let earliest = ends[most - 1]
    for index in held.indices {
      held[index].record.examples.removeAll { $0.closedAt.milliseconds < earliest }
    }
    held.removeAll { $0.record.examples.isEmpty }
    count = held.reduce(0) { $0 + $1.record.examples.count }
  }
}

/// Reads the topic of examples, read committed.
package struct ExampleReader {
  private let topic: String
  private let partitions: Int32
  private let reader: any PartitionReader
  private let patience: Duration

  package init(_ settings: LearningSettings, reader: any PartitionReader) {
    topic = settings.examples
    partitions = settings.partitions
    patience = settings.patience
    self.reader = reader
  }

  /// What each partition holds.
  package func bounds() throws -> [Range<Int64>] {
    let all = (0..<partitions).map { TopicPartition(topic, $0) }
    let bounds = try reader.bounds(all)
    return all.map { partition in
      bounds[partition].map { $0.earliest.value..<max($0.earliest.value, $0.end.value) } ?? 0..<0
    }
  }

  /// Hands over the records of ranges, partition by partition. A record that this build does not read is left
  /// out: one of a newer form, which gives other runs anyway.
  package func read(
    _ ranges: [Range<Int64>], _ take: (ExampleRecord, _ partition: Int, _ offset: Int64) -> Void
  ) throws {
    for (partition, range) in ranges.enumerated() where !range.isEmpty {
      try reader.read(
        TopicPartition(topic, Int32(partition)), from: NextOffset(range.lowerBound),
        to: NextOffset(range.upperBound), patience: patience
      ) { chunk in
        for entry in chunk.entries {
          guard let value = chunk.copy(entry.value), let bytes = try? Compression.decompress(value),
            let record = try? ExampleRecord(bytes: bytes)
          else { continue }
          take(record, partition, entry.offset.value)
        }
        return true
      }
    }
  }
}
