internal import JourneyModel

extension Session {
  /// Counts an event in the newest minute, or starts a newer one. Called before `last` moves.
  func countInMinute(_ time: EventTime) {
    if time > last, time.minute > last.minute {
      minuteCount = 1
    } else {
      minuteCount += 1
    }
  }

  /// Takes over what another session counted. Called before `last` moves.
  func mergeMinute(of other: Session) {
    if other.last.minute == last.minute {
      minuteCount += other.minuteCount
    } else if other.last > last {
      minuteCount = other.minuteCount
    }
  }
}

extension EventTime {
  /// Whole minutes since 1970-01-01T00:00:00Z. Admitted times are not negative, so that cutting is flooring.
  var minute: Int64 { milliseconds / 60_000 }
}
