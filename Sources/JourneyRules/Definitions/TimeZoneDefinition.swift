public import JourneyModel

/// A time zone as a table: written by whoever applies definitions, so that every replay sees the same
/// offsets.
public struct TimeZoneDefinition: Sendable, Hashable {
  /// Its name in the IANA database, for example `Europe/Berlin`.
  public var id: String
  /// Raised on every change. At least 1.
  public var version: Int
  /// Seconds east of UTC before the first transition.
  public var initialOffset: Int
  /// Changes of the offset, ascending in time.
  public var transitions: [Transition]

  /// One change of the offset.
  public struct Transition: Sendable, Hashable {
    /// When.
    public var time: EventTime
    /// Seconds east of UTC from then on.
    public var offset: Int

    /// Creates a transition.
    public init(time: EventTime, offset: Int) {
      self.time = time
      self.offset = offset
    }
  }

  /// Creates a table.
  public init(id: String, version: Int = 1, initialOffset: Int, transitions: [Transition] = []) {
    self.id = id
    self.version = version
    self.initialOffset = initialOffset
    self.transitions = transitions
  }

  /// What the clocks of this zone show at a point in time.
  public func local(_ time: EventTime) -> LocalDateTime {
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle].time <= time { low = middle + 1 } else { high = middle }
    }
    let offset = low == 0 ? initialOffset : transitions[low - 1].offset
    return LocalDateTime(milliseconds: time.milliseconds + Int64(offset) * 1_000)
  }
}
