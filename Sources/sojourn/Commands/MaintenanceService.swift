import Dispatch
import EmbeddedLog
import EventLog
import ServiceLifecycle

/// Keeps the embedded log's file from growing for ever: retention and compaction, a bounded slice at a time,
/// as a broker does them by itself.
struct MaintenanceService: Service {
  let log: EmbeddedLog
  /// Hears what the log takes of the disk.
  var note: @Sendable (LogSize) -> Void = { _ in }
  /// How long to rest when there is nothing more to remove.
  var interval: Duration = .seconds(30)

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        let hasMore = await slice()
        // Pauses even with more to do, so that publishers and the processor are never kept out for long.
        try await Task.sleep(for: hasMore ? .milliseconds(200) : interval)
      }
    }
  }

  /// - Returns: whether another slice would remove more.
  private func slice() async -> Bool {
    // On a thread of its own, because the log's calls block.
    await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .background).async { [log, note] in
        // A failure is no reason to stop: the processor meets it as well and knows what to do; the next slice
        // tries again.
        let hasMore = (try? log.compact())?.hasMore ?? false
        if let size = try? log.size() { note(size) }
        continuation.resume(returning: hasMore)
      }
    }
  }
}
