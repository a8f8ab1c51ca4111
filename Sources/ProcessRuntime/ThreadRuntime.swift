internal import Foundation

/// Production's runtime: a thread for each actor that blocks, the cooperative pool for lanes.
package struct ThreadRuntime: WorkerRuntime {
  private let start = ContinuousClock.now

  /// Creates a runtime.
  package init() {}

  /// An executor with a thread of its own.
  package func makeExecutor(_ name: String) -> any WorkerExecutor { ThreadExecutor(name: name) }

  /// The cooperative pool.
  package var taskExecutor: (any TaskExecutor)? { nil }

  /// Time since the runtime was made.
  package var uptime: Duration { ContinuousClock.now - start }

  /// Suspends the calling task; a cancelled one goes on at once.
  package func sleep(for duration: Duration) async { try? await Task.sleep(for: duration) }

  /// Blocks the calling thread.
  package func block(for duration: Duration) {
    Thread.sleep(forTimeInterval: Double(duration.milliseconds) / 1_000)
  }

  /// Blocks the calling thread until the signal opens.
  package func wait(for signal: CompletionSignal, upTo duration: Duration) -> Bool {
    signal.wait(upTo: duration)
  }
}
