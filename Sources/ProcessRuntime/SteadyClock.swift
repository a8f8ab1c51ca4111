package import JourneyModel
internal import Synchronization

/// The machine's clock, which somebody may set: a jump is doubted until it has lasted.
///
/// Whether the clock is wrong now or was before is not known, so until then both times count, each where it
/// does no harm: the later one for what events are compared with, so that none is refused as too far ahead;
/// the earlier one for timers, so that no session ends early. Steps below `tolerance`, as time servers make
/// them, are taken as they come.
package final class SteadyClock: WallClock {
  /// A jump of the clock.
  package struct Jump: Sendable, Hashable {
    /// How far it went, in milliseconds; negative for back.
    package var milliseconds: Int64
    /// Whether it has lasted and counts from now on.
    package var isAccepted: Bool
  }

  /// A reading of both clocks.
  private struct Reading {
    var wall: Int64
    var uptime: Duration
  }

  private struct State {
    var base: Reading
    /// The jump that has not lasted yet, and since when.
    var pending: (milliseconds: Int64, since: Duration)?
  }

  /// A step that is no jump, in milliseconds.
  package static let tolerance: Int64 = 1_000
  /// How long a jump has to last by default.
  package static let defaultSettling: Duration = .seconds(300)

  private let clock: any WallClock
  private let uptime: @Sendable () -> Duration
  private let settling: Duration
  private let report: @Sendable (Jump) -> Void
  private let state: Mutex<State>

  /// Creates a clock over another one. `uptime` is a clock that nobody sets; `report` hears of each jump when
  /// it is seen and when it counts.
  package init(
    _ clock: any WallClock, settling: Duration = SteadyClock.defaultSettling,
    uptime: @escaping @Sendable () -> Duration, report: @escaping @Sendable (Jump) -> Void = { _ in }
  ) {
    self.clock = clock
    self.uptime = uptime
    self.settling = settling
    self.report = report
    state = Mutex(State(base: Reading(wall: clock.now.milliseconds, uptime: uptime())))
  }

  /// The time now; the later of both while they differ.
  package var now: EventTime { EventTime(milliseconds: read().upperBound) }

  /// The time now; the earlier of both while they differ.
  package var settled: EventTime { EventTime(milliseconds: read().lowerBound) }

  private func read() -> ClosedRange<Int64> {
    let reading = Reading(wall: clock.now.milliseconds, uptime: uptime())
    let (times, jump) = state.withLock { Self.advance(&$0, reading, settling) }
    if let jump { report(jump) }
    return times
  }

  private static func advance(
    _ state: inout State, _ reading: Reading, _ settling: Duration
  ) -> (ClosedRange<Int64>, Jump?) {
    let expected = state.base.wall + (reading.uptime - state.base.uptime).milliseconds
    let difference = reading.wall - expected
    if abs(difference) <= tolerance {
      state.base = reading
      state.pending = nil
      return (reading.wall...reading.wall, nil)
    }
    let both = min(reading.wall, expected)...max(reading.wall, expected)
    guard let pending = state.pending, abs(difference - pending.milliseconds) <= tolerance else {
      state.pending = (difference, reading.uptime)
      return (both, Jump(milliseconds: difference, isAccepted: false))
    }
    guard reading.uptime - pending.since >= settling else { return (both, nil) }
    state.base = reading
    state.pending = nil
    return (reading.wall...reading.wall, Jump(milliseconds: difference, isAccepted: true))
  }
}
