internal import EventLog
internal import SimulatedLog
internal import WireFormat

/// A process's reader.
final class ProcessReader: PartitionReader {
  private let inner: any PartitionReader
  private let view: ProcessView

  init(_ inner: any PartitionReader, view: ProcessView) {
    self.inner = inner
    self.view = view
  }

  func bounds(_ partitions: [TopicPartition]) throws -> [TopicPartition: PartitionBounds] {
    let bounds = try view.request(.readBounds) { try inner.bounds(partitions) }
    guard view.mutation == .readsEndsBeforeOffsets else { return bounds }
    defer { for partition in partitions { view.earlyBounds[partition] = nil } }
    return bounds.merging(view.earlyBounds.filter { bounds[$0.key] != nil }) { $1 }
  }

  func read(
    _ partition: TopicPartition, from: NextOffset, to: NextOffset, patience: Duration,
    _ body: (RecordChunk) throws -> Bool
  ) throws {
    do {
      try view.request(.read) { try inner.read(partition, from: from, to: to, patience: patience, body) }
    } catch let crash as SimulatedCrash {
      if partition.topic == TopicNames()[.examples] { view.process.diedTraining = true }
      throw crash
    }
  }

  func poll(
    _ positions: [TopicPartition: NextOffset], limits: FetchLimits
  ) throws -> [RecordChunk] {
    try view.request(.read) { try inner.poll(positions, limits: limits) }
  }

  func close() { inner.close() }
}
