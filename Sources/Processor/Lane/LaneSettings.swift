package import JourneyModel
package import Sessionizer
package import WireFormat

/// Everything that shapes a lane's output: two lanes with equal settings and inputs write equal bytes.
package struct LaneSettings: Sendable, Hashable {
  /// Number of lanes: partitions of every topic.
  package var partitions: Int32 = 8
  /// Group id; is in the `ce_source` of every output.
  package var group = "sojourn"
  /// Topic names.
  package var topics = TopicNames()
  /// Which snapshots are published.
  package var snapshots = SnapshotPolicy()
  /// Largest value of a session snapshot, in bytes; a larger one is written with less, see `SnapshotEncoder`.
  package var maxSnapshotBytes = 1_048_576
  /// Rules and limits of sessions.
  package var sessions = SessionSettings()
  /// Bounds of events.
  package var decoding = DecodingLimits()
  /// Names shown on cards.
  package var names = DisplayNames()
  /// Wall-clock age at which a changed value is written to `state`.
  package var checkpointAge: EventTime.Span = .seconds(60)
  /// Most values written to `state` with one batch.
  package var maxCheckpointValues = 2_000
  /// Largest redo record before compression, in bytes; larger changes are spread over several records.
  package var maxRedoBytes = 786_432

  /// What lanes send each other; `nil` for nothing.
  package var messaging: Messaging?

  /// What reads commands about persons; `nil` where lanes take none.
  package private(set) var commands: IdentityCommandDecoder?

  /// Has lanes take commands about persons.
  package mutating func takeCommands(_ decoder: IdentityCommandDecoder) {
    commands = decoder
    topics.readsCommands = true
  }

  /// Whether persons are looked for.
  package var findsPersons: Bool { decoding.readsTraits }

  /// Whether internal records are written; an offline replay only digests them.
  package var writesState = true

  /// Creates the default settings.
  package init() {}
}
