public import JourneyModel
public import Sessionizer
public import WireFormat

/// Everything that shapes a lane's output: two lanes with equal settings and inputs write equal bytes.
public struct LaneSettings: Sendable, Hashable {
  /// Which changes of a session are published.
  public enum Snapshots: String, Sendable, CaseIterable {
    /// Every change, coalesced per commit.
    case changes
    /// Start, end, final, merge and changes of status only.
    case milestones
  }

  /// Number of lanes: partitions of every topic.
  public var partitions: Int32 = 8
  /// Group id; stands in the `ce_source` of every output.
  public var group = "sojourn"
  /// Topic names.
  public var topics = TopicNames()
  /// Which snapshots are published.
  public var snapshots = Snapshots.changes
  /// Largest value of a session snapshot, in bytes; a larger one is written with less, see `SnapshotEncoder`.
  public var maxSnapshotBytes = 1_048_576
  /// Rules and limits of sessions.
  public var sessions = SessionSettings()
  /// Bounds of events.
  public var decoding = DecodingLimits()
  /// Names shown on cards.
  public var names = DisplayNames()
  /// Wall-clock age at which a changed value is written to `state`.
  public var checkpointAge: EventTime.Span = .seconds(60)
  /// Most values written to `state` with one batch.
  public var maxCheckpointValues = 2_000
  /// Largest redo record before compression, in bytes; larger changes are spread over several records.
  public var maxRedoBytes = 786_432

  /// What lanes tell each other; `nil` for nothing.
  package var messaging: Messaging?

  /// Whether internal records are written; an offline replay only digests them.
  public var writesState = true

  /// Creates the default settings.
  public init() {}
}
