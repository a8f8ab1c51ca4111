internal import Foundation

/// Opens when a commit has come to an end. The worker's rebalance handler waits for it by blocking, as it
/// runs inside a synchronous call of the log; the committer has its own thread, so it always gets there.
///
/// Unchecked, because the state is guarded by its condition.
package final class CompletionSignal: @unchecked Sendable {
  private let condition = NSCondition()
  private var hasOpened = false

  package init() {}

  /// Whether it has opened.
  package var isOpen: Bool {
    condition.lock()
    defer { condition.unlock() }
    return hasOpened
  }

  package func open() {
    condition.lock()
    hasOpened = true
    condition.broadcast()
    condition.unlock()
  }

  /// - Returns: whether it opened before the deadline.
  package func wait(upTo duration: Duration) -> Bool {
    let deadline = Date(timeIntervalSinceNow: Double(duration.milliseconds) / 1_000)
    condition.lock()
    defer { condition.unlock() }
    while !hasOpened { if !condition.wait(until: deadline) { return hasOpened } }
    return true
  }
}
