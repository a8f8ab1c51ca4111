import ArgumentParser
import EventLog
import Foundation
import Gateway
import Logging
import Presentation
internal import ProcessRuntime
import Processor
import ServiceLifecycle
import Synchronization
import UnixSignals

/// `sojourn gateway`.
struct GatewayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gateway",
    abstract: "Takes events over HTTP until it is asked to stop.",
    discussion: """
      Listens on gateway.host:gateway.port (127.0.0.1:8320) and publishes what comes to the input topics, on Kafka or on the embedded log. \
      POST /v1/events?stream=web takes a JSON object, an array or NDJSON; it is answered with 200 once the log has the events. Any number of \
      gateways may run; on the embedded log 'run' has one within it (gateway.enabled).

      Health and metrics are served on http.host:http.port. SIGTERM, SIGINT and SIGHUP finish the requests under way and leave.

      Exit codes: 0 stopped as asked; 1 failed, the message says why; 2 wrong argument or configuration.
      """)

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let failures = FailureLog()
    try await reporting(to: failures) {
      var settings = try common.settings()
      settings.gateway.mode = .on
      let running = settings
      let logger = LogLine.logger("sojourn", running.logging)
      failures.logger = logger
      let log = try common.openLog(running)
      let start = LogStart(timeout: running.startTimeout) { logger.notice("\($0)") }
      guard
        try await start.run(
          isStopped: { false }, { try TopicsCommand.prepare(running, log) })
      else { return }
      let gateway = try await GatewayServices(running, log, isRequired: true)
      typealias Managed = ServiceGroupConfiguration.ServiceConfiguration
      var managed: [Managed] = []
      if let health = healthServer(running, gateway) {
        managed.append(Managed(service: health, successTerminationBehavior: .ignore))
      }
      if let views = gateway.views {
        managed.append(Managed(service: ViewService(services: views), successTerminationBehavior: .ignore))
      }
      if let peers = gateway.peers {
        managed.append(Managed(service: peers, successTerminationBehavior: .ignore))
      }
      if let retention = gateway.retention {
        managed.append(Managed(service: retention, successTerminationBehavior: .ignore))
      }
      if let follower = gateway.usage {
        let usage = UsageService(follower, running, log, logger: logger)
        managed.append(Managed(service: usage, successTerminationBehavior: .ignore))
      }
      managed.append(
        Managed(
          service: GatewayService(services: gateway), successTerminationBehavior: .gracefullyShutdownGroup))
      let services = ServiceGroup(
        configuration: .init(
          services: managed, gracefulShutdownSignals: Interruption.signals,
          logger: LogLine.logger("sojourn.services", running.logging, least: .warning)))
      let notice = Task {
        guard let address = await gateway.listening() else { return }
        logger.notice("events on \(address)/v1/events, to \(running.log)")
      }
      defer { notice.cancel() }
      try await services.run()
    }
  }

  private func healthServer(_ settings: Settings, _ gateway: GatewayServices) -> HealthServer? {
    guard let port = settings.http.port else { return nil }
    let started = SystemClock().now
    let identity = ProcessorIdentity(
      version: Sojourn.version, log: settings.log.kind, group: settings.processor.lanes.group,
      instance: settings.processor.instance)
    let pages = GatewayPages(
      monitor: gateway.handler.monitor, identity: identity, metrics: { gateway.metrics }
    ) { ProcessFacts.current(started: started) }
    return HealthServer(
      host: settings.http.host, port: port, pages: pages,
      logger: LogLine.logger("sojourn.http", settings.logging, least: .error))
  }
}
