internal import EventLog
public import JourneyModel

/// The owner of one lane: a thin actor around the synchronous machine, so that lanes run side by side and each is
/// touched by one task at a time.
public actor Lane {
  /// The lane's number.
  public nonisolated let number: Int32
  private let machine: LaneMachine

  /// Takes over a machine.
  public init(_ machine: sending LaneMachine) {
    number = machine.lane
    self.machine = machine
  }

  /// Reduces a batch.
  public func reduce(_ batch: LaneBatch) -> LaneOutput {
    var records = OutputBatch()
    let journal = machine.reduce(batch, into: &records)
    return LaneOutput(records: records, journal: journal)
  }

  /// Number of sessions held.
  public var sessionCount: Int { machine.sessionCount }

  /// Whether a tick to this time would change anything.
  public func hasTimersDue(at time: EventTime) -> Bool { machine.hasTimersDue(at: time) }
}
