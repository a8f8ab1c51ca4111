import Foundation
import UnixSignals

/// Notes SIGINT and SIGTERM, so that what follows or draws can leave cleanly.
///
/// Unchecked, because the flag is guarded by its lock.
final class Interruption: @unchecked Sendable {
  private let lock = NSLock()
  private var value = false

  /// Whether a signal has come.
  var isRaised: Bool { lock.withLock { value } }

  /// Runs a body while signals are noted instead of ending the process.
  static func watching<Value: Sendable>(
    _ body: @Sendable (Interruption) async throws -> Value
  ) async throws -> Value {
    let interruption = Interruption()
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let watch = Task {
      for await _ in signals { interruption.raise() }
    }
    defer { watch.cancel() }
    return try await body(interruption)
  }

  private func raise() {
    lock.withLock { value = true }
  }
}
