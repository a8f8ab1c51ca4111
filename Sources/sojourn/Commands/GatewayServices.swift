import EventLog
import Gateway
import Intake
import JourneyModel
import Logging
internal import ProcessRuntime
import Processor
import ServiceLifecycle
import Tokens
internal import WireFormat

/// What takes events over HTTP: a handler that publishes them, and the server in front of it.
struct GatewayServices: Sendable {
  let handler: IngestHandler
  let server: GatewayServer
  /// Counts what sources use; `nil` if nobody wants to know.
  let usage: UsageFollower?
  let isRequired: Bool
  private let host: String

  /// - Parameter isRequired: whether a port that cannot be had is a failure, or a warning.
  init(_ settings: Settings, _ log: any EventLog, isRequired: Bool) throws {
    let gateway = settings.gateway
    try gateway.check()
    host = gateway.host
    self.isRequired = isRequired
    let clock = SystemClock()
    let logger = LogLine.logger("sojourn.gateway", settings.logging, least: .warning)
    var intake = IntakeSettings()
    intake.limits = settings.processor.lanes.decoding
    intake.edge = try IntakeTables()
    let tokens = gateway.access.tokens
    handler = IngestHandler(
      access: gateway.access, verifier: tokens.isEmpty ? nil : try ListedTokens(tokens),
      limits: gateway.ingest, intake: intake,
      topics: settings.processor.lanes.topics.inputs, refusals: settings.refusals, now: { clock.now },
      makePublisher: { try log.makePublisher() })
    let lanes = settings.processor.lanes
    // Several gateways of one machine have one configuration, and each is a follower of its own.
    let instance = "\(settings.processor.instance)-\(String(UInt32.random(in: .min ... .max), radix: 36))"
    usage =
      gateway.countsUsage
      ? UsageFollower(
        UsageSettings(
          group: lanes.group, instance: instance, journal: lanes.topics.journal, usage: settings.usageTopic),
        log: log, runtime: ThreadRuntime(), logger: logger) : nil
    server = GatewayServer(
      host: gateway.host, port: gateway.port, limits: gateway.server, handler: handler,
      requiredBy: isRequired ? "gateway.enabled" : nil,
      logger: logger)
  }

  /// What `run` takes events with; `nil` if it takes none.
  init?(run settings: Settings, _ log: any EventLog) throws {
    guard settings.takesEvents else { return nil }
    try self.init(settings, log, isRequired: settings.gateway.mode == .on)
  }

  /// The server's families for the page of metrics.
  var metrics: [UInt8] {
    GatewayMetrics(handler.monitor, connections: server.connections).text + (usage?.monitor.text ?? [])
  }

  /// Waits until the server listens and gives its address; `nil` if it never will.
  func listening() async -> String? {
    guard let port = await server.listening() else { return nil }
    return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}

/// The server under the service group; when it has ended, nothing more is published.
struct GatewayService: Service {
  let services: GatewayServices

  func run() async throws {
    defer { services.handler.stop() }
    try await withGracefulShutdownHandler {
      try await services.server.run()
    } onGracefulShutdown: {
      services.handler.monitor.noteStopping()
    }
  }
}
