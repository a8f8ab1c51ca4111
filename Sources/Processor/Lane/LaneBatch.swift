package import JourneyModel
package import JourneyRules
package import Predictions
package import WireFormat

/// What a lane reduces and commits at once.
package struct LaneBatch: Sendable {
  /// Wall-clock time at which the batch was taken from the log.
  package var takenAt: EventTime
  /// Decoded input: chunks of one partition in offset order.
  package var inputs: [DecodedChunk]
  /// Position of every consumed topic before this batch: the journal states them all, so that a tail can be
  /// compared with the group's offsets.
  package var positions: [String: Int64]
  /// Offsets in front of the positions that retention removed before they were read; see `LostInput`.
  package var lost: [String: Range<Int64>]
  /// Whether it begins a lane anew after a recovery; see `LaneRecovery`.
  package var isRecovered: Bool
  /// Advance timers first, those of each stream that has sat idle at the end of its input to its time.
  package var tick: StreamTimes
  /// The definitions in force from its first event on; `nil` for none.
  package var definitions: CompiledBundle?
  /// The models in force.
  package var models: ModelSet

  /// Creates a batch.
  package init(
    takenAt: EventTime, inputs: [DecodedChunk], positions: [String: Int64] = [:],
    lost: [String: Range<Int64>] = [:], isRecovered: Bool = false, tick: StreamTimes = StreamTimes(),
    definitions: CompiledBundle? = nil, models: ModelSet = .empty
  ) {
    self.lost = lost
    self.isRecovered = isRecovered
    self.definitions = definitions
    self.models = models
    self.takenAt = takenAt
    self.inputs = inputs
    self.positions = positions
    self.tick = tick
  }
}
