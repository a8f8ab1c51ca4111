/// What a worker needs of the machine it runs on: threads, a steady clock and ways to wait.
///
/// The simulation brings one thread and virtual time instead; nothing else of the worker differs there.
package protocol WorkerRuntime: Sendable {
  /// An executor for an actor whose calls block.
  func makeExecutor(_ name: String) -> any WorkerExecutor
  /// Where lanes and the worker's tasks run; `nil` for the cooperative pool.
  var taskExecutor: (any TaskExecutor)? { get }
  /// Time since some fixed moment; never goes back.
  var uptime: Duration { get }
  /// Suspends the calling task.
  func sleep(for duration: Duration) async
  /// Blocks the calling thread, which must be one of `makeExecutor`.
  func block(for duration: Duration)
  /// Blocks the calling thread until the signal opens.
  ///
  /// - Returns: whether it opened in time.
  func wait(for signal: CompletionSignal, upTo duration: Duration) -> Bool
}

/// A serial executor that ends when it is asked to.
package protocol WorkerExecutor: SerialExecutor {
  /// Ends once the queue is empty.
  func stop()
}
