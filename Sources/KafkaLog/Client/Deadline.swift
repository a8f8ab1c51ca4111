/// A moment on the monotonic clock after which a blocking call gives up.
struct Deadline: Sendable {
  private let instant: ContinuousClock.Instant

  /// A deadline that far from now.
  init(after duration: Duration) { instant = .now + duration }

  /// Whether it has passed.
  var hasPassed: Bool { ContinuousClock.now >= instant }

  /// Time left in librdkafka's unit, at least 0; rounded up, so that a wait does not end just before.
  var milliseconds: Int32 { (instant - ContinuousClock.now).milliseconds }
}

extension Duration {
  /// Milliseconds, rounded up and clamped to what a C timeout holds; never negative, because librdkafka takes
  /// −1 for "forever".
  var milliseconds: Int32 {
    let (seconds, attoseconds) = components
    if seconds < 0 || attoseconds < 0 { return 0 }
    if seconds >= 2_000_000 { return 2_000_000_000 }
    return Int32(seconds) * 1000 + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
