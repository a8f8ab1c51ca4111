private import Foundation

/// Runs blocking work on a thread of its own: a log's calls may not block the threads that tasks share, and
/// work that mostly waits can all wait at the same time.
package func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws
  -> Value
{
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}
