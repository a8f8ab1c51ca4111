public import JourneyModel
public import JourneyRules
public import WireFormat

/// What a lane reduces and commits at once.
public struct LaneBatch: Sendable {
  /// Wall-clock time at which the batch was taken from the log.
  public var takenAt: EventTime
  /// Decoded input: chunks of one partition in offset order.
  public var inputs: [DecodedChunk]
  /// Position of every consumed topic before this batch: the journal states them all, so that a tail can be
  /// compared with the group's offsets.
  public var positions: [String: Int64]
  /// Offsets in front of the positions that retention removed before they were read; see `LostInput`.
  public var lost: [String: Range<Int64>]
  /// Whether it begins a lane anew after a recovery; see `LaneRecovery`.
  public var isRecovered: Bool
  /// Advance timers first, those of each stream that has sat idle at the end of its input to its time.
  public var tick: StreamTimes
  /// The definitions in force from its first event on; `nil` for none.
  public var definitions: CompiledBundle?

  /// Creates a batch.
  public init(
    takenAt: EventTime, inputs: [DecodedChunk], positions: [String: Int64] = [:],
    lost: [String: Range<Int64>] = [:], isRecovered: Bool = false, tick: StreamTimes = StreamTimes(),
    definitions: CompiledBundle? = nil
  ) {
    self.lost = lost
    self.isRecovered = isRecovered
    self.definitions = definitions
    self.takenAt = takenAt
    self.inputs = inputs
    self.positions = positions
    self.tick = tick
  }
}
<<<<<<< HEAD
=======

/// What became of a batch's records. `read` = `applied` + `duplicates` + `rejected` + `ignored` + `routed` +
/// `messages`.
public struct BatchCounts: Sendable, Hashable, Codable {
  /// Records taken.
  public var read = 0
  /// Events folded into sessions.
  public var applied = 0
  /// Events already known, and messages that were applied before.
  public var duplicates = 0
  /// Records rejected.
  public var rejected = 0
  /// Records that are known and say nothing to a session.
  public var ignored = 0
  /// Events forwarded to their owner's lane.
  public var routed = 0
  /// Messages of other lanes that were applied.
  public var messages = 0

  /// Creates zeros.
  public init() {}

  /// Adds two counts.
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.read += right.read
    sum.applied += right.applied
    sum.duplicates += right.duplicates
    sum.rejected += right.rejected
    sum.ignored += right.ignored
    sum.routed += right.routed
    sum.messages += right.messages
    return sum
  }
}
>>>>>>> 85840f632b9ff626ff63c65bc12260dfc11b7969
