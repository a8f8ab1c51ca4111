import EventLog
import Foundation
import Presentation
import Threads

/// Waits at the start for a log that does not answer yet, as the processor waits for one that goes away
/// later.
struct LogStart: Sendable {
  /// How long.
  let timeout: Duration
  /// Hears once what it waits for.
  let note: @Sendable (String) -> Void
  var pause: Duration = .seconds(1)

  /// Does `body`, which blocks, on a thread of its own, again and again while it fails with `retry`, until
  /// `timeout` is over or `isStopped` says so.
  ///
  /// - Returns: whether it was done; `false` if it was stopped before.
  func run(
    isStopped: @escaping @Sendable () -> Bool, _ body: @escaping @Sendable () throws -> Void
  ) async throws -> Bool {
    let began = ContinuousClock.now
    var hasTold = false
    while !isStopped() {
      do {
        try await onOwnThread(body)
        return true
      } catch let error as LogError where error.reaction == .retry {
        guard ContinuousClock.now - began < timeout else {
          throw LogError(
            .fatal, code: error.code,
            "\(error.message); waited for \((ContinuousClock.now - began).components.seconds) s (startTimeout is \(timeout.components.seconds) s)"
          )
        }
        if !hasTold { note("\(error.message); tried again for \(timeout.components.seconds) s") }
        hasTold = true
      }
      try? await Task.sleep(for: pause)
    }
    return false
  }
}
