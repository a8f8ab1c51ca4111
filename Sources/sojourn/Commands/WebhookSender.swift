import EventLog
import Gateway
import Logging
internal import ProcessRuntime
import ServiceLifecycle
import Synchronization
import Webhooks

/// The senders of webhooks under the service group: they begin once the log answers and the topics are there.
struct WebhookSender: Service {
  let service: WebhookService
  private let start: LogStart
  private let prepare: @Sendable () throws -> Void

  /// - Parameter now: the time, by which triggers expire.
  init(
    _ targets: [WebhookTarget], _ settings: Settings, _ log: any EventLog, logger: Logger,
    note: @escaping @Sendable (String) -> Void
  ) {
    let began = ContinuousClock.now
    let clock = SteadyClock(SystemClock(), uptime: { ContinuousClock.now - began })
    service = WebhookService(
      targets: targets, settings: settings.webhookSettings, log: log, runtime: ThreadRuntime(),
      logger: logger
    ) { Moment(uptime: ContinuousClock.now - began, now: clock.now) }
    start = LogStart(timeout: settings.startTimeout, note: note)
    prepare = { try TopicsCommand.prepare(settings, log) }
  }

  func run() async throws {
    let isStopped = Mutex(false)
    try await withGracefulShutdownHandler {
      guard try await start.run(isStopped: { isStopped.withLock { $0 } }, prepare) else { return }
      try await service.run()
    } onGracefulShutdown: {
      isStopped.withLock { $0 = true }
    }
  }
}
