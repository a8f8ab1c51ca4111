package import JourneyModel

/// One reading of both clocks: the steady one for ages, the wall clock for what people read.
package struct Moment: Sendable, Hashable {
  /// Time since some fixed moment; never goes back.
  package var uptime: Duration
  /// The time of day.
  package var now: EventTime

  /// Creates a moment.
  package init(uptime: Duration, now: EventTime) {
    self.uptime = uptime
    self.now = now
  }

  /// The time of day at an earlier uptime.
  func time(at uptime: Duration) -> EventTime {
    EventTime(milliseconds: now.milliseconds - (self.uptime - uptime).milliseconds)
  }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }

  /// Seconds, to the microsecond.
  var secondsValue: Double {
    Double(components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000) / 1_000_000
  }
}
