package import JourneyModel

/// The wall clock, injected: the machines never read one.
package protocol WallClock: Sendable {
  /// The time now.
  var now: EventTime { get }
  /// The time up to which timers may be advanced. Behind `now` while the clock is doubted; see `SteadyClock`.
  var settled: EventTime { get }
}

extension WallClock {
  /// A clock that is not doubted.
  package var settled: EventTime { now }
}
