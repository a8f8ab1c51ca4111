internal import Foundation

/// Runs blocking work on a thread of its own: a log may not be called from the cooperative pool, and cases that mostly
/// wait for brokers can all wait at the same time.
func onThreadOfItsOwn(_ body: @escaping @Sendable () throws -> Void) async throws {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}
