package import EventLog
package import JourneyModel
package import Predictions
package import Processor
internal import WireFormat

/// Proves a run from its journal: reads the inputs of every batch again, reduces them again, and compares
/// what that gives with the journal's digests and with the records in the topics themselves. Writes nothing.
///
/// Synchronous, a lane at a time; lanes are independent of each other. It may run beside a live processor:
/// the journal's end is captured first, and what was committed after it is left out.
///
/// Memory of a lane: all its sessions, whatever cap the processor runs under; for each session some 100 bytes
/// at the end; for each topic partition that it reads (9, and one of `routed` for every lane) what
/// `PartitionCursor` holds, 12 MiB at most; its largest batch; and in a compacted topic the keys whose newest
/// record has not come yet.
package struct Verification: Sendable {
  /// How far a lane has come.
  package struct Progress: Sendable {
    /// The lane.
    package var lane: LaneNumber
    /// Batches done.
    package var batches: Int
    /// Batches in all.
    package var total: Int
  }

  /// The settings in force: batches of other settings cannot be reduced again.
  package var settings: LaneSettings
  /// How long a read waits without progress for an open transaction below the captured end.
  package var patience: Duration
  /// How models were fitted.
  package var fitting = TrainingSettings()

  /// Creates a verification.
  package init(settings: LaneSettings, patience: Duration = .seconds(60)) {
    self.settings = settings
    self.settings.writesState = true
    self.patience = patience
  }

  /// Verifies one lane up to the journal's end as it is now.
  ///
  /// Blocks. Differences are part of the result; what is thrown are `LogError`s: the log cannot be read, or a
  /// topic does not exist.
  package func verify(
    _ lane: LaneNumber, on log: any EventLog, progress: (Progress) -> Void = { _ in }
  ) throws -> LaneVerification {
    let reader = try log.makeReader()
    defer { reader.close() }
    let topics = settings.topics
    let described = try log.describe(topics.consumed + topics.produced + [topics[.models]])
    guard try log.describe([topics.definitions])[topics.definitions] != nil else {
      throw LogError(
        .fatal, code: "unknownTopic", "topic '\(topics.definitions)' does not exist on \(log.name)")
    }
    // What an older build has written has none: then there is nothing to compare.
    let absent = Set(topics.outputs { $0.isOfPredictions && described[topics[$0.topic]] == nil })
    for topic in (topics.consumed + topics.produced).sorted() where !absent.contains(topic) {
      guard let specification = described[topic] else {
        throw LogError(.fatal, code: "unknownTopic", "topic '\(topic)' does not exist on \(log.name)")
      }
      guard specification.partitions == settings.partitions else {
        throw LogError(
          .fatal, code: "partitionCountChanged",
          "topic '\(topic)' has \(specification.partitions) partitions, the configuration says \(settings.partitions)"
        )
      }
    }
    let verifier = try LaneVerifier(
      lane, settings: settings, reader: reader, patience: patience,
      compacted: Set(described.values.filter(\.isCompacted).map(\.name)), absent: absent)
    return try verifier.run(progress)
  }
}
