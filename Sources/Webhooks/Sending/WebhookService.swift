package import EventLog
package import Gateway
package import Logging
package import ProcessRuntime
internal import ServiceLifecycle
internal import Threads

/// Sends triggers to all targets until it is asked to stop.
package struct WebhookService: Service {
  private let targets: [WebhookTarget]
  private let settings: WebhookSettings
  private let log: any EventLog
  private let runtime: any WorkerRuntime
  private let lookup: HostLookup
  private let now: @Sendable () -> Moment
  private let logger: Logger
  /// What is known of each target's sender, in the order of the configuration.
  package let monitors: [TargetMonitor]

  /// Creates a service.
  ///
  /// - Parameter now: the time, by which triggers expire, and the uptime, by which everything else waits.
  package init(
    targets: [WebhookTarget], settings: WebhookSettings, log: any EventLog, runtime: any WorkerRuntime,
    lookup: HostLookup = .system, logger: Logger, now: @escaping @Sendable () -> Moment
  ) {
    self.targets = targets
    self.settings = settings
    self.log = log
    self.runtime = runtime
    self.lookup = lookup
    self.now = now
    self.logger = logger
    monitors = targets.map { TargetMonitor($0.name) { now().uptime } }
  }

  /// The uptime by which the senders go.
  package var uptime: @Sendable () -> Duration { { [now] in now().uptime } }

  /// Runs one sender a target. Throws the first failure that only a person can mend; the others stop then.
  package func run() async throws {
    let senders = zip(targets, monitors).map { target, monitor in
      let (stream, attempts) = AsyncStream<Attempt>.makeStream()
      let sender = TargetSender(
        target, settings, log: log, runtime: runtime, now: now, logger: logger, facts: monitor,
        attempts: attempts)
      return (sender: sender, attempts: stream)
    }
    try await withTaskCancellationOrGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (sender, attempts) in senders {
          group.addTask { try await onOwnThread { try sender.run() } }
          group.addTask { await send(attempts, of: sender) }
        }
        do {
          for try await _ in group {}
        } catch {
          for (sender, _) in senders { sender.stop() }
          throw error
        }
      }
    } onCancelOrGracefulShutdown: {
      for (sender, _) in senders { sender.stop() }
    }
  }

  /// Makes a sender's requests, as many at a time as its machine begins.
  private func send(_ attempts: AsyncStream<Attempt>, of sender: TargetSender) async {
    let client = WebhookClient(sender.target, agent: settings.agent, lookup: lookup, now: now)
    await withDiscardingTaskGroup { group in
      for await attempt in attempts {
        group.addTask {
          let began = now().uptime
          let result = await client.send(attempt)
          sender.finish(attempt, result, after: now().uptime - began)
        }
      }
      // The sender has ended: what is still under way is nobody's any more.
      group.cancelAll()
    }
    await client.close()
  }
}
