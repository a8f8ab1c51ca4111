internal import Foundation

/// Waits in small steps until a deadline, or not at all where time is virtual.
struct IdleWait {
  private let deadline: ContinuousClock.Instant?

  /// Starts the wait; without real time it is over at once.
  init(_ timeout: Duration, isReal: Bool) {
    deadline = isReal ? ContinuousClock.now + timeout : nil
  }

  /// Sleeps a little and returns whether to look again.
  func again() -> Bool {
    guard let deadline, ContinuousClock.now < deadline else { return false }
    Thread.sleep(forTimeInterval: 0.001)
    return true
  }
}
