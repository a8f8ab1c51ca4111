import Foundation
import Synchronization
package import UnixSignals

/// Notes SIGINT, SIGTERM and SIGHUP, so that what follows or draws can leave cleanly.
package final class Interruption: Sendable {
  private let value = Atomic(false)

  /// Whether a signal has come.
  package var isRaised: Bool { value.load(ordering: .relaxed) }

  /// The signals that ask a process to end in good order. SIGHUP, a terminal that closes, is one of them
  /// unless the process was started to outlive its terminal, as `nohup` does by ignoring it.
  package static var signals: [UnixSignal] {
    isHangUpIgnored ? [.sigterm, .sigint] : [.sigterm, .sigint, .sighup]
  }

  /// Asked once: trapping a signal ignores it first.
  private static let isHangUpIgnored: Bool = {
    var action = sigaction()
    guard sigaction(SIGHUP, nil, &action) == 0, let handler = action.__sigaction_handler.sa_handler else {
      return false
    }
    // A function's address as a number: `SIG_IGN` is 1, which is no function that could be compared with.
    return unsafeBitCast(handler, to: Int.self) == 1
  }()

  /// Runs a body while signals are noted instead of ending the process.
  package static func watching<Value: Sendable>(
    _ body: @Sendable (Interruption) async throws -> Value
  ) async throws -> Value {
    let interruption = Interruption()
    let raised = await UnixSignalsSequence(trapping: signals)
    let watch = Task {
      for await _ in raised { interruption.raise() }
    }
    defer { watch.cancel() }
    return try await body(interruption)
  }

  /// Waits until a signal comes.
  package func wait() async throws {
    while !isRaised { try await Task.sleep(for: .milliseconds(100)) }
  }

  private func raise() {
    value.store(true, ordering: .relaxed)
  }
}
