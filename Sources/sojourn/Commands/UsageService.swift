import EventLog
import Gateway
import Logging
import Presentation
import Processor
import ServiceLifecycle
import Synchronization
import Threads
internal import WireFormat

/// The follower of journals under the service group: it begins once the log answers and the topics are there.
/// A failure of it stops nothing else.
struct UsageService: Service {
  private let follower: UsageFollower
  private let logger: Logger
  private let start: LogStart
  private let prepare: @Sendable () throws -> Void

  init(_ follower: UsageFollower, _ settings: Settings, _ log: any EventLog, logger: Logger) {
    self.follower = follower
    self.logger = logger
    // Whoever waits for the log in earnest says so.
    start = LogStart(timeout: settings.startTimeout) { _ in }
    let topics = [settings.processor.lanes.topics.journal, settings.usageTopic]
    prepare = {
      let existing = try log.describe(topics)
      guard let missing = topics.first(where: { existing[$0] == nil }) else { return }
      throw LogError(.retry, code: "topicsMissing", "there is no topic \(missing)")
    }
  }

  func run() async throws {
    let isStopped = Mutex(false)
    do {
      try await withTaskCancellationOrGracefulShutdownHandler {
        guard try await start.run(isStopped: { isStopped.withLock { $0 } }, prepare) else { return }
        try await onOwnThread { try follower.run() }
      } onCancelOrGracefulShutdown: {
        isStopped.withLock { $0 = true }
        follower.stop()
      }
    } catch {
      logger.error("what sources use is not counted any more: \((error as? LogError)?.message ?? "\(error)")")
      try? await gracefulShutdown()
    }
  }
}
