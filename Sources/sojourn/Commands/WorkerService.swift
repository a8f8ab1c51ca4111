import EventLog
import Gateway
import Logging
import Processor
import ServiceLifecycle
import Synchronization

/// The worker under the service group, which turns signals into a graceful stop.
struct WorkerService: Service {
  let worker: Worker
  let health: HealthServices?
  let gateway: GatewayServices?
  let log: any EventLog
  let plan: TopicPlan
  let logger: Logger
  /// Looks for the topics, once the log answers.
  let start: LogStart
  let prepare: @Sendable () throws -> Void

  func run() async throws {
    if let health {
      // Whoever cannot be watched does not begin: a wrong port is to be noticed before lanes move here.
      guard let address = await health.listening() else {
        // The server fails with the reason, which ends the group.
        try await gracefulShutdown()
        return
      }
      logger.notice("health and metrics on http://\(address)")
    }
    if let gateway {
      if let address = await gateway.listening() {
        logger.notice("events on \(address)/v1/events")
      } else if gateway.isRequired {
        try await gracefulShutdown()
        return
      }
    }
    let isStopped = Mutex(false)
    do {
      try await withTaskCancellationOrGracefulShutdownHandler {
        guard try await start.run(isStopped: { isStopped.withLock { $0 } }, prepare) else { return }
        try await worker.run()
      } onCancelOrGracefulShutdown: {
        health?.monitor.noteStopping()
        isStopped.withLock { $0 = true }
        worker.stop()
      }
    } catch let error as LogError where error.code == LogError.recordTooLarge {
      throw plan.explained(error, on: log)
    }
  }
}
